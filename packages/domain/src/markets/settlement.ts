import { asFarAsReported } from "../dependencies/coverage.ts";
import { possibleStates } from "../match/possible-states.ts";
import { type OutcomeResult, RESULT_VALUE } from "./outcome-result.ts";
import { type CountLine, type HalvesLine, type Market, namedPrimitive, outcomesOf, REFUND } from "./market.ts";
import type { Decision, MatchState } from "../match/match-state.ts";
import { payoffReads } from "./payoff-reads.ts";
import { oncePerState } from "../match/once-per-state.ts";
import type { CountPrimitiveId, Progress } from "../dependencies/primitives/count-primitives.ts";
import { halfProgress } from "../dependencies/primitive.ts";
import { dependsOnGoals } from "../dependencies/reads.ts";
import { isHandedOver } from "../sources/sources-state.ts";
import { COUNT_PRIMITIVES } from "../dependencies/primitives/count-primitives.ts";

export interface Settlement {
  /** 1 won, 0 lost, 0.75 and 0.25 half won and half lost, 0.5 void: see `RESULT_VALUE`. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The result of each outcome. Stored under this name. */
  readonly grades: Readonly<Record<string, OutcomeResult>>;
  /** True while a correction, or play that goes on, may open the market again: see `isProvisional`. */
  readonly provisional: boolean;
}

/**
 * The settlement of `market` in `state`, or undefined while it is open.
 *
 * A market is settled as soon as every result that can still happen pays the same. Counts only grow, so the results
 * to look at are those at or above the present counts; payoffs are constant beyond `SEARCH_BOUND` more of anything.
 */
export function settlementOf(market: Market, state: MatchState): Settlement | undefined {
  const results = resultsOf(market, state);
  if (!results) return undefined;
  const { provisional, final } = settlementsBy(results);
  return isProvisional(market, state, results) ? provisional : final;
}

/** The two settlements that outcome results allow, made once for each remembered set of results. */
const madeOf = new WeakMap<
  Record<string, OutcomeResult>,
  { readonly provisional: Settlement; readonly final: Settlement }
>();

function settlementsBy(results: Readonly<Record<string, OutcomeResult>>): {
  provisional: Settlement;
  final: Settlement;
} {
  const made = madeOf.get(results);
  if (made) return made;
  const outcomes = Object.fromEntries(
    Object.entries(results).map(([outcome, result]) => [outcome, RESULT_VALUE[result]]),
  );
  const both = {
    provisional: { outcomes, grades: results, provisional: true },
    final: { outcomes, grades: results, provisional: false },
  };
  madeOf.set(results, both);
  return both;
}

export function isOpen(market: Market, state: MatchState): boolean {
  return resultsOf(market, state) === undefined;
}

/** What play has decided, and what became of the rest where play was not finished. */
function resultsOf(market: Market, state: MatchState): OutcomeResults {
  return (
    playedResultsOf(market, state) ?? (state.decision ? decidedResultsOf(market, state, state.decision) : undefined)
  );
}

function decidedResultsOf(market: Market, state: MatchState, decision: Decision): OutcomeResults {
  const outcomes = outcomesOf(market, state);
  if (outcomes.length === 0) return undefined;
  const winner = market.primitive === "to_qualify" && decision.kind === "awarded" ? decision.winner : null;
  return Object.fromEntries(
    outcomes.map((outcome): [string, OutcomeResult] => [
      outcome,
      winner ? (outcome === winner ? "won" : "lost") : "void",
    ]),
  );
}

export function playedResultsOf(market: Market, known: MatchState): OutcomeResults {
  const state = asFarAsReported(market, known);
  switch (market.space) {
    case "own":
      return market.settle(state);
    case "named":
      return outcomesOf(market, state).length > 0 ? namedPrimitive(market.primitive).settle(state) : undefined;
    case "halves": {
      const key = halvesKey(state);
      return remembered(market, key, () => resultsOfLines(market, constantOverHalves(market.lines, state)));
    }
    case "counts": {
      const { progress, key } = progressOf(market.primitive, state);
      return remembered(market, key, () => resultsOfLines(market, constantOver(market.lines, progress)));
    }
  }
}

type OutcomeResults = Readonly<Record<string, OutcomeResult>> | undefined;

/** Progress seen lately, by market. Most events leave most counts alone, and each is asked about before and after. */
const REMEMBERED = 8;
const lately = new WeakMap<Market, Map<string, OutcomeResults>>();

/** Outcome results follow from the progress alone, so equal progress is not worked out again. */
function remembered(market: Market, key: string, result: () => OutcomeResults): OutcomeResults {
  const known = lately.get(market) ?? new Map<string, OutcomeResults>();
  lately.set(market, known);
  if (known.has(key)) return known.get(key);
  const results = result();
  if (known.size >= REMEMBERED) known.clear();
  known.set(key, results);
  return results;
}

interface KeyedProgress {
  readonly progress: Progress;
  readonly key: string;
}

const progressesOf = oncePerState(() => new Map<CountPrimitiveId, KeyedProgress>());

function progressOf(primitive: CountPrimitiveId, state: MatchState): KeyedProgress {
  const known = progressesOf(state);
  const found = known.get(primitive);
  if (found) return found;
  const progress = COUNT_PRIMITIVES[primitive].progress(state);
  const keyed = { progress, key: progressKey(progress) };
  known.set(primitive, keyed);
  return keyed;
}

const halvesKey = oncePerState((state) => {
  const { first, second } = halfProgress(state);
  return `${progressKey(first)},${progressKey(second)}`;
});

