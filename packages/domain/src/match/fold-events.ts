import { isKnownType, type MatchEvent, sideOf } from "../events/event.ts";
import { type EventType, PAYLOADS, type PayloadOf } from "../events/event-payloads.ts";
import { appendEvent, eventKey, type EventLog } from "../events/event-log.ts";
import { saysNothing, standingEvents } from "../events/standing-events.ts";
import { proveClock } from "./fold-clock.ts";
import { book, sendOff } from "./fold-cards.ts";
import { count, countGoal } from "./fold-counts.ts";
import { fixtureCoverage, sourceCoverage } from "./fold-coverage.ts";
import { abandon, award, makeVoid, resume, whistle } from "./fold-endings.ts";
import { kick } from "./fold-kicks.ts";
import { makeUnavailable, newLineup, withLineup } from "./fold-lineups.ts";
import { awardPenalty, takePenalty } from "./fold-penalties.ts";
import { currentPeriod, endPeriod, placeInPeriod, startPeriod } from "./fold-periods.ts";
import { leavePitch, returnToPitch, substitute } from "./fold-substitutions.ts";
import { isMarkPassed, WINDOW_MARKS } from "./goal-window.ts";
import type { MatchState } from "./match-state.ts";
import { effectiveEvents } from "../sources/effective-events.ts";
import { bringsPolicy } from "../sources/policy-of.ts";
import { bearsOnPrices, oddsSamplesOf } from "../volatility/odds-sample.ts";
import { NONE } from "../events/side.ts";
import { union } from "./sorted-union.ts";
import { foldVolatility, recordOf } from "../volatility/volatility.ts";
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
  /** The standing events that count, in match order. */
  readonly order: readonly MatchEvent[];
  /** What they have led to one by one; what only all of them together decide is not in it. */
  readonly running: MatchState;
}

export const NOTHING_FOLDED: Fold = { log: new Map(), state: EMPTY_STATE, order: [], running: EMPTY_STATE };

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
  const standing = standingEvents(log);
  const effective = effectiveEvents(standing);
  const order = effective?.events ?? standing;
  const running = order.reduce(apply, EMPTY_STATE);
  const state = conclude(running, marksPassed(order), volatilityOf(order));
  return { log, order, running, state: effective ? { ...state, sources: effective.sources } : state };
}

/**
 * `fold` with one more event: what folding the whole log again would give. Where the event stands last, as most do, it alone
 * is applied, and the parts of the state that it leaves alone stay the same objects.
 * @returns the same fold when the event adds nothing to the log
 */
export function foldOn(fold: Fold, event: MatchEvent): Fold {
  const log = appendEvent(fold.log, event);
  if (log === fold.log) return fold;
  if ([event, fold.log.get(eventKey(event)) ?? event].every(saysNothing)) return { ...fold, log };
  // One more report may change what counts of all others.
  if (fold.state.sources || bringsPolicy(event)) return foldLog(log);
  const order = standingEvents(log);
  const last = order.at(-1);
  const goesOn = order.length === fold.order.length + 1 && fold.order.every((known, index) => known === order[index]);
  if (!goesOn || !last) return foldLog(log);
  const running = apply(fold.running, last);
  const marks = marksPassed([last], fold.state.marksPassed);
  // Prices are distinguished by the period in which they were quoted.
  const volatility = bearsOnPrices(last) ? volatilityOf(order) : fold.state.volatility;
  return { log, order, running, state: conclude(running, marks, volatility) };
}

type Handlers = {
  readonly [T in EventType]?: (state: MatchState, event: MatchEvent, payload: PayloadOf<T>) => MatchState;
};

