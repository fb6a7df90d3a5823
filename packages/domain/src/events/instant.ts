import { z } from "zod";

/**
 * A moment as ISO 8601 with its zone, read as UTC, with milliseconds where it has any: one moment in two notations is
 * one text from here on, and so changes no fact and makes no second content of an event.
 */
export const Instant = z.iso
  .datetime({ offset: true })
  .refine(
    (text) => !(Date.parse(text) < EARLIEST || Date.parse(text) > LATEST),
    "must lie in the years 1 to 9999 of UTC",
  )
  .overwrite((text) => {
    const at = Date.parse(text);
    // Text that is no time is refused by the format.
    return Number.isNaN(at) ? text : instantText(at);
  });

/** Times that can be written with four digits for the year, in UTC. */
const EARLIEST = Date.parse("0001-01-01T00:00:00.000Z");
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");

/** The text of a moment as events have it. @param at wall-clock milliseconds */
export function instantText(at: number): string {
  return new Date(at).toISOString().replace(".000Z", "Z");
}