function progressKey({ counted, closed, void: unplayed }: Progress): string {
  return `${counted.home}-${counted.away}${closed ? "c" : ""}${unplayed ? "v" : ""}`;
}

/** No line of the catalogue tells counts or totals apart beyond this. */
const SEARCH_BOUND = 16;
/** Nor leads further from level than this. */
const LEAD_REACH = 5;

/**
 * How many more a side must be given for every payoff to show: few, until nothing tells its count from a larger one
 * of equal parity, and what it needs to catch up, give or take.
 */
function additions(count: number, deficit: number): number[] {
  const few = Math.max(2, SEARCH_BOUND - count);
  const more = Array.from({ length: few + 1 }, (_unused, index) => index);
  for (let near = Math.max(few + 1, deficit - LEAD_REACH); near <= deficit + LEAD_REACH; near++) more.push(near);
  return more;
}

/** Winning outcome by line, when it is the same for every reachable result. */
function constantOver(
  lines: readonly CountLine[],
  { counted, closed, void: unplayed }: Progress,
): number[] | undefined {
  if (unplayed) return lines.map(() => REFUND);
  const winners = lines.map((line) => line(counted.home, counted.away));
  if (closed) return winners;
  const deficit = counted.away - counted.home;
  const homeAdditions = additions(counted.home, deficit);
  const awayAdditions = additions(counted.away, -deficit);
  for (const home of homeAdditions)
    for (const away of awayAdditions)
      for (const [i, line] of lines.entries())
        if (line(counted.home + home, counted.away + away) !== winners[i]) return undefined;
  return winners;
}

/** Goals that a half can still add, as far as any half market can tell them apart. */
const HALF_REACH = 5;
/** More than any match has seen. Whatever a feed makes up beyond them is settled by the whistle, at a bounded cost. */
const MOST_GOALS = 24;

function constantOverHalves(lines: readonly HalvesLine[], state: MatchState): number[] | undefined {
  const { first, second } = halfProgress(state);
  const now = [first.counted.home, first.counted.away, second.counted.home, second.counted.away] as const;
  const winners = lines.map((line) => line(...now));
  if (second.closed) return winners;
  if (now[0] + now[1] + now[2] + now[3] > MOST_GOALS) return undefined;
  const more = first.closed ? 0 : HALF_REACH + Math.abs(now[0] - now[1]);
  // The second half can turn any lead, its own and the first's, and outscore the first.
  const rest = HALF_REACH + more + now[0] + now[1] + now[2] + now[3];
  for (let h1 = 0; h1 <= more; h1++)
    for (let a1 = 0; a1 <= more; a1++)
      for (let h2 = 0; h2 <= rest; h2++)
        for (let a2 = 0; a2 <= rest; a2++)
          for (const [i, line] of lines.entries())
            if (line(now[0] + h1, now[1] + a1, now[2] + h2, now[3] + a2) !== winners[i]) return undefined;
  return winners;
}

function resultsOfLines(
  market: Market,
  winners: readonly number[] | undefined,
): Record<string, OutcomeResult> | undefined {
  if (!winners) return undefined;
  const refunded = winners.filter((winner) => winner === REFUND).length;
  return Object.fromEntries(
    market.outcomes.map((outcome, index): [string, OutcomeResult] => {
      const won = winners.filter((winner) => winner === index).length;
      if (refunded === winners.length) return [outcome, "void"];
      if (market.winners === "overlapping") return [outcome, won > 0 ? "won" : "lost"];
      if (won === winners.length) return [outcome, "won"];
      if (won > 0) return [outcome, refunded > 0 ? "half_won" : "half_lost"];
      return [outcome, refunded > 0 ? "half_lost" : "lost"];
    }),
  );
}

/**
 * A correction may still overturn it: a goal awaits confirmation, the feed has a gap in which anything may have
 * happened, a period has only just ended and late words of it are still to come, or it rests on what feeds never
 * confirm (corners, cards, penalties) and correct as late as they like. The fact `unconfirmed` tells of every change.
 */
function isProvisional(market: Market, state: MatchState, results: Readonly<Record<string, OutcomeResult>>): boolean {
  // An abandoned match may be resumed, or awarded, after its feed has closed it.
  if (state.decision?.kind === "abandoned" && !playedResultsOf(market, state)) return true;
  // The whistle itself may have overtaken what is missing, so a gap counts after it as well.
  if (state.feedGap) return true;
  // The authority may come back and have reported everything that it missed.
  if (isHandedOver(state)) return true;
  if (!state.over && !dependsOnGoals(payoffReads(market))) return true;
  const settlesAlike = (candidate: MatchState): boolean => {
    const instead = resultsOf(market, candidate);
    return instead !== undefined && Object.entries(results).every(([outcome, result]) => instead[outcome] === result);
  };
  if (!state.over && state.clock === null && !settlesAlike(beforeTheWhistle(state))) return true;
  return !possibilitiesOf(state)?.every(settlesAlike);
}

const possibilitiesOf = oncePerState(possibleStates);

/** `state` as it was when the period that ended last was still running: what its end settled is open there. */
const beforeTheWhistle = oncePerState((state): MatchState => {
  const inFirstHalf = state.periodsPlayed <= 1;
  return {
    ...state,
    periodsPlayed: Math.max(0, state.periodsPlayed - 1),
    halfTimeScore: inFirstHalf ? null : state.halfTimeScore,
    halfTimeCounts: inFirstHalf ? null : state.halfTimeCounts,
  };
});
