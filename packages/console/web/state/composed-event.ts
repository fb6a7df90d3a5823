import type { MatchAnswer } from "@touchline/contract";
import { sidedTypes } from "./known-names.ts";

/** An event as it is composed on the page. */
export interface Composed {
  readonly matchId: string;
  readonly type: string;
  readonly team: "home" | "away";
  readonly period: string;
  readonly minute: number;
  /** More fields of the event, as JSON text: `{"payload": {…}}`. */
  readonly more: string;
}

/** Periods in which something can happen. */
export const PLAYED_PERIODS = [
  "first_half",
  "second_half",
  "extra_first_half",
  "extra_second_half",
  "shoot_out",
] as const;

/** Where the match stands, as the first guess for an event. */
export function momentOf(match: MatchAnswer | undefined): Pick<Composed, "period" | "minute"> {
  const { period = "first_half", minute = 0 } = match?.state ?? {};
  const known = PLAYED_PERIODS.find((each) => each === period);
  return { period: known ?? "first_half", minute: known ? minute : 0 };
}

/**
 * The event as it is sent.
 * @param id of its own for each sending
 * @throws SyntaxError, TypeError when `more` is no JSON object
 */
export function eventOf({ matchId, type, team, period, minute, more }: Composed, id: string, now: number): object {
  const rest: unknown = more.trim() === "" ? {} : JSON.parse(more);
  if (rest === null || typeof rest !== "object" || Array.isArray(rest)) throw new TypeError("must be a JSON object");
  return {
    source: "console",
    id,
    matchId,
    type,
    ...(sidedTypes.includes(type) ? { team } : {}),
    period,
    minute,
    occurredAt: new Date(now).toISOString(),
    ...rest,
  };
}
