import type { MatchEvent } from "../events/event.ts";

/**
 * Whether an event is a late word of a match that was forgotten at `at` (wall-clock milliseconds), and not of a new one
 * under its id: it corrects something, or it happened before. A new fixture begins a new match.
 */
export function isOfForgottenMatch(event: MatchEvent, at: number): boolean {
  if (event.revision > 1 || event.retracted) return true;
  return event.type !== "fixture" && Date.parse(event.occurredAt) < at;
}
