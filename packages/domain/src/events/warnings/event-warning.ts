import { closestWord } from "./closest-word.ts";

export const EVENT_WARNINGS = [
  "conflict",
  "unknown_type",
  "unknown_kind",
  "unknown_position",
  "unknown_period",
  "unknown_market",
  "unknown_group",
  "unknown_outcome",
  "partial_book",
  "minute_outside_period",
  "minute_without_period",
  "nothing_told",
  "not_on_pitch",
  "after_the_end",
  "other_fixture",
  "source_not_listed",
  "repeated_by_source",
] as const;

/** What was taken and has no effect, or not the one that was meant. */
export interface EventWarning {
  readonly code: (typeof EVENT_WARNINGS)[number];
  /** The field, parts joined by dots. */
  readonly path: string;
  /** For people: what has no effect, and what to send instead where that is known. */
  readonly message: string;
}

export function meant(word: string, known: readonly string[]): string {
  const closest = closestWord(word, known);
  return closest === undefined ? "" : `; did you mean ${closest}?`;
}

/** Fields of an object that nobody has checked. */
export function textsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** As much of a text as a message needs. */
export function shown(text: string): string {
  return JSON.stringify(text.slice(0, 64));
}
