import { isKnownType, type MatchEvent } from "../events/event.ts";
import { appendEvent, eventKey, type EventLog } from "../events/event-log.ts";
import { type MatchOrder, matchOrderOf, NOTHING_ORDERED, withLast } from "../events/match-order.ts";
import { saysNothing } from "../events/standing-events.ts";
import { effectiveEvents, priceCounts } from "../sources/effective-events.ts";
import { bringsPolicy } from "../sources/policy-of.ts";
import { applyAll, applyToState } from "./apply-to-state.ts";
import {
  droppedPrices,
  isForgotten,
  isTimeToDrop,
  NO_PAST,
  type PastPrices,
  PRICE_LIMITS,
  type PriceLimits,
  quotedAt,
} from "./past/past-prices.ts";
import { isMarkPassed, WINDOW_MARKS } from "./goal-window.ts";
import { EMPTY_STATE, type MatchState } from "./match-state.ts";
import { beginsPeriod, isPriced, oddsSamplesOf, periodStartsOf, samplesIn } from "../volatility/odds-sample.ts";
import { CALM_TRACK, recordOf, stepVolatility, type VolatilityTrack } from "../volatility/volatility.ts";
import type { VolatilityRecord } from "../volatility/volatility-record.ts";

export { EMPTY_STATE } from "./match-state.ts";

/** A log with its state, and what it takes to go on from there. */
export interface Fold {
  readonly log: EventLog;
  readonly state: MatchState;
  /** The standing events in match order. */
  readonly order: MatchOrder;
  /** What they have led to one by one; what only all of them together decide is not in it. */
  readonly running: MatchState;
  readonly prices: FoldedPrices;
  /** What is kept of the prices that have left the log. */
  readonly past: PastPrices;
}

interface FoldedPrices {
  readonly track: VolatilityTrack;
  /** When each period began, by which prices are distinguished. */
  readonly periodStarts: readonly number[];
  /** Price events in the log. */
  readonly count: number;
}

export const NOTHING_FOLDED: Fold = {
  log: new Map(),
  state: EMPTY_STATE,
  order: NOTHING_ORDERED,
  running: EMPTY_STATE,
  prices: { track: CALM_TRACK, periodStarts: [], count: 0 },
  past: NO_PAST,
};

/**
 * The state of a match: a pure fold over its event log, the retracted left out, in match order.
 *
 * Any permutation and repetition of the same events gives the same state, because the log keeps the greatest
 * revision of each event and the order is computed from the events themselves.
 */
export function foldEvents(log: EventLog): MatchState {
  return foldLog(log).state;
}

/** `foldEvents` in a form that `foldOn` can continue. `past`: what is kept of the prices that have left the log. */
export function foldLog(log: EventLog, past: PastPrices = NO_PAST): Fold {
  const order = matchOrderOf(log);
  const effective = effectiveEvents(order.events);
  const events = effective?.events ?? order.events;
  const running = applyAll(EMPTY_STATE, events);
  const prices = foldPrices(log, events, past);
  const state = conclude(running, marksPassed(events, past.marks), recordOf(prices.track));
  return { log, order, running, prices, past, state: effective ? { ...state, sources: effective.sources } : state };
}

/**
 * `fold` with one more event: what folding the whole log again would give. Where the event stands last, as most do, it
 * alone is applied, and the parts of the state that it leaves alone stay the same objects. Once in a while old prices
 * leave the log.
 * @returns the same fold when the event adds nothing to the log
 */
export function foldOn(fold: Fold, event: MatchEvent, limits: PriceLimits = PRICE_LIMITS): Fold {
  if (isForgotten(fold, event, limits)) return fold;
  const log = appendEvent(fold.log, event);
  if (log === fold.log) return fold;
  if ([event, fold.log.get(eventKey(event)) ?? event].every(saysNothing)) return { ...fold, log };
  // One more report may change what counts of all others.
  const further =
    fold.state.sources || bringsPolicy(event)
      ? (goOnWithPrice(fold, log, event) ?? foldLog(log, fold.past))
      : (goOn(fold, log, event) ?? foldLog(log, fold.past));
  // Of several sources, a price that does not count today may count tomorrow, and shows that its source is alive.
  if (further.state.sources) return further;
  return isTimeToDrop(further.prices.count, further.past, limits) ? withoutOldPrices(further, limits) : further;
}

