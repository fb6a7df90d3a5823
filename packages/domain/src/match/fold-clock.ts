import { isKnownType, type MatchEvent } from "../events/event.ts";
import type { EventType } from "../events/event-payloads.ts";
import { isBeyondPeriod, MOST_HOURS_OFF_MS } from "./clock.ts";
import { periodStartOf } from "./fold-periods.ts";
import type { MatchState } from "./match-state.ts";

const MINUTE_MS = 60_000;

/** Time stamps and reported minutes that are this close agree: feeds stamp what they report late. */
const SLACK_MINUTES = 10;
/** A whistle is stamped late as well, but not by so much. */
const WHISTLE_LATE_MINUTES = 20;

/** Types whose clock is not the one that shows when they happen. */
const OTHER_CLOCK: ReadonlySet<string> = new Set<EventType>([
  "kick_off",
  "period_start",
  "resumed",
  "awarded",
  "void",
  "lineup_confirmed",
  "fixture",
]);

/**
 * The first event that reports a clock time proves when its period began, or corrects it: where the whistle's own stamp
 * was in doubt, where the period would have had to end before the event, and where it would have begun long after it.
 * An event that was stamped late does not move the clock.
 */
export function proveClock(state: MatchState, event: MatchEvent): MatchState {
  const { clock, fixture } = state;
  if (!clock || clock.proved || clock.stoppedAt !== undefined || event.period !== clock.period) return state;
  if (event.minute === undefined || !isKnownType(event.type) || OTHER_CLOCK.has(event.type)) return state;
  // What may yet be taken back, or has been, leaves nothing behind.
  if ("confirmation" in event.payload && event.payload.confirmation !== "confirmed") return state;
  const { doubt, ...running } = clock;
  const reported = periodStartOf(state, clock.period, event);
  // Days apart are no wrong zone: the event is stamped with another day, and says nothing of this one.
  if (Math.abs(reported - clock.startedAt) > MOST_HOURS_OFF_MS) return state;
  const laterMinutes = ((reported - clock.startedAt) / MINUTE_MS) * (fixture?.clockRate ?? 1);
  if (Math.abs(laterMinutes) <= SLACK_MINUTES) return { ...state, clock: { ...running, proved: true } };
  const isWrong =
    doubt === true ||
    laterMinutes < -WHISTLE_LATE_MINUTES ||
    (laterMinutes > 0 && isBeyondPeriod(state, Date.parse(event.occurredAt)));
  if (!isWrong) return state;
  return { ...state, clock: { ...running, startedAt: reported, proved: true }, correctedStart: reported };
}
