import { goalsOf, type Lineup, type MatchState, type NamedDistribution, type Side, SIDES } from "@touchline/domain";
import { type CountGrid, totalGenerating } from "../counts/count-grid.ts";
import { nextGoal } from "../goals/next-goal.ts";
import { goalsToCome, type LinedUpPlayer, OWN_GOAL_SHARE, type ScorerChances, scorerChances } from "./scorers.ts";
import type { MatchRates, Situation } from "../situation/situation.ts";

/** Substitutions a side may make, by the distributions of the game since 2022. */
const SUBSTITUTIONS_ALLOWED = 5;

/** Chances of every player of both team sheets. */
export function squadChances(
  state: MatchState,
  rates: MatchRates,
  situation: Situation,
  finalScore: CountGrid,
): ScorerChances[] {
  const { penaltyPending: _later, ...withoutPenalty } = situation;
  const next = nextGoal(rates, withoutPenalty);
  return SIDES.flatMap((side) => {
    const lineup = state.lineups[side];
    if (!lineup) return [];
    return scorerChances(playersOf(lineup, side, state), situation, {
      toCome: goalsToCome(finalScore, side, state.score[side]),
      next: next[side],
      substitutionsLeft: Math.max(0, SUBSTITUTIONS_ALLOWED - substitutionsMade(lineup)),
    });
  });
}

/** P(at least `goals` goals) by player. */
export function scorerDistribution(chances: readonly ScorerChances[], goals: 1 | 2 | 3): NamedDistribution {
  return Object.fromEntries(chances.map(({ id, atLeast }) => [id, atLeast[goals - 1] ?? 0]));
}

/**
 * First scorer by player, and `none`. An own goal does not count, so the chances of the next goal are scaled to the
 * chance that some goal to come is none.
 * @param scored goals of the match so far, all of them own goals
 */
export function firstScorerDistribution(
  chances: readonly ScorerChances[],
  finalScore: CountGrid,
  scored: number,
): NamedDistribution {
  const none = totalGenerating(finalScore, scored, OWN_GOAL_SHARE);
  const total = chances.reduce((sum, { next }) => sum + next, 0);
  const scale = total > 0 ? (1 - none) / total : 0;
  return { ...Object.fromEntries(chances.map(({ id, next }) => [id, next * scale])), none: total > 0 ? none : 1 };
}

function playersOf(lineup: Lineup, side: Side, state: MatchState): LinedUpPlayer[] {
  const unavailable = new Set(state.unavailable[side]);
  return [...lineup.starters, ...lineup.bench].map(({ id, position }) => ({
    id,
    position: position ?? "MD",
    status: lineup.onPitch.includes(id) ? "on" : lineup.left.includes(id) || unavailable.has(id) ? "off" : "bench",
    goals: goalsOf(id, state),
  }));
}

function substitutionsMade({ bench, onPitch, left }: Lineup): number {
  return bench.filter(({ id }) => onPitch.includes(id) || left.includes(id)).length;
}