/** Undefined where the event does not stand last. */
function goOn(fold: Fold, log: EventLog, event: MatchEvent): Fold | undefined {
  if (log.size === fold.log.size) return undefined;
  const count = fold.prices.count + (isPriced(event) ? 1 : 0);
  if (event.retracted) return { ...fold, log, prices: { ...fold.prices, count } };
  const order = withLast(fold.order, event);
  if (!order) return undefined;
  const { past } = fold;
  const running = applyToState(fold.running, event);
  const marks = marksPassed([event], fold.state.marksPassed);
  const track = trackOn(fold, event);
  const prices = track ? { ...fold.prices, track, count } : foldPrices(log, order.events, past);
  const volatility = prices.track === fold.prices.track ? fold.state.volatility : recordOf(prices.track);
  return { log, order, running, prices, past, state: conclude(running, marks, volatility) };
}

/** Of several sources, a price that stands last changes nothing of what counts of others. Undefined for all else. */
function goOnWithPrice(fold: Fold, log: EventLog, event: MatchEvent): Fold | undefined {
  const { sources } = fold.state;
  if (!sources || event.retracted || log.size === fold.log.size) return undefined;
  const counts = priceCounts(event, sources);
  if (counts === undefined || !trackOn(fold, event)) return undefined;
  const further = goOn(fold, log, event);
  if (!further) return undefined;
  const { order, prices } = further;
  if (counts) return { ...further, state: { ...further.state, sources } };
  return { ...fold, log, order, prices: { ...fold.prices, count: prices.count } };
}

function foldPrices(log: EventLog, events: readonly MatchEvent[], past: PastPrices): FoldedPrices {
  const count = [...log.values()].filter(isPriced).length;
  const samples = oddsSamplesOf(events).filter(({ at }) => at > past.through);
  return { track: stepVolatility(past.track, samples) ?? past.track, periodStarts: periodStartsOf(events), count };
}

/**
 * Undefined where the price is late, or the event begins a period: then prices quoted before are distinguished
 * otherwise.
 */
function trackOn({ prices, past }: Fold, event: MatchEvent): VolatilityTrack | undefined {
  if (beginsPeriod(event)) return undefined;
  if (!isPriced(event) || quotedAt(event) <= past.through) return prices.track;
  return stepVolatility(prices.track, samplesIn(event, prices.periodStarts));
}

/** Drops what the limits do not keep, after its part in volatility and in the clock has been noted. */
function withoutOldPrices(fold: Fold, limits: PriceLimits): Fold {
  const { events } = fold.order;
  const { keys, events: gone, through, left } = droppedPrices(fold.log, events, limits);
  if (through <= fold.past.through) return { ...fold, past: { ...fold.past, left } };
  const until = events.filter((event) => quotedAt(event) <= through || beginsPeriod(event));
  const { track } = foldPrices(fold.log, until, fold.past);
  const standing = gone.filter((event) => !event.retracted);
  const marks = marksPassed(standing, fold.past.marks);
  const log = new Map(fold.log);
  for (const key of keys) log.delete(key);
  return foldLog(log, { through, track: { ...track, moment: null }, marks, left });
}

/**
 * Which window marks some event has come from beyond: it proves what time it was. Unknown types change no fact, and
 * a goal that may yet be taken back proves nothing, or a window that it closed would open again.
 */
function marksPassed(events: readonly MatchEvent[], known: MatchState["marksPassed"] = []): MatchState["marksPassed"] {
  const proofs = events.filter((event) => isKnownType(event.type) && !awaitsConfirmation(event));
  return WINDOW_MARKS.filter(
    (mark) =>
      known.includes(mark) ||
      proofs.some(
        ({ period, minute }) => period !== undefined && minute !== undefined && isMarkPassed(mark, period, minute),
      ),
  );
}

function awaitsConfirmation({ type, payload }: MatchEvent): boolean {
  return type === "goal" && "confirmation" in payload && ["possible", "tbd"].includes(String(payload.confirmation));
}

/** Nothing runs and nothing is pending once the match is over. */
function conclude(running: MatchState, passed: MatchState["marksPassed"], volatility: VolatilityRecord): MatchState {
  const state = { ...running, marksPassed: passed, volatility };
  if (!state.over) return state;
  const clock = state.clock?.stoppedAt === undefined || state.playedOut ? null : state.clock;
  return { ...state, clock, penaltyPending: null, goalPending: null, reviewPending: false };
}
