import type { CountGrid, Pair } from "@touchline/domain";
import { certainCounts, mixGrids, shiftGrid } from "../counts/count-grid.ts";
import { goalDistribution } from "./goal-chain.ts";
import { goalIntensities } from "./goal-intensities.ts";
import { DEFAULT_IN_PLAY, type InPlayParams } from "../situation/in-play-params.ts";
import { fullTimeScoreOf, type MatchRates, type Situation, withGoal } from "../situation/situation.ts";

const HALF_MINUTES = 15;
/** What a half of extra time still has in it past its 15 minutes, as a share of that half. */
const LEAST_LEFT = 0.03;

/**
 * Distribution of the goals each side scores in extra time (30 minutes), offset by those it has scored there. Before
 * extra time it is the distribution in case it comes to extra time. Even intensity over the clock; no low-score
 * weights: they belong to the 90 minutes.
 */
export function extraTimeGrid(
  rates: MatchRates,
  situation: Situation,
  params: InPlayParams = DEFAULT_IN_PLAY,
): CountGrid {
  return grid(rates, situation, params, extraTimeLeft(situation));
}

/**
 * Distribution of the goals of extra time's first half; after it, the goals so far (the caller knows how many were of
 * its first half).
 */
export function extraTimeFirstHalfGrid(
  rates: MatchRates,
  situation: Situation,
  params: InPlayParams = DEFAULT_IN_PLAY,
): CountGrid {
  return grid(rates, situation, params, Math.max(0, extraTimeLeft(situation) - 0.5));
}

function grid(rates: MatchRates, situation: Situation, params: InPlayParams, left: number): CountGrid {
  const scored = goalsInExtraTime(situation);
  if (left <= 0) return certainCounts(scored);
  const intensities = goalIntensities(rates, params, situation.reds);
  const share = left * params.extraTimeShare;
  const from = (goals: Pair) =>
    shiftGrid(goalDistribution(intensities, goals.home - goals.away, share), goals.home, goals.away);
  const side = isExtraTime(situation) ? situation.penaltyPending : undefined;
  if (!side) return from(scored);
  return mixGrids(from(withGoal(scored, side)), from(scored), params.penaltyConversion);
}

/** Share of extra time still to be played: 1 before it, 0.5 at its half-time. */
export function extraTimeLeft(situation: Situation): number {
  const { stage, minute } = situation;
  if (stage === "extra_end" || stage === "shoot_out" || stage === "ended") return 0;
  if (stage === "extra_half_time") return 0.5;
  const half = Math.max(LEAST_LEFT, 1 - minute / HALF_MINUTES) / 2;
  if (stage === "extra_first") return 0.5 + Math.min(0.5, half);
  return stage === "extra_second" ? Math.min(0.5, half) : 1;
}

function goalsInExtraTime(situation: Situation): Pair {
  if (!situation.stage.startsWith("extra_") && situation.stage !== "shoot_out" && situation.stage !== "ended") {
    return { home: 0, away: 0 };
  }
  const before = fullTimeScoreOf(situation);
  return { home: situation.score.home - before.home, away: situation.score.away - before.away };
}

function isExtraTime(situation: Situation): boolean {
  return situation.stage === "extra_first" || situation.stage === "extra_second";
}
