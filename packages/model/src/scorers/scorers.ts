import type { CountGrid, Side } from "@touchline/domain";
import { halvesPlayed, type Situation } from "../situation/situation.ts";

export type Position = "GK" | "DF" | "MD" | "FW";

/** A player on the team sheet. */
export interface LinedUpPlayer {
  readonly id: string;
  readonly position: Position;
  readonly status: "on" | "bench" | "off";
  /** Goals in this match so far, own goals left out. */
  readonly goals: number;
  /** His scoring rate as a multiple of his position's; 1 when nothing is known. See `scoringFactor`. */
  readonly factor?: number;
}

/** Chances of one player. Own goals never count for him. */
export interface ScorerChances {
  readonly id: string;
  /** At least 1, 2, 3 goals in the match. */
  readonly atLeast: readonly [number, number, number];
  /** Scores the next goal of the match. */
  readonly next: number;
}

/** What a team is expected to do, taken from the score primitives. */
export interface TeamExpectation {
  /** Distribution of the goals the team is still to score: index = number. See `goalsToCome`. */
  readonly toCome: Float64Array;
  /** P(the team scores the next goal), without the pending penalty. */
  readonly next: number;
  /** Substitutions the team may still make. */
  readonly substitutionsLeft: number;
  /** Who takes the pending penalty, and the chance that it is scored. */
  readonly penalty?: { readonly taker: string; readonly conversion: number };
}

/** Goals per man and minute relative to a forward's, 1,066 matches of 2017/18. */
export const POSITION_WEIGHTS: Readonly<Record<Position, number>> = {
  GK: 0.0005,
  DF: 0.118,
  MD: 0.35,
  FW: 1,
};
/** Share of goals that are own goals. */
export const OWN_GOAL_SHARE = 0.028;
/** Goals a player must be expected to score before his own record weighs as much as his position's. */
const FACTOR_SHRINKAGE = 4;

/** Share of the substitutions made by minutes 45, 60, 75, 90; straight between. */
const SUBSTITUTIONS_BY: readonly (readonly [number, number])[] = [
  [0, 0],
  [45, 0.07],
  [60, 0.24],
  [75, 0.62],
  [90, 1],
];

/** A player's scoring rate as a multiple of his position's: gamma prior around 1, worth four expected goals. */
export function scoringFactor(goals: number, expected: number): number {
  return (goals + FACTOR_SHRINKAGE) / (expected + FACTOR_SHRINKAGE);
}

/** Distribution of the goals `side` is still to score, from the final-score grid. */
export function goalsToCome(finalScore: CountGrid, side: Side, scored: number): Float64Array {
  const { home0, away0, rows, cols, cells } = finalScore;
  const offset = (side === "home" ? home0 : away0) - scored;
  const distribution = new Float64Array(Math.max(1, offset + (side === "home" ? rows : cols)));
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      distribution[offset + (side === "home" ? row : col)]! += cells[row * cols + col]!;
    }
  }
  return distribution;
}

/**
 * Chances of every player of one team. Each goal to come falls to a player by his share: weight by position and record
 * among those expected on the pitch. Anytime chances thin the team's goal distribution, so they agree with the score
 * grid.
 */
export function scorerChances(
  players: readonly LinedUpPlayer[],
  situation: Situation,
  team: TeamExpectation,
): ScorerChances[] {
  const shares = goalShares(players, situation, team.substitutionsLeft);
  const now = presentShares(players);
  return players.map((player, index) => {
    const own = 1 - OWN_GOAL_SHARE;
    const atLeast = playerGoals(team.toCome, own * shares[index]!, player.goals);
    return { id: player.id, atLeast, next: nextScorer(player.id, own * now[index]!, team) };
  });
}

function nextScorer(id: string, share: number, team: TeamExpectation): number {
  if (!team.penalty) return share * team.next;
  const { taker, conversion } = team.penalty;
  return (1 - conversion) * share * team.next + (taker === id ? conversion : 0);
}

/** P(player ends with at least 1, 2, 3 goals) when each team goal is his with chance `share`. */
function playerGoals(toCome: Float64Array, share: number, scored: number): [number, number, number] {
  const others = 1 - share;
  let atLeastOne = 0;
  let atLeastTwo = 0;
  let atLeastThree = 0;
  // Of n team goals, 0, 1 or 2 are his: binomial, from n to n + 1 by one more goal of his or of others.
  let none = 1;
  let one = 0;
  let two = 0;
  for (let n = 1; n < toCome.length; n++) {
    two = two * others + one * share;
    one = one * others + none * share;
    none *= others;
    const mass = toCome[n]!;
    atLeastOne += mass * (1 - none);
    atLeastTwo += mass * Math.max(0, 1 - none - one);
    atLeastThree += mass * Math.max(0, 1 - none - one - two);
  }
  const more = [1, atLeastOne, atLeastTwo, atLeastThree] as const;
  const atLeast = (goals: 1 | 2 | 3) => more[Math.max(0, goals - scored) as 0 | 1 | 2 | 3];
  return [atLeast(1), atLeast(2), atLeast(3)];
}

function weightOf(player: LinedUpPlayer): number {
  return POSITION_WEIGHTS[player.position] * (player.factor ?? 1);
}

/** Shares of the next goal: those on the pitch now. */
function presentShares(players: readonly LinedUpPlayer[]): number[] {
  const weights = players.map((player) => (player.status === "on" ? weightOf(player) : 0));
  return scaled(weights);
}

/** Shares of all goals to come: men on the pitch may go off, men on the bench may come on. */
function goalShares(players: readonly LinedUpPlayer[], situation: Situation, substitutionsLeft: number): number[] {
  const outfield = (status: LinedUpPlayer["status"]) =>
    players.filter((player) => player.status === status && player.position !== "GK").length;
  const onPitch = outfield("on");
  const onBench = outfield("bench");
  const changes = Math.min(substitutionsLeft, onPitch, onBench);
  const changed = changes * changedShare(situation);
  const weights = players.map((player) => {
    if (player.status === "off") return 0;
    if (player.position === "GK") return player.status === "on" ? weightOf(player) : 0;
    const presence = player.status === "on" ? 1 - changed / Math.max(1, onPitch) : changed / Math.max(1, onBench);
    return weightOf(player) * presence;
  });
  return scaled(weights);
}

function scaled(weights: number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return total > 0 ? weights.map((weight) => weight / total) : weights;
}

/** Of the substitutions to come, the share made by a typical moment of the time to come. */
function changedShare(situation: Situation): number {
  const now = matchMinute(situation);
  const before = substitutionsBy(now);
  if (now >= 90 || before >= 1) return 0;
  let area = 0;
  const steps = 8;
  for (let step = 0; step < steps; step++) area += substitutionsBy(now + ((step + 0.5) * (90 - now)) / steps) - before;
  return area / steps / (1 - before);
}

function matchMinute(situation: Situation): number {
  const played = halvesPlayed(situation.stage);
  if (played === 2) return 90;
  const minute = situation.stage === "first_half" || situation.stage === "second_half" ? situation.minute : 0;
  return Math.min(90, (played === 1 ? 45 : 0) + Math.min(45, minute));
}

function substitutionsBy(minute: number): number {
  for (let index = 1; index < SUBSTITUTIONS_BY.length; index++) {
    const [from, low] = SUBSTITUTIONS_BY[index - 1]!;
    const [to, high] = SUBSTITUTIONS_BY[index]!;
    if (minute <= to) return low + ((high - low) * (minute - from)) / (to - from);
  }
  return 1;
}
