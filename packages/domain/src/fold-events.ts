import type { MatchEvent } from "./event.ts";
import { isKnownType } from "./event.ts";
import { type EventType, PAYLOADS, type PayloadOf } from "./event-payloads.ts";
import type { EventLog } from "./event-log.ts";
import { inMatchOrder } from "./event-order.ts";
import { isMarkPassed, WINDOW_MARKS } from "./goal-window.ts";
import type { Counts, Goal, Lineup, MatchState } from "./match-state.ts";
import { PERIODS, PERIOD_START_MINUTE, type Period, periodIndex } from "./period.ts";
import { addTo, NONE, type Pair, type Side } from "./side.ts";

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
  regularRedCards: NONE,
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
  kick_off: (state, event) => startPeriod(state, event.period ?? "first_half", event),
  period_start: (state, event) => startPeriod(state, event.period ?? "first_half", event),
  period_end: (state, event) => endPeriod(state, event.period ?? currentPeriod(state)),
  stoppage_time_announced: (state, event, { minutes }) => ({
    ...state,
    stoppage: { ...state.stoppage, [event.period ?? currentPeriod(state)]: minutes },
  }),
  full_time: (state) => ({ ...endPeriod(state, lastPeriodOf(state)), over: true }),

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
  shootout_kick: (state, event, { scored }) => countKick(state, sideOf(event), scored),
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
  abandoned: (state, event) => ({ ...stopClock(state, event), halted: "abandoned" }),
  resumed: (state, event) => ({ ...restartClock(state, event), halted: null }),
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

/**
 * Play in a period that was never announced proves that it has begun and the earlier ones are over. Other things may
 * name the next period while its break lasts: substitutions, cards, a keeper's change, prices.
 */
function placeInPeriod(state: MatchState, event: MatchEvent): MatchState {
  const begun = state.clock !== null || state.periodsPlayed > 0;
  const period = event.period ?? (begun ? undefined : "first_half");
  if (period === undefined || !PLAY.has(event.type)) return state;
  if (periodIndex(period) < state.periodsPlayed || state.clock?.period === period) return state;
  return startPeriodAt(state, period, periodStartOf(state, period, event));
}

const PLAY: ReadonlySet<string> = new Set<EventType>([
  "goal",
  "corner",
  "penalty_awarded",
  "penalty_taken",
  "penalty_missed",
  "shootout_kick",
  "stoppage_time_announced",
]);

/** Wall-clock milliseconds at which `period` must have begun, for `event` to have come at its minute. */
function periodStartOf(state: MatchState, period: Period, event: MatchEvent): number {
  const minute = event.minute ?? PERIOD_START_MINUTE[period];
  const elapsedMs = Math.max(0, (minute - PERIOD_START_MINUTE[period]) * 60 + (event.second ?? 0)) * 1000;
  return Date.parse(event.occurredAt) - elapsedMs / (state.fixture?.clockRate ?? 1);
}

function startPeriod(state: MatchState, period: Period, event: MatchEvent): MatchState {
  return startPeriodAt(state, period, Date.parse(event.occurredAt));
}

function startPeriodAt(state: MatchState, period: Period, startedAt: number): MatchState {
  // Told late, or twice: a period that has ended does not begin again.
  if (periodIndex(period) < state.periodsPlayed) return state;
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
    halfTimeScore: atHalfTime ? scoreIn(state, "first_half") : state.halfTimeScore,
    halfTimeCounts: atHalfTime ? state.counts : state.halfTimeCounts,
  };
}

/** The period in which the final whistle goes: extra time and a shoot-out that have begun are finished by it. */
function lastPeriodOf({ clock, periodsPlayed }: MatchState): Period {
  if (clock?.period === "shoot_out" || periodsPlayed >= 5) return "shoot_out";
  return periodsPlayed > 2 || clock?.period.startsWith("extra_") ? "extra_second_half" : "second_half";
}

function scoreIn({ goals }: MatchState, period: Period): Pair {
  return goals.filter((goal) => goal.period === period).reduce((score, { side }) => addTo(score, side), NONE);
}

/** While an abandoned match waits to be resumed, its clock stands. */
function stopClock(state: MatchState, event: MatchEvent): MatchState {
  if (!state.clock || state.clock.stoppedAt !== undefined) return state;
  return { ...state, clock: { ...state.clock, stoppedAt: Date.parse(event.occurredAt) } };
}

/** The clock goes on at the minute that the event tells, else where it stood. */
function restartClock(state: MatchState, event: MatchEvent): MatchState {
  if (state.clock?.stoppedAt === undefined) return state;
  const { period, startedAt, stoppedAt } = state.clock;
  const known = event.minute !== undefined && (event.period ?? period) === period;
  const stood = Math.max(0, Date.parse(event.occurredAt) - stoppedAt);
  return { ...state, clock: { period, startedAt: known ? periodStartOf(state, period, event) : startedAt + stood } };
}

/** A feed may tell only that a penalty was taken; then it was given as well. */
function awardPenalty(state: MatchState, event: MatchEvent): MatchState {
  const penaltiesAwarded = state.penaltiesAwarded + (isOfRegularTime(state, event) ? 1 : 0);
  return { ...state, penaltiesAwarded, penaltyPending: sideOf(event) };
}

