import type { Stake } from "@touchline/domain";
import { PENALTY_WEIGHTS, type Position, POSITION_WEIGHTS } from "./position.ts";
import type { Span } from "./presence.ts";
import { drawnChances, ENTERS, LEAVES, LEAVES_AGAIN } from "./substitution-law.ts";

/** A player on the team sheet. */
export interface LinedUpPlayer {
  readonly id: string;
  readonly position: Position;
  /** `gone` has been on the pitch and will not be again, `out` will never come on, `entered` came on and is on. */
  readonly status: "on" | "entered" | "bench" | "gone" | "out";
  /** Goals in this match so far, own goals left out. */
  readonly goals: number;
}

/** Bets on one player. Own goals never count for him. */
export interface ScorerChances {
  readonly id: string;
  /** At least 1, 2, 3 goals in the match: void for who never comes on. */
  readonly atLeast: readonly [Stake, Stake, Stake];
  /** Scores the first goal to come that is no own goal: void for who has not come on by then. */
  readonly first: Stake;
}

/** One way that the rest of the match may begin: a pending penalty scored, or missed, or no penalty at all. */
export interface Branch {
  readonly chance: number;
  /** Distribution of the goals that the team adds beyond a scored penalty: index = number. */
  readonly toCome: Float64Array;
  /** Whose penalty is scored in it: then that is the first goal. */
  readonly scoredBy: "team" | "opponent" | null;
  /** Chances that the first goal to come that is no own goal is this team's, and that none comes. */
  readonly first: number;
  readonly none: number;
  /** Total scoring intensity until the first goal, per share of a match. */
  readonly intensity: number;
}

export interface TeamExpectation {
  readonly branches: readonly Branch[];
  readonly spans: readonly Span[];
  /** Substitutions the team may still make. */
  readonly substitutionsLeft: number;
  /** Men on the pitch who are known by no name. */
  readonly unnamed: number;
}

/** Share of goals that are own goals. */
export const OWN_GOAL_SHARE = 0.028;
/** Share of a team's goals by men on no team sheet: none of 2,816, and not impossible. */
const OFF_SHEET_SHARE = 0.0003;
const VOID: Stake = { wins: 0, stands: 0 };

/**
 * Chances of every player of one team, and the chance that its first goal is somebody's on no team sheet. Each goal to
 * come falls to a player on the pitch by his share of the weights of those expected there when it falls. Anytime
 * chances thin the team's goal distribution, so they agree with the score grid; first scorers share out `first`.
 */
export function scorerChances(
  players: readonly LinedUpPlayer[],
  team: TeamExpectation,
): { readonly players: ScorerChances[]; readonly other: number } {
  const presences = presencesOf(players, team);
  const totals = team.spans.map((_span, k) => totalWeight(players, presences, k, team.unnamed));
  const takers = players.map(({ status, position }) =>
    status === "on" || status === "entered" ? PENALTY_WEIGHTS[position] : 0,
  );
  const taking = takers.reduce((sum, weight) => sum + weight, 0) + team.unnamed * PENALTY_WEIGHTS.MD;
  const known = new Map<string, Omit<ScorerChances, "id">>();
  let named = 0;
  const chances = players.map((player, index) => {
    const key = `${player.status} ${player.position} ${player.goals}`;
    const made =
      known.get(key) ?? chancesOf(player, presences[index]!, totals, taking > 0 ? takers[index]! / taking : 0, team);
    known.set(key, made);
    named += made.first.wins;
    return { id: player.id, ...made };
  });
  const all = team.branches.reduce(
    (sum, { chance, first, scoredBy }) => sum + chance * (scoredBy === "team" ? 1 : first),
    0,
  );
  return { players: chances, other: Math.max(0, all - named) };
}

/** P(on the pitch) now, and at the end of each span. For who may come on, that he has. */
interface Presence {
  readonly before: number;
  readonly after: readonly number[];
}

function presencesOf(players: readonly LinedUpPlayer[], { spans, substitutionsLeft }: TeamExpectation): Presence[] {
  const leaves = players.map(({ status, position }) =>
    status === "on" ? LEAVES[position] : status === "entered" ? LEAVES[position] * LEAVES_AGAIN : 0,
  );
  const enters = players.map(({ status, position }) => (status === "bench" ? ENTERS[position] : 0));
  const most = Math.min(substitutionsLeft, count(leaves), count(enters));
  const left = spans.map(({ made }) => drawnChances(leaves, most * made));
  const entered = spans.map(({ made }) => drawnChances(enters, most * made));
  return players.map(({ status }, index) => {
    if (status === "bench") return { before: 0, after: entered.map((chances) => chances[index]!) };
    if (status === "on" || status === "entered")
      return { before: 1, after: left.map((chances) => 1 - chances[index]!) };
    return { before: 0, after: spans.map(() => 0) };
  });
}

