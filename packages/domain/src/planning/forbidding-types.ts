import { type EventType, PAYLOADS } from "../events/event-payloads.ts";

/**
 * Types whose first word on something never forbids a price from before it: they move prices, or settle what they
 * decide, but no market has to be withheld until it is predicted again. Checked by brute force over real matches.
 */
const NEVER_FORBIDDING: ReadonlySet<string> = new Set<EventType>([
  "corner",
  "formation_change",
  "goalkeeper_change",
  "heartbeat",
  "key_player_suspended",
  "line_movement",
  "lineup_confirmed",
  "model_refitted",
  "odds_steam",
  "odds_update",
  "player_injury",
  "referee_assigned",
  "sharp_money",
  "stoppage_time_announced",
  "venue_changed",
  "weather",
  "yellow_card",
]);

/**
 * Whether an event that has not been applied yet may forbid the prices that are shown. Doubt says yes; a type that
 * nobody knows changes no fact.
 * @param type event type; "" where it cannot be understood, or where the event revises another
 */
export function canForbid(type: string): boolean {
  return type === "" || (Object.hasOwn(PAYLOADS, type) && !NEVER_FORBIDDING.has(type));
}
