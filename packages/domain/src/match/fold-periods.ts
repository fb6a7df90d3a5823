import type { MatchEvent } from "../events/event.ts";
import type { EventType } from "../events/event-payloads.ts";
import type { MatchState } from "./match-state.ts";
import { PERIOD_START_MINUTE, type Period, periodIndex, PERIODS } from "../events/period.ts";
import { isDoubtful } from "./clock.ts";
import { addTo, NONE, type Pair } from "../events/side.ts";

/**
 * Play in a period that was never announced proves that it has begun and the earlier ones are over. Other things may
 * name the next period while its break lasts: substitutions, cards, a keeper's change, prices.
 */
export function placeInPeriod(state: MatchState, event: MatchEvent): MatchState {
  const reported =
    event.period?.startsWith("extra_") && !state.extraTimePlayed ? { ...state, extraTimePlayed: true } : state;
  const begun = reported.clock !== null || reported.periodsPlayed > 0;
  const period = event.period ?? (begun ? undefined : "first_half");
  if (period === undefined || !PLAY.has(event.type)) return reported;
  const playing = goOn(reported, event);
  if (periodIndex(period) < playing.periodsPlayed || playing.clock?.period === period) return playing;
  return startPeriodAt(playing, period, periodStartOf(playing, period, event));
}

/** A match that was put off is on again once it is played: few feeds say so beside. */
function goOn(state: MatchState, event: MatchEvent): MatchState {
  if (state.halted !== "postponed") return state;
  return { ...state, halted: null, resumedAt: Date.parse(event.occurredAt) };
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
export function periodStartOf(state: MatchState, period: Period, event: MatchEvent): number {
  const minute = event.minute ?? PERIOD_START_MINUTE[period];
  const elapsedMs = Math.max(0, (minute - PERIOD_START_MINUTE[period]) * 60 + (event.second ?? 0)) * 1000;
  return Date.parse(event.occurredAt) - elapsedMs / (state.fixture?.clockRate ?? 1);
}

export function startPeriod(state: MatchState, period: Period, event: MatchEvent): MatchState {
  const startedAt = Date.parse(event.occurredAt);
  const started = startPeriodAt(goOn(state, event), period, startedAt);
  // Of the later periods the fixture says nothing.
  if (started.clock?.period !== "first_half" || !isDoubtful(started.fixture, startedAt, event.claimedAt))
    return started;
  return { ...started, clock: { ...started.clock, doubt: true } };
}

function startPeriodAt(state: MatchState, period: Period, startedAt: number): MatchState {
  // Reported late, or twice: a period that has ended does not begin again.
  if (periodIndex(period) < state.periodsPlayed) return state;
  let earlier = state;
  for (const before of PERIODS.slice(state.periodsPlayed, periodIndex(period))) earlier = endPeriod(earlier, before);
  return { ...earlier, clock: { period, startedAt } };
}

export function endPeriod(state: MatchState, period: Period): MatchState {
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
export function lastPeriodOf({ clock, periodsPlayed }: MatchState): Period {
  if (clock?.period === "shoot_out" || periodsPlayed >= 5) return "shoot_out";
  return periodsPlayed > 2 || clock?.period.startsWith("extra_") ? "extra_second_half" : "second_half";
}

function scoreIn({ goals }: MatchState, period: Period): Pair {
  return goals.filter((goal) => goal.period === period).reduce((score, { side }) => addTo(score, side), NONE);
}

/** While an abandoned match waits to be resumed, its clock stands. */
export function stopClock(state: MatchState, event: MatchEvent): MatchState {
  if (!state.clock || state.clock.stoppedAt !== undefined) return state;
  return { ...state, clock: { ...state.clock, stoppedAt: Date.parse(event.occurredAt) } };
}

/** The clock goes on at the minute that the event tells, else where it stood. */
export function restartClock(state: MatchState, event: MatchEvent): MatchState {
  if (state.clock?.stoppedAt === undefined) return state;
  const { period, startedAt, stoppedAt } = state.clock;
  const known = event.minute !== undefined && (event.period ?? period) === period;
  const stood = Math.max(0, Date.parse(event.occurredAt) - stoppedAt);
  return { ...state, clock: { period, startedAt: known ? periodStartOf(state, period, event) : startedAt + stood } };
}

/** The period that runs; in a break the next one, if there can be one. */
export function currentPeriod({ clock, periodsPlayed, over, fixture }: MatchState): Period {
  if (clock) return clock.period;
  const ended = over || (periodsPlayed === 2 && !fixture?.knockout);
  return PERIODS[Math.min(ended ? periodsPlayed - 1 : periodsPlayed, PERIODS.length - 1)] ?? "first_half";
}
