import {
  type CountGrid,
  goalsOf,
  type Lineup,
  type MatchState,
  type Pair,
  type Side,
  SIDES,
  type StakeDistribution,
} from "@touchline/domain";
import { totalGenerating } from "../counts/count-grid.ts";
import { leadClass } from "../goals/goal-chain.ts";
import { nextGoal } from "../goals/next-goal.ts";
import { finalScoreGrid, goalsAhead } from "../goals/score-grids.ts";
import { DEFAULT_IN_PLAY } from "../situation/in-play-params.ts";
import { type MatchRates, penaltyInNormalTime, type Situation, withGoal } from "../situation/situation.ts";
import { spansAhead } from "./presence.ts";
import { type Branch, type LinedUpPlayer, OWN_GOAL_SHARE, type ScorerChances, scorerChances } from "./scorers.ts";
import { substitutionsAllowed } from "./substitution-law.ts";

/** Bets on every player of both team sheets. */
export interface SquadChances {
  readonly players: readonly ScorerChances[];
  /** Players of each side, by id: those of the home side come first in `players`. */
  readonly homePlayers: number;
  /** First scorer is a man on no team sheet, by side; and nobody, own goals left out. */
  readonly other: Pair;
  readonly none: number;
}

/** @param finalScore the distribution of the final score in this situation */
export function squadChances(
  state: MatchState,
  rates: MatchRates,
  situation: Situation,
  finalScore: CountGrid,
): SquadChances {
  const branches = branchesOf(rates, situation, finalScore);
  const spans = spansAhead(situation, DEFAULT_IN_PLAY);
  const allowed = state.fixture ? substitutionsAllowed(state.fixture) : 5;
  const [home, away] = SIDES.map((side) => {
    const lineup = state.lineups[side];
    return scorerChances(lineup ? playersOf(lineup, side, state) : [], {
      branches: branches.map((branch) => seenBy(side, branch, situation.score)),
      spans,
      substitutionsLeft: lineup ? Math.max(0, allowed - substitutionsMade(lineup)) : 0,
      unnamed: lineup?.unnamed ?? 0,
    });
  });
  return {
    players: [...home!.players, ...away!.players],
    homePlayers: home!.players.length,
    other: { home: home!.other, away: away!.other },
    none: branches.reduce((sum, { chance, scoredBy, none }) => sum + (scoredBy ? 0 : chance * none), 0),
  };
}

/** At least `goals` goals, by player. */
export function scorerDistribution({ players }: SquadChances, goals: 1 | 2 | 3): StakeDistribution {
  return Object.fromEntries(players.map(({ id, atLeast }) => [id, atLeast[goals - 1]!]));
}

/** First scorer by player, `other` for a man on no team sheet, and `none`. Own goals do not count. */
export function firstScorerDistribution({ players, other, none }: SquadChances): StakeDistribution {
  return {
    ...Object.fromEntries(players.map(({ id, first }) => [id, first])),
    other: { wins: other.home + other.away, stands: 1 },
    none: { wins: none, stands: 1 },
  };
}

/** P(at least one goal to come is an own goal), each with the same chance; a penalty never is one. */
export function ownGoalToCome(rates: MatchRates, situation: Situation, finalScore: CountGrid): number {
  const score = situation.score.home + situation.score.away;
  const noOwnGoal = branchesOf(rates, situation, finalScore).reduce(
    (sum, { chance, finalScore: final, scoredBy }) =>
      sum + chance * totalGenerating(final, score + (scoredBy ? 1 : 0), 1 - OWN_GOAL_SHARE),
    0,
  );
  return Math.max(0, 1 - noOwnGoal);
}

interface MatchBranch {
  readonly chance: number;
  readonly scoredBy: Side | null;
  readonly finalScore: CountGrid;
  readonly first: Pair;
  readonly none: number;
  readonly intensity: number;
}

/** The rest of the match without a pending penalty, or after it: scored or missed. */
function branchesOf(rates: MatchRates, situation: Situation, finalScore: CountGrid): MatchBranch[] {
  const side = penaltyInNormalTime(situation);
  if (!side) return [branchOf(rates, situation, finalScore, 1)];
  const { penaltyPending: _taken, ...after } = situation;
  const missed = branchOf(rates, after, finalScoreGrid(rates, after), 1 - DEFAULT_IN_PLAY.penaltyConversion);
  const scored = finalScoreGrid(rates, { ...after, score: withGoal(after.score, side) });
  const nobody = { home: 0, away: 0 };
  const chance = DEFAULT_IN_PLAY.penaltyConversion;
  return [{ chance, scoredBy: side, finalScore: scored, first: nobody, none: 0, intensity: 0 }, missed];
}

/**
 * Own goals come before the first scorer as often as they come at all, on either side alike: so the sides share the
 * chance of a first scorer as they share that of the next goal. An own goal first would move their shares by its lead,
 * by less than 0.001 of a match.
 */
function branchOf(rates: MatchRates, situation: Situation, finalScore: CountGrid, chance: number): MatchBranch {
  const next = nextGoal(rates, situation);
  const some = next.home + next.away;
  const none = some > 0 ? totalGenerating(finalScore, situation.score.home + situation.score.away, OWN_GOAL_SHARE) : 1;
  const share = some > 0 ? (1 - none) / some : 0;
  const { intensities } = goalsAhead(rates, situation, DEFAULT_IN_PLAY);
  const lead = leadClass(situation.score.home - situation.score.away);
  return {
    chance,
    scoredBy: null,
    finalScore,
    first: { home: share * next.home, away: share * next.away },
    none,
    intensity: intensities.home[lead]! + intensities.away[lead]!,
  };
}

function seenBy(side: Side, { finalScore, first, scoredBy, ...rest }: MatchBranch, score: Pair): Branch {
  const own = score[side] + (scoredBy === side ? 1 : 0);
  return {
    ...rest,
    toCome: goalsToCome(finalScore, side, own),
    first: first[side],
    scoredBy: scoredBy && (scoredBy === side ? "team" : "opponent"),
  };
}

/** Distribution of the goals that `side` adds to the `scored` ones, from the final-score grid. */
export function goalsToCome(finalScore: CountGrid, side: Side, scored: number): Float64Array {
  const { home0, away0, rows, cols, cells } = finalScore;
  const offset = (side === "home" ? home0 : away0) - scored;
  const distribution = new Float64Array(Math.max(1, offset + (side === "home" ? rows : cols)));
  for (let row = 0; row < rows; row++)
    for (let col = 0; col < cols; col++)
      distribution[offset + (side === "home" ? row : col)]! += cells[row * cols + col]!;
  return distribution;
}

function playersOf(lineup: Lineup, side: Side, state: MatchState): LinedUpPlayer[] {
  return [...lineup.starters, ...lineup.bench].map(({ id, position }) => ({
    id,
    position: position ?? "MD",
    status: statusOf(id, lineup, state.unavailable[side], state.off[side]),
    goals: goalsOf(id, state),
  }));
}

/** Whoever came on, known by name or not. */
function substitutionsMade({ entered, unnamed = 0 }: Lineup): number {
  return entered.length + unnamed;
}

function statusOf(
  id: string,
  { starters, onPitch, left, entered }: Lineup,
  unavailable: readonly string[],
  off: readonly string[],
): LinedUpPlayer["status"] {
  if (left.includes(id)) return "gone";
  const started = starters.some((player) => player.id === id);
  // Off for a while is on: he is expected back.
  if (onPitch.includes(id) || off.includes(id)) return started ? "on" : "entered";
  if (started || entered.some(({ player }) => player === id)) return "gone";
  return unavailable.includes(id) ? "out" : "bench";
}
