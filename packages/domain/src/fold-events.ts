import type { MatchEvent } from "./event.ts";
import { isKnownType } from "./event.ts";
import { type EventType, PAYLOADS, type PayloadOf } from "./event-payloads.ts";
import type { EventLog } from "./event-log.ts";
import { inMatchOrder } from "./event-order.ts";
import { isMarkPassed, WINDOW_MARKS } from "./goal-window.ts";
import type { Counts, Goal, Lineup, MatchState } from "./match-state.ts";
import { PERIODS, PERIOD_START_MINUTE, type Period, periodIndex } from "./period.ts";
import { addTo, NONE, type Side } from "./side.ts";

export const EMPTY_STATE: MatchState = {
  fixture: null,
  periodsPlayed: 0,
  clock: null,
  over: false,
  halted: null,
  stoppage: {},
  goals: [],
  score: NONE,
  halfTimeScore: null,
  extraTimeScore: NONE,
  shootOut: { scored: NONE, taken: NONE },
  penaltyPending: null,
  penaltiesAwarded: 0,
  reviewPending: false,
  goalPending: null,
  marksPassed: [],
  counts: { corners: NONE, cards: NONE },
  halfTimeCounts: null,
  yellowCards: NONE,
  redCards: NONE,
  lineups: { home: null, away: null },
  goalkeepers: { home: null, away: null },
  formations: { home: null, away: null },
  unavailable: { home: [], away: [] },
  referee: null,
  venue: null,
  neutralVenue: false,
  weather: null,
  odds: {},
  stopped: [],
  parameters: null,
};

/**
 * The state of a match: a pure fold over its event log, the retracted left out, in match order.
 *
 * Any permutation and repetition of the same events gives the same state, because the log keeps the greatest
 * revision of each event and the order is computed from the events themselves.
 */
export function foldEvents(log: EventLog): MatchState {
  const standing = [...log.values()].filter((event) => !event.retracted);
  const state = inMatchOrder(standing).reduce(apply, EMPTY_STATE);
  return conclude({ ...state, marksPassed: marksPassed(standing) });
}

type Handlers = {
  readonly [T in EventType]?: (state: MatchState, event: MatchEvent, payload: PayloadOf<T>) => MatchState;
};

const handlers: Handlers = {
  fixture: (state, _event, fixture) => ({ ...state, fixture: PAYLOADS.fixture.parse(fixture) }),
  lineup_confirmed: (state, event, { starters, bench }) => withLineup(state, sideOf(event), newLineup(starters, bench)),
  kick_off: (state, event) => startPeriod(state, "first_half", event),
  period_start: (state, event) => startPeriod(state, event.period ?? "first_half", event),
  period_end: (state, event) => endPeriod(state, event.period ?? currentPeriod(state)),
  stoppage_time_announced: (state, event, { minutes }) => ({
    ...state,
    stoppage: { ...state.stoppage, [event.period ?? currentPeriod(state)]: minutes },
  }),
  full_time: (state) => ({
    ...endPeriod(state, state.periodsPlayed < 2 ? "second_half" : currentPeriod(state)),
    over: true,
  }),

  goal: countGoal,
  penalty_awarded: awardPenalty,
  penalty_taken: (state, event) => ({
    ...(state.penaltyPending ? state : awardPenalty(state, event)),
    penaltyPending: null,
  }),
  penalty_missed: (state, event) => ({
    ...(state.penaltyPending ? state : awardPenalty(state, event)),
    penaltyPending: null,
  }),
  shootout_kick: (state, event, { scored }) => ({
    ...state,
    shootOut: {
      taken: addTo(state.shootOut.taken, sideOf(event)),
      scored: addTo(state.shootOut.scored, sideOf(event), scored ? 1 : 0),
    },
  }),
  var_review_started: (state) => ({ ...state, reviewPending: true }),
  var_review_ended: (state) => ({ ...state, reviewPending: false }),

  corner: (state, event) => count(state, event, "corners"),
  yellow_card: (state, event) =>
    count({ ...state, yellowCards: addTo(state.yellowCards, sideOf(event)) }, event, "cards"),
  second_yellow_card: sendOff,
  red_card: sendOff,

  substitution: substitute,
  player_injury: (state, event) => makeUnavailable(state, event),
  key_player_suspended: (state, event) => makeUnavailable(state, event),
  goalkeeper_change: (state, event, { goalkeeper }) => ({
    ...state,
    goalkeepers: { ...state.goalkeepers, [sideOf(event)]: goalkeeper },
  }),
  formation_change: (state, event, { formation }) => ({
    ...state,
    formations: { ...state.formations, [sideOf(event)]: formation },
  }),

  referee_assigned: (state, _event, { referee }) => ({ ...state, referee }),
  venue_changed: (state, _event, { venue, neutral }) => ({
    ...state,
    venue,
    neutralVenue: neutral,
  }),
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
  abandoned: (state) => ({ ...state, halted: "abandoned", clock: null }),
  resumed: (state) => ({ ...state, halted: null }),
  feed_gap: (state) => ({ ...state, halted: state.halted ?? "feed_gap" }),
  feed_recovered: (state) => ({
    ...state,
    halted: state.halted === "feed_gap" ? null : state.halted,
  }),
  model_refitted: (state, _event, { parameters }) => ({ ...state, parameters }),
};

