import { isKnownType, type MatchEvent, sideOf } from "../events/event.ts";
import { type EventType, PAYLOADS, type PayloadOf } from "../events/event-payloads.ts";
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
import type { MatchState } from "./match-state.ts";
import { isPriced } from "../volatility/odds-sample.ts";
import { union } from "./sorted-union.ts";

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

/** The state after one more event, the last in match order. A type that is not known changes nothing. */
export function applyToState(state: MatchState, event: MatchEvent): MatchState {
  if (!isKnownType(event.type)) return state;
  const handle = handlers[event.type] as ((s: MatchState, e: MatchEvent, payload: unknown) => MatchState) | undefined;
  return handle ? handle(proveClock(placeInPeriod(state, event), event), event, event.payload) : state;
}

/**
 * The state after all `events`, which are in match order: what applying one after the other gives, without a copy of
 * every price for each price.
 */
export function applyAll(from: MatchState, events: readonly MatchEvent[]): MatchState {
  let state = from;
  // Lists that no other state shares. Where an event of another type has replaced them, they are copied anew.
  let odds: Record<string, Prices> | undefined;
  let prematchOdds: Record<string, Prices> | undefined;
  for (const event of events) {
    const payload = isPriced(event) ? (event.payload as OddsPayload) : undefined;
    if (!payload?.prices) {
      state = applyToState(state, event);
      continue;
    }
    state = applyBesidePrices(state, event);
    if (!odds || state.odds !== odds) state = { ...state, odds: (odds = { ...state.odds }) };
    odds[payload.market] = payload.prices;
    if (hasStarted(state)) continue;
    if (!prematchOdds || state.prematchOdds !== prematchOdds)
      state = { ...state, prematchOdds: (prematchOdds = { ...state.prematchOdds }) };
    prematchOdds[payload.market] = payload.prices;
  }
  return state;
}

/** What an event changes beside the lists of prices: those say when play was, as every event does. */
export function applyBesidePrices(state: MatchState, event: MatchEvent): MatchState {
  return isPriced(event) ? proveClock(placeInPeriod(state, event), event) : applyToState(state, event);
}

/** Of every type that reports prices; only an update has to. */
type OddsPayload = PayloadOf<"odds_steam">;
type Prices = NonNullable<OddsPayload["prices"]>;

function withOdds(state: MatchState, _event: MatchEvent, { market, prices }: OddsPayload): MatchState {
  if (!prices) return state;
  const priced = { [market]: prices };
  // Prices in play have the score in them; they say nothing of the rates that a match starts with.
  const prematchOdds = hasStarted(state) ? state.prematchOdds : { ...state.prematchOdds, ...priced };
  return { ...state, prematchOdds, odds: { ...state.odds, ...priced } };
}

function hasStarted({ clock, periodsPlayed }: MatchState): boolean {
  return clock !== null || periodsPlayed > 0;
}