const handlers: Handlers = {
  fixture: (state, event, payload) => {
    const fixture = PAYLOADS.fixture.parse(payload);
    const next = { ...state, fixture };
    // A fixture that says nothing of it leaves the word of another source alone.
    return fixture.coverage ? fixtureCoverage(next, event, fixture.coverage) : next;
  },
  coverage_changed: sourceCoverage,
  lineup_confirmed: (state, event, { starters, bench }) =>
    withLineup(state, sideOf(event), newLineup(starters, bench, state.lineups[sideOf(event)])),
  kick_off: (state, event) => startPeriod(state, event.period ?? "first_half", event),
  period_start: (state, event) => startPeriod(state, event.period ?? "first_half", event),
  period_end: (state, event) => endPeriod(state, event.period ?? currentPeriod(state)),
  stoppage_time_announced: (state, event, { minutes }) =>
    minutes === undefined
      ? state
      : { ...state, stoppage: { ...state.stoppage, [event.period ?? currentPeriod(state)]: minutes } },
  full_time: whistle,

  goal: countGoal,
  penalty_awarded: awardPenalty,
  penalty_taken: (state, event, { scored }) => takePenalty(state, event, scored),
  penalty_missed: (state, event) => takePenalty(state, event, false),
  shootout_kick: (state, event, { scored }) => kick(state, event, scored),
  var_review_started: (state) => ({ ...state, reviewPending: true }),
  var_review_ended: (state) => ({ ...state, reviewPending: false }),

  corner: (state, event) => count(state, event, "corners"),
  yellow_card: book,
  second_yellow_card: sendOff,
  red_card: sendOff,

  substitution: substitute,
  player_off: leavePitch,
  player_on: returnToPitch,
  player_injury: (state, event) => makeUnavailable(state, event),
  key_player_suspended: (state, event) => makeUnavailable(state, event),
  goalkeeper_change: (state, event, { goalkeeper }) =>
    goalkeeper === undefined ? state : { ...state, goalkeepers: { ...state.goalkeepers, [sideOf(event)]: goalkeeper } },
  formation_change: (state, event, { formation = null }) => ({
    ...state,
    formations: { ...state.formations, [sideOf(event)]: formation },
  }),

  referee_assigned: (state, _event, { referee = null }) => ({ ...state, referee }),
  venue_changed: (state, _event, { venue = null, neutral }) => ({ ...state, venue, neutralVenue: neutral }),
  weather: (state, _event, { condition }) => ({ ...state, weather: condition }),

  odds_update: withOdds,
  odds_steam: withOdds,
  line_movement: withOdds,
  bet_stop: (state, _event, { groups }) => ({
    ...state,
    stopped: union(state.stopped, groups ?? ["all"]),
  }),
  bet_start: (state, _event, { groups }) => ({
    ...state,
    stopped: groups ? state.stopped.filter((group) => !groups.includes(group)) : [],
  }),

  postponed: (state) => ({ ...state, halted: "postponed" }),
  abandoned: abandon,
  resumed: resume,
  awarded: award,
  void: makeVoid,
  feed_gap: (state) => ({ ...state, feedGap: true }),
  feed_recovered: (state) => ({ ...state, feedGap: false }),
  model_refitted: (state, _event, { parameters }) => ({ ...state, parameters }),
};

function apply(state: MatchState, event: MatchEvent): MatchState {
  if (!isKnownType(event.type)) return state;
  const handle = handlers[event.type] as ((s: MatchState, e: MatchEvent, payload: unknown) => MatchState) | undefined;
  return handle ? handle(proveClock(placeInPeriod(state, event), event), event, event.payload) : state;
}

function withOdds(
  state: MatchState,
  _event: MatchEvent,
  payload: { market: string; prices?: Readonly<Record<string, number>> | undefined },
): MatchState {
  if (!payload.prices) return state;
  const priced = { [payload.market]: payload.prices };
  const started = state.clock !== null || state.periodsPlayed > 0;
  // Prices in play have the score in them; they say nothing of the rates that a match starts with.
  const prematchOdds = started ? state.prematchOdds : { ...state.prematchOdds, ...priced };
  return { ...state, prematchOdds, odds: { ...state.odds, ...priced } };
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

function volatilityOf(standing: readonly MatchEvent[]): VolatilityRecord {
  return recordOf(foldVolatility(oddsSamplesOf(standing)));
}

/** Nothing runs and nothing is pending once the match is over. */
function conclude(running: MatchState, passed: MatchState["marksPassed"], volatility: VolatilityRecord): MatchState {
  const state = { ...running, marksPassed: passed, volatility };
  if (!state.over) return state;
  const clock = state.clock?.stoppedAt === undefined || state.playedOut ? null : state.clock;
  return { ...state, clock, penaltyPending: null, goalPending: null, reviewPending: false };
}