function apply(state: MatchState, event: MatchEvent): MatchState {
  if (!isKnownType(event.type)) return state;
  const handle = handlers[event.type] as ((s: MatchState, e: MatchEvent, payload: unknown) => MatchState) | undefined;
  return handle ? handle(placeInPeriod(state, event), event, event.payload) : state;
}

/** A play event from a period that was never announced proves that the earlier periods are over. */
function placeInPeriod(state: MatchState, event: MatchEvent): MatchState {
  const period = event.period;
  if (period === undefined || event.minute === undefined || BETWEEN_PERIODS.has(event.type)) return state;
  if (periodIndex(period) < state.periodsPlayed || state.clock?.period === period) return state;
  const elapsedMs = Math.max(0, (event.minute - PERIOD_START_MINUTE[period]) * 60 + (event.second ?? 0)) * 1000;
  const startedAt = Date.parse(event.occurredAt) - elapsedMs / (state.fixture?.clockRate ?? 1);
  return startPeriodAt(state, period, startedAt);
}

/** Things that happen during a break although their clock names the next period. */
const BETWEEN_PERIODS: ReadonlySet<string> = new Set<EventType>([
  "substitution",
  "yellow_card",
  "second_yellow_card",
  "red_card",
  "period_start",
  "period_end",
  "kick_off",
  "full_time",
  "lineup_confirmed",
]);

function startPeriod(state: MatchState, period: Period, event: MatchEvent): MatchState {
  return startPeriodAt(state, period, Date.parse(event.occurredAt));
}

function startPeriodAt(state: MatchState, period: Period, startedAt: number): MatchState {
  let earlier = state;
  for (const before of PERIODS.slice(state.periodsPlayed, periodIndex(period))) earlier = endPeriod(earlier, before);
  return { ...earlier, clock: { period, startedAt } };
}

function endPeriod(state: MatchState, period: Period): MatchState {
  const periodsPlayed = Math.max(state.periodsPlayed, periodIndex(period) + 1);
  if (periodsPlayed === state.periodsPlayed) return state;
  const atHalfTime = state.periodsPlayed === 0;
  return {
    ...state,
    periodsPlayed,
    clock: null,
    // A penalty that was never taken ends with its period.
    penaltyPending: null,
    halfTimeScore: atHalfTime ? state.score : state.halfTimeScore,
    halfTimeCounts: atHalfTime ? state.counts : state.halfTimeCounts,
  };
}

/** A feed may tell only that a penalty was taken; then it was given as well. */
function awardPenalty(state: MatchState, event: MatchEvent): MatchState {
  const penaltiesAwarded = state.penaltiesAwarded + (state.periodsPlayed < 2 ? 1 : 0);
  return { ...state, penaltiesAwarded, penaltyPending: sideOf(event) };
}

function countGoal(state: MatchState, event: MatchEvent, payload: PayloadOf<"goal">): MatchState {
  const side = sideOf(event);
  if (payload.confirmation === "cancelled") return state;
  if (payload.confirmation === "possible") return { ...state, goalPending: side };
  const period = event.period ?? currentPeriod(state);
  const goal: Goal = {
    side,
    period,
    minute: event.minute ?? null,
    player: event.player ?? null,
    ownGoal: payload.kind === "own_goal",
    provisional: payload.confirmation === "tbd",
  };
  return {
    ...state,
    goals: [...state.goals, goal],
    penaltyPending: payload.kind === "penalty" ? null : state.penaltyPending,
    ...(periodIndex(period) < 2
      ? { score: addTo(state.score, side) }
      : { extraTimeScore: addTo(state.extraTimeScore, side) }),
  };
}