function count(eagerness: readonly number[]): number {
  return eagerness.filter((value) => value > 0).length;
}

function presentIn({ before, after }: Presence, k: number): number {
  return ((k === 0 ? before : after[k - 1]!) + after[k]!) / 2;
}

function totalWeight(
  players: readonly LinedUpPlayer[],
  presences: readonly Presence[],
  k: number,
  unnamed: number,
): number {
  let total = unnamed * POSITION_WEIGHTS.MD;
  for (const [index, { position }] of players.entries())
    total += POSITION_WEIGHTS[position] * presentIn(presences[index]!, k);
  return total / (1 - OFF_SHEET_SHARE);
}

function chancesOf(
  { status, position, goals }: LinedUpPlayer,
  presence: Presence,
  totals: readonly number[],
  taker: number,
  team: TeamExpectation,
): Omit<ScorerChances, "id"> {
  if (status === "out") return { atLeast: [VOID, VOID, VOID], first: VOID };
  const shares = totals.map((total) => (total > 0 ? POSITION_WEIGHTS[position] / total : 0));
  const mayEnter = status === "bench";
  const stands = mayEnter ? (presence.after.at(-1) ?? 0) : 1;
  const wins = [0, 0, 0];
  for (const branch of team.branches) {
    const none = goalsFrom(presence, shares, team.spans, branch.toCome, mayEnter);
    const atLeast = (least: number): number => none[Math.min(3, Math.max(0, least))]! * (least <= 0 ? stands : 1);
    for (let least = 1; least <= 3; least++) {
      const scoring = branch.scoredBy === "team" ? taker : 0;
      const given = scoring * atLeast(least - goals - 1) + (1 - scoring) * atLeast(least - goals);
      wins[least - 1]! += branch.chance * given;
    }
  }
  const [one, two, three] = wins.map((win) => ({ wins: win, stands }));
  return { atLeast: [one!, two!, three!], first: firstOf(presence, shares, taker, mayEnter, team) };
}

/**
 * P(at least 0, 1, 2, 3 goals of the player, and he is on the pitch for them), over the spans in which he may leave or
 * come on. Index 0 is 1.
 */
function goalsFrom(
  { before, after }: Presence,
  shares: readonly number[],
  spans: readonly Span[],
  toCome: Float64Array,
  mayEnter: boolean,
): readonly number[] {
  const sum = [1, 0, 0, 0];
  const whole = spans.at(-1)?.until ?? 0;
  if (whole <= 0) return sum;
  const add = (chance: number, exposure: number): void => {
    if (chance <= 0) return;
    const [one, two, three] = atLeastOf(toCome, (1 - OWN_GOAL_SHARE) * exposure);
    sum[1]! += chance * one;
    sum[2]! += chance * two;
    sum[3]! += chance * three;
  };
  const weights = spans.map(({ until }, k) => ((until - (spans[k - 1]?.until ?? 0)) / whole) * shares[k]!);
  const total = weights.reduce((all, weight) => all + weight, 0);
  let behind = 0;
  for (let k = 0; k < spans.length; k++) {
    const middle = behind + weights[k]! / 2;
    const was = k === 0 ? before : after[k - 1]!;
    if (mayEnter) add(after[k]! - was, total - middle);
    else add(was - after[k]!, middle);
    behind += weights[k]!;
  }
  if (!mayEnter) add(after.at(-1)!, total);
  return sum;
}

function firstOf(
  presence: Presence,
  shares: readonly number[],
  taker: number,
  mayEnter: boolean,
  { branches, spans }: TeamExpectation,
): Stake {
  let wins = 0;
  let stands = 0;
  for (const { chance, scoredBy, first, none, intensity } of branches) {
    if (scoredBy === "team") wins += chance * taker;
    if (scoredBy) {
      // Who sits on the bench has not come on by then.
      stands += mayEnter ? 0 : chance;
      continue;
    }
    const whole = -Math.expm1(-intensity * (spans.at(-1)?.until ?? 0));
    let present = 0;
    let mine = 0;
    for (let k = 0; k < spans.length; k++) {
      const from = spans[k - 1]?.until ?? 0;
      const falls = whole > 0 ? (Math.exp(-intensity * from) - Math.exp(-intensity * spans[k]!.until)) / whole : 0;
      const here = falls * presentIn(presence, k);
      present += here;
      mine += here * shares[k]!;
    }
    wins += chance * first * mine;
    stands += chance * (mayEnter ? (1 - none) * present + none * (presence.after.at(-1) ?? 0) : 1);
  }
  return { wins, stands };
}

/** P(player scores at least 1, 2, 3) when each goal of the team is his with chance `share`. */
function atLeastOf(toCome: Float64Array, share: number): [number, number, number] {
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
  return [atLeastOne, atLeastTwo, atLeastThree];
}