function countGoal(before: MatchState, event: MatchEvent, payload: PayloadOf<"goal">): MatchState {
  const side = sideOf(event);
  if (payload.confirmation === "possible") return { ...before, goalPending: side };
  // Given or not: what was possible for this side is decided.
  const state = before.goalPending === side ? { ...before, goalPending: null } : before;
  if (payload.confirmation === "cancelled") return state;
  const period = event.period ?? currentPeriod(state);
  if (period === "shoot_out") return countKick(state, side, true);
  const goal: Goal = {
    side,
    period,
    minute: event.minute ?? null,
    player: event.player ?? null,
    ownGoal: payload.kind === "own_goal",
    provisional: payload.confirmation === "tbd",
  };
  const next = { ...state, goals: [...state.goals, goal], ...penaltyOf(state, event, payload) };
  if (periodIndex(period) >= 2) return { ...next, extraTimeScore: addTo(state.extraTimeScore, side) };
  // A goal of the first half may be given in the break, or be told later still.
  const late = period === "first_half" && state.halfTimeScore ? addTo(state.halfTimeScore, side) : state.halfTimeScore;
  return { ...next, score: addTo(state.score, side), halfTimeScore: late };
}

/** A penalty goal ends the wait for it, and proves that one was given even if nobody said so. */
function penaltyOf(state: MatchState, event: MatchEvent, { kind }: PayloadOf<"goal">): Partial<MatchState> {
  if (kind !== "penalty") return {};
  const unheardOf = state.penaltiesAwarded === 0 && isOfRegularTime(state, event);
  return { penaltyPending: null, penaltiesAwarded: unheardOf ? 1 : state.penaltiesAwarded };
}

function countKick(state: MatchState, side: Side, scored: boolean): MatchState {
  const { taken, scored: before } = state.shootOut;
  return { ...state, shootOut: { taken: addTo(taken, side), scored: addTo(before, side, scored ? 1 : 0) } };
}

/** Corners, cards and penalties of extra time belong to no market. What is told late belongs where its clock says. */
function isOfRegularTime(state: MatchState, { period }: MatchEvent): boolean {
  return period ? periodIndex(period) < 2 : state.periodsPlayed < 2;
}

function count(state: MatchState, event: MatchEvent, what: keyof Counts): MatchState {
  if (!isOfRegularTime(state, event)) return state;
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
  const reduced = event.player && lineup ? takeOff(lineup, event.player) : lineup;
  const regularRedCards = isOfRegularTime(state, event) ? addTo(state.regularRedCards, side) : state.regularRedCards;
  const lineups = { ...state.lineups, [side]: reduced };
  return count({ ...state, lineups, redCards: addTo(state.redCards, side), regularRedCards }, event, "cards");
}

function newLineup(starters: Lineup["starters"], bench: Lineup["bench"]): Lineup {
  return { starters, bench, onPitch: starters.map((player) => player.id).sort(), left: [], entered: [] };
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
  const { playerIn, playerOut } = payload;
  const without = playerOut ? takeOff(lineup, playerOut) : lineup;
  const lineups = { ...state.lineups, [side]: without };
  if (!playerIn) return { ...state, lineups };
  const entry = { player: playerIn, goalsBefore: state.goals.length, period: event.period ?? currentPeriod(state) };
  const entered = [...without.entered, entry];
  return {
    ...state,
    lineups: { ...lineups, [side]: { ...without, onPitch: union(without.onPitch, [playerIn]), entered } },
    goalkeepers: takesOver(lineup, state.goalkeepers[side], payload)
      ? { ...state.goalkeepers, [side]: playerIn }
      : state.goalkeepers,
  };
}

/** Who comes on keeps goal if the keeper makes room for him, or if he is a keeper and the goal is empty. */
function takesOver(
  { starters, bench, onPitch }: Lineup,
  keeper: string | null,
  { playerIn, playerOut }: PayloadOf<"substitution">,
): boolean {
  if (keeper === null) return false;
  if (keeper === playerOut) return true;
  const position = [...starters, ...bench].find(({ id }) => id === playerIn)?.position;
  return position === "GK" && !onPitch.includes(keeper);
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
  if (!payload.prices) return state;
  const priced = { [payload.market]: payload.prices };
  const started = state.clock !== null || state.periodsPlayed > 0;
  // Prices in play have the score in them; they say nothing of the rates that a match starts with.
  const prematchOdds = started ? state.prematchOdds : { ...state.prematchOdds, ...priced };
  return { ...state, prematchOdds, odds: { ...state.odds, ...priced } };
}

/** Which window marks some event has come from beyond: it proves what time it was. Unknown types change no fact. */
function marksPassed(events: readonly MatchEvent[]): number[] {
  return WINDOW_MARKS.filter((mark) =>
    events.some(
      ({ type, period, minute }) =>
        isKnownType(type) && period !== undefined && minute !== undefined && isMarkPassed(mark, period, minute),
    ),
  );
}

/** Nothing runs and nothing is pending once the match is over. */
function conclude(state: MatchState): MatchState {
  return state.over ? { ...state, clock: null, penaltyPending: null, goalPending: null, reviewPending: false } : state;
}

/** The period that runs; in a break the next one, if there can be one. */
function currentPeriod({ clock, periodsPlayed, over, fixture }: MatchState): Period {
  if (clock) return clock.period;
  const ended = over || (periodsPlayed === 2 && !fixture?.knockout);
  return PERIODS[Math.min(ended ? periodsPlayed - 1 : periodsPlayed, PERIODS.length - 1)] ?? "first_half";
}

/** The schema guarantees the side for every type that is handled with one. */
function sideOf(event: MatchEvent): Side {
  return event.team ?? "home";
}

function union(known: readonly string[], added: readonly string[]): readonly string[] {
  return [...new Set([...known, ...added])].sort();
}