function count(state: MatchState, event: MatchEvent, what: keyof Counts): MatchState {
  // Corners and cards are regular-time statistics; extra time has none that a market reads.
  if (state.periodsPlayed >= 2) return state;
  const side = sideOf(event);
  const counts = { ...state.counts, [what]: addTo(state.counts[what], side) };
  // A card shown during the break of a first-half offence belongs to the first half.
  const inFirstHalf = state.halfTimeCounts !== null && event.period === "first_half";
  const halfTimeCounts =
    inFirstHalf && state.halfTimeCounts
      ? { ...state.halfTimeCounts, [what]: addTo(state.halfTimeCounts[what], side) }
      : state.halfTimeCounts;
  return { ...state, counts, halfTimeCounts };
}

function sendOff(state: MatchState, event: MatchEvent): MatchState {
  const side = sideOf(event);
  const lineup = state.lineups[side];
  const reduced = event.player && lineup ? withLineup(state, side, takeOff(lineup, event.player)) : state;
  return count({ ...reduced, redCards: addTo(state.redCards, side) }, event, "cards");
}

function newLineup(starters: Lineup["starters"], bench: Lineup["bench"]): Lineup {
  return { starters, bench, onPitch: starters.map((player) => player.id).sort(), left: [] };
}

function withLineup(state: MatchState, side: Side, lineup: Lineup): MatchState {
  const keeper = lineup.starters.find((player) => player.position === "GK" && lineup.onPitch.includes(player.id));
  return {
    ...state,
    lineups: { ...state.lineups, [side]: lineup },
    goalkeepers: { ...state.goalkeepers, [side]: keeper?.id ?? state.goalkeepers[side] },
  };
}

function takeOff(lineup: Lineup, player: string): Lineup {
  if (!lineup.onPitch.includes(player)) return lineup;
  return {
    ...lineup,
    onPitch: lineup.onPitch.filter((id) => id !== player),
    left: union(lineup.left, [player]),
  };
}

function substitute(state: MatchState, event: MatchEvent, payload: PayloadOf<"substitution">): MatchState {
  const side = sideOf(event);
  const lineup = state.lineups[side];
  if (!lineup) return state;
  const without = payload.playerOut ? takeOff(lineup, payload.playerOut) : lineup;
  const incoming = payload.playerIn;
  const changed = incoming ? { ...without, onPitch: union(without.onPitch, [incoming]) } : without;
  const keeperLeft = payload.playerOut !== undefined && payload.playerOut === state.goalkeepers[side];
  const next = { ...state, lineups: { ...state.lineups, [side]: changed } };
  return keeperLeft && incoming ? { ...next, goalkeepers: { ...state.goalkeepers, [side]: incoming } } : next;
}

function makeUnavailable(state: MatchState, event: MatchEvent): MatchState {
  if (event.player === undefined) return state;
  const side = sideOf(event);
  return {
    ...state,
    unavailable: { ...state.unavailable, [side]: union(state.unavailable[side], [event.player]) },
  };
}

function withOdds(
  state: MatchState,
  _event: MatchEvent,
  payload: { market: string; prices?: Readonly<Record<string, number>> | undefined },
): MatchState {
  return payload.prices ? { ...state, odds: { ...state.odds, [payload.market]: payload.prices } } : state;
}

/** Which window marks some event has come from beyond. Any event will do, known or not: it proves what time it was. */
function marksPassed(events: readonly MatchEvent[]): number[] {
  return WINDOW_MARKS.filter((mark) =>
    events.some(
      ({ period, minute }) => period !== undefined && minute !== undefined && isMarkPassed(mark, period, minute),
    ),
  );
}

/** Nothing runs and nothing is pending once the match is over. */
function conclude(state: MatchState): MatchState {
  return state.over ? { ...state, clock: null, goalPending: null, reviewPending: false } : state;
}

function currentPeriod(state: MatchState): Period {
  return state.clock?.period ?? PERIODS[Math.min(state.periodsPlayed, PERIODS.length - 1)] ?? "first_half";
}

/** The schema guarantees the side for every type that is handled with one. */
function sideOf(event: MatchEvent): Side {
  return event.team ?? "home";
}

function union(known: readonly string[], added: readonly string[]): readonly string[] {
  return [...new Set([...known, ...added])].sort();
}
