import { type MatchEvent, PERIOD_START_MINUTE, type Side, SIDES } from "@touchline/domain";
import { type FinalFacts, type FinalGoal, finalFactsOf, type Two } from "./final-facts.ts";
import type { Expected } from "./independent-bets.ts";
import { expectedSettlement } from "./independent-settlement.ts";

/** What an abandoned match came to, and what it could still have come to. */
export interface AbandonedMatch {
  /** The feed has closed it: what play had not decided is void. Without that it stays open. */
  readonly isClosed: boolean;
  readonly continuations: readonly Continuation[];
}

interface Continuation {
  readonly facts: FinalFacts;
  /** Goals after play had stopped. */
  readonly added: readonly FinalGoal[];
}

/** Of any kind, more than a market tells apart. */
const MOST_MORE = 24;
/** The same of what is counted within a quarter of an hour, or in both halves at once. */
const FEW = 3;

/**
 * The match as one that was abandoned and not resumed, or undefined. Apart from the domain's own search: every result
 * here is a whole match that goes on in one way after play had stopped.
 * @param played the match as it stands at the end: each event once, in its last word, in match order
 */
export function abandonedMatchOf(played: readonly MatchEvent[]): AbandonedMatch | undefined {
  const stop = played.findLast(({ type }) => type === "abandoned" || type === "resumed");
  if (stop?.type !== "abandoned") return undefined;
  return { isClosed: played.some(({ type }) => type === "full_time"), continuations: continuationsOf(played) };
}

/** How a market must stand: as it ends in every continuation; "undecided" where they differ. */
export function decidedBy({ continuations }: AbandonedMatch, market: string): Expected | "undecided" | undefined {
  const results = continuations.map((continuation) => resultIn(continuation, market));
  const [first] = results;
  if (first === undefined) return undefined;
  return results.every((result) => JSON.stringify(result) === JSON.stringify(first)) ? first : "undecided";
}

function resultIn({ facts, added }: Continuation, market: string): Expected | undefined {
  if (!market.startsWith("next_goal")) return expectedSettlement(market, facts);
  const next = added.find(({ period }) => market === "next_goal" || period === "first_half");
  return Object.fromEntries(["home", "away", "none"].map((side) => [side, side === (next?.side ?? "none") ? 1 : 0]));
}

function continuationsOf(played: readonly MatchEvent[]): Continuation[] {
  const facts = finalFactsOf(played);
  const halves = halvesLeft(played);
  const more: Continuation[] = [{ facts, added: [] }];
  const goals = (...added: readonly FinalGoal[]): void => void more.push({ facts: withGoals(facts, added), added });
  for (const { period, minutes } of halves) {
    const last = minutes.at(-1) ?? 0;
    const goal = (side: Side, minute = last, player: string | null = null, own = false): FinalGoal => {
      return { side, period, minute, player, own };
    };
    for (const side of SIDES) {
      for (let n = 1; n <= MOST_MORE; n++) goals(...Array.from({ length: n }, () => goal(side)));
      for (const minute of minutes) for (let n = 1; n <= FEW; n++) goals(...several(n, goal(side, minute)));
      goals(goal(side, last, null, true));
      for (const player of facts.squad)
        goals(goal(side, last, player), goal(side, last, player), goal(side, last, player));
    }
    const inFirst = period === "first_half";
    for (const side of [0, 1])
      for (let n = 1; n <= MOST_MORE; n++) {
        const extra: Two = side === 0 ? [n, 0] : [0, n];
        const half = (before: Two): Two => (inFirst ? plus(before, extra) : before);
        more.push({
          facts: { ...facts, corners: plus(facts.corners, extra), firstHalfCorners: half(facts.firstHalfCorners) },
          added: [],
        });
        more.push({
          facts: { ...facts, cards: plus(facts.cards, extra), firstHalfCards: half(facts.firstHalfCards) },
          added: [],
        });
      }
  }
  for (const [first, second] of pairsOf(halves))
    for (const counts of countsUpTo(FEW)) {
      const [home1, away1, home2, away2] = counts;
      const goal = (half: HalfLeft, side: Side): FinalGoal => ({
        side,
        period: half.period,
        minute: half.minutes.at(-1) ?? 0,
        player: null,
        own: false,
      });
      goals(
        ...several(home1, goal(first, "home")),
        ...several(away1, goal(first, "away")),
        ...several(home2, goal(second, "home")),
        ...several(away2, goal(second, "away")),
      );
    }
  // What may happen as long as anything is played: it is shown by the match, and not by a half.
  if (halves.length > 0) {
    more.push({ facts: { ...facts, penalties: facts.penalties + 1, reds: facts.reds + 1 }, added: [] });
    for (const shootOut of [
      [5, 4],
      [4, 5],
    ] as const)
      more.push({ facts: { ...facts, extraTime: [0, 0], shootOut }, added: [] });
    for (const extraTime of [
      [1, 0],
      [0, 1],
      [3, 2],
    ] as const)
      more.push({ facts: { ...facts, extraTime }, added: [] });
    more.push({ facts: { ...facts, played: new Set([...facts.played, ...facts.squad]) }, added: [] });
  }
  return more;
}

