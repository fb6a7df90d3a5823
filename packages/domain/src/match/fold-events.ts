import { isKnownType, type MatchEvent } from "../events/event.ts";
import { appendEvent, type EventLog } from "../events/event-log.ts";
import { type MatchOrder, matchOrderOf, NOTHING_ORDERED, withLast } from "../events/match-order.ts";
import { applyAll, applyToState } from "./apply-to-state.ts";
import { isMarkPassed, WINDOW_MARKS } from "./goal-window.ts";
import type { MatchState } from "./match-state.ts";
import { beginsPeriod, isPriced, oddsSamplesOf, periodStartsOf, samplesIn } from "../volatility/odds-sample.ts";
import { NONE } from "../events/side.ts";
import {
  CALM_TRACK,
  foldVolatility,
  recordOf,
  stepVolatility,
  type VolatilityTrack,
} from "../volatility/volatility.ts";
import { CALM, type VolatilityRecord } from "../volatility/volatility-record.ts";

export const EMPTY_STATE: MatchState = {
  fixture: null,
  periodsPlayed: 0,
  clock: null,
  correctedStart: null,
  over: false,
  playedOut: false,
  decision: null,
  halted: null,
  resumedAt: null,
  feedGap: false,
  carried: { match: null, sources: {} },
  uncovered: {},
  stoppage: {},
  goals: [],
  score: NONE,
  halfTimeScore: null,
  extraTimeScore: NONE,
  extraTimePlayed: false,
  shootOut: { scored: NONE, taken: NONE },
  lastKick: null,
  penaltyPending: null,
  penaltiesAwarded: 0,
  reviewPending: false,
  goalPending: null,
  marksPassed: [],
  counts: { corners: NONE, cards: NONE },
  halfTimeCounts: null,
  yellowCards: NONE,
  redCards: NONE,
  regularRedCards: NONE,
  dismissed: { home: [], away: [] },
  off: { home: [], away: [] },
  benchCards: [],
  lineups: { home: null, away: null },
  goalkeepers: { home: null, away: null },
  formations: { home: null, away: null },
  unavailable: { home: [], away: [] },
  referee: null,
  venue: null,
  neutralVenue: false,
  weather: null,
  prematchOdds: {},
  odds: {},
  volatility: CALM,
  stopped: [],
  parameters: null,
};

/** A log with its state, and what it takes to go on from there. */
export interface Fold {
  readonly log: EventLog;
  readonly state: MatchState;
  /** The standing events in match order. */
  readonly order: MatchOrder;
  /** What they have led to one by one; what only all of them together decide is not in it. */
  readonly running: MatchState;
  /** Their prices, and when each period began, by which prices are told apart. */
  readonly prices: { readonly track: VolatilityTrack; readonly periodStarts: readonly number[] };
}

export const NOTHING_FOLDED: Fold = {
  log: new Map(),
  state: EMPTY_STATE,
  order: NOTHING_ORDERED,
  running: EMPTY_STATE,
  prices: { track: CALM_TRACK, periodStarts: [] },
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

/** `foldEvents` in a form that `foldOn` can continue. */
export function foldLog(log: EventLog): Fold {
  const order = matchOrderOf(log);
  const { events } = order;
  const running = applyAll(EMPTY_STATE, events);
  const prices = foldPrices(events);
  return { log, order, running, prices, state: conclude(running, marksPassed(events), recordOf(prices.track)) };
}

/**
 * `fold` with one more event: what folding the whole log again would give. Where the event stands last, as most do, it alone
 * is applied, and the parts of the state that it leaves alone stay the same objects.
 * @returns the same fold when the event adds nothing to the log
 */
export function foldOn(fold: Fold, event: MatchEvent): Fold {
  const log = appendEvent(fold.log, event);
  if (log === fold.log) return fold;
  if (log.size === fold.log.size) return foldLog(log);
  if (event.retracted) return { ...fold, log };
  const order = withLast(fold.order, event);
  if (!order) return foldLog(log);
  const running = applyToState(fold.running, event);
  const marks = marksPassed([event], fold.state.marksPassed);
  const prices = pricesOn(fold.prices, event) ?? foldPrices(order.events);
  const volatility = prices.track === fold.prices.track ? fold.state.volatility : recordOf(prices.track);
  return { log, order, running, prices, state: conclude(running, marks, volatility) };
}

function foldPrices(events: readonly MatchEvent[]): Fold["prices"] {
  return { track: foldVolatility(oddsSamplesOf(events)), periodStarts: periodStartsOf(events) };
}

/** Undefined where the price is late, or the event begins a period: then prices quoted before are distinguished otherwise. */
function pricesOn(prices: Fold["prices"], event: MatchEvent): Fold["prices"] | undefined {
  if (beginsPeriod(event)) return undefined;
  if (!isPriced(event)) return prices;
  const track = stepVolatility(prices.track, samplesIn(event, prices.periodStarts));
  return track && (track === prices.track ? prices : { ...prices, track });
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
