import type { Pair, Side } from "@touchline/domain";
import type { InPlayParams, MatchRates, Situation } from "@touchline/model";
import type { RandomDraws } from "./random-draws.ts";
import type { TimeAhead } from "./time-ahead.ts";

/** Goals per whole match of each side, by the home side's lead. */
export type ScoringRates = (lead: number) => Pair;

/** A goal to come, `share` of a match from now. */
export interface DrawnGoal {
  readonly side: Side;
  readonly share: number;
  readonly penalty: boolean;
}

const STEPS = 3_000;
const MOST_LEAD = 14;

/**
 * Scoring rates at a level score such that the whole match expects the goals that were forecast, found by stepping
 * through many small pieces of it.
 */
export function levelRates(rates: MatchRates, params: InPlayParams): Pair {
  const factor = factorOf(params);
  let level: Pair = { home: rates.home, away: rates.away };
  for (let round = 0; round < 12; round++) {
    const expected = expectedGoals((lead) => ({
      home: level.home * factor("home", lead),
      away: level.away * factor("away", lead),
    }));
    level = {
      home: (level.home * rates.home) / expected.home,
      away: (level.away * rates.away) / expected.away,
    };
  }
  return level;
}

function factorOf(params: InPlayParams): (side: Side, lead: number) => number {
  return (side, lead) => params.leadFactors[side][Math.max(-2, Math.min(2, side === "home" ? lead : -lead)) + 2] ?? 1;
}

/** Scoring rates of a match by lead, from those at a level score: lead, men, and what the match has shown so far. */
export function scoringRates(level: Pair, now: Situation, params: InPlayParams, withPace = true): ScoringRates {
  const factor = factorOf(params);
  const short = Math.max(-3, Math.min(3, now.reds.home - now.reds.away));
  const { short: fewer, opponent: more } = params.redFactors;
  const men = { home: short > 0 ? fewer ** short : more ** -short, away: short > 0 ? more ** short : fewer ** -short };
  const pace = withPace && now.pace ? now.pace : { home: 1, away: 1 };
  return (lead) => ({
    home: level.home * factor("home", lead) * men.home * pace.home,
    away: level.away * factor("away", lead) * men.away * pace.away,
  });
}

/** Euler's steps with the mean of both ends, from level. */
function expectedGoals(ratesAt: ScoringRates): Pair {
  const leads = Array.from({ length: 2 * MOST_LEAD + 1 }, (_unused, index) => index - MOST_LEAD);
  const rates = leads.map((lead) => ratesAt(lead));
  let mass: number[] = leads.map((lead) => (lead === 0 ? 1 : 0));
  const flow = (from: readonly number[]): number[] =>
    from.map(
      (here, index) =>
        (from[index - 1] ?? 0) * (rates[index - 1]?.home ?? 0) +
        (from[index + 1] ?? 0) * (rates[index + 1]?.away ?? 0) -
        here * ((rates[index]?.home ?? 0) + (rates[index]?.away ?? 0)),
    );
  const goals = { home: 0, away: 0 };
  for (let step = 0; step < STEPS; step++) {
    const first = flow(mass);
    const ahead = mass.map((here, index) => here + (first[index] ?? 0) / STEPS);
    const second = flow(ahead);
    for (const [index, here] of mass.entries()) {
      const mean = (here + (ahead[index] ?? 0)) / 2 / STEPS;
      goals.home += mean * (rates[index]?.home ?? 0);
      goals.away += mean * (rates[index]?.away ?? 0);
    }
    mass = mass.map((here, index) => here + ((first[index] ?? 0) + (second[index] ?? 0)) / 2 / STEPS);
  }
  return goals;
}

/** Goals of the rest of the 90 minutes, one after the other; a pending penalty comes first. @param isScored the penalty */
export function drawGoals(
  ratesAt: ScoringRates,
  now: Situation,
  { total }: Pick<TimeAhead, "total">,
  isScored: boolean,
  draws: RandomDraws,
): DrawnGoal[] {
  const goals: DrawnGoal[] = [];
  let lead = now.score.home - now.score.away;
  const scored = (side: Side, share: number, penalty: boolean): void => {
    goals.push({ side, share, penalty });
    lead += side === "home" ? 1 : -1;
  };
  if (now.penaltyPending && isScored) scored(now.penaltyPending, 0, true);
  for (let share = 0; ;) {
    const { home, away } = ratesAt(lead);
    share += draws.exponential() / (home + away);
    if (!(share < total)) return goals;
    scored(draws.chance(home / (home + away)) ? "home" : "away", share, false);
  }
}

/** How much likelier a final score is than independent goals make it: Dixon and Coles 1997. */
export function lowScoreWeight({ home, away, rho }: MatchRates, [h, a]: readonly [number, number]): number {
  if (h > 1 || a > 1) return 1;
  if (h === 0 && a === 0) return 1 - home * away * rho;
  if (h === 1 && a === 1) return 1 - rho;
  return 1 + (h === 1 ? away : home) * rho;
}