interface HalfLeft {
  readonly period: "first_half" | "second_half";
  /** A minute in each stretch that is still to be played of it, in order. */
  readonly minutes: readonly number[];
}

/** The halves that had not ended when play stopped. */
function halvesLeft(played: readonly MatchEvent[]): HalfLeft[] {
  const hasEnded = (half: string): boolean =>
    played.some(({ type, period }) => type === "period_end" && period === half) || hasBegunAfter(played, half);
  return (["first_half", "second_half"] as const).flatMap((period) => {
    if (hasEnded(period)) return [];
    const reached = Math.max(0, ...played.flatMap((event) => (event.period === period ? (event.minute ?? 0) : 0)));
    const start = PERIOD_START_MINUTE[period];
    const minutes = [start, start + 15, start + 30].map((minute) => minute + 14).filter((minute) => minute >= reached);
    // Stoppage belongs to the last stretch.
    return [{ period, minutes: minutes.length > 0 ? minutes : [reached] }];
  });
}

function hasBegunAfter(played: readonly MatchEvent[], half: string): boolean {
  return half === "first_half" && played.some(({ period }) => period === "second_half");
}

function withGoals(facts: FinalFacts, added: readonly FinalGoal[]): FinalFacts {
  const goals = [...facts.goals, ...added].sort((a, b) => (a.period < b.period ? -1 : a.period > b.period ? 1 : 0));
  const of = (period?: string): Two => {
    const counted = goals.filter((goal) => period === undefined || goal.period === period);
    return [counted.filter(({ side }) => side === "home").length, counted.filter(({ side }) => side === "away").length];
  };
  const scorers = added.flatMap(({ player }) => player ?? []);
  return {
    ...facts,
    goals,
    firstHalf: of("first_half"),
    secondHalf: of("second_half"),
    fullTime: of(),
    played: new Set([...facts.played, ...scorers]),
    playedByFirstGoal: new Set([...facts.playedByFirstGoal, ...(facts.goals.some(({ own }) => !own) ? [] : scorers)]),
  };
}

/** The half or halves that are left, as one in which sides score and one in which they score later. */
function pairsOf(halves: readonly HalfLeft[]): [HalfLeft, HalfLeft][] {
  const [first, second = first] = halves;
  return first && second ? [[first, second]] : [];
}

/** All that two sides may add in two halves, up to so much each. */
function countsUpTo(most: number): [number, number, number, number][] {
  const each = Array.from({ length: most + 1 }, (_none, count) => count);
  return each.flatMap((a) =>
    each.flatMap((b) => each.flatMap((c) => each.map((d): [number, number, number, number] => [a, b, c, d]))),
  );
}

function several<T>(count: number, item: T): T[] {
  return Array.from({ length: count }, () => item);
}

function plus([home, away]: Two, [moreHome, moreAway]: Two): Two {
  return [home + moreHome, away + moreAway];
}
