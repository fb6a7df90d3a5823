import { z } from "zod";
import { instantOf } from "../adapter/wall-clock.ts";

const number = z.coerce.number().int();
const text = z.union([z.string(), z.number()]).transform(String);
const optionalText = text.nullish().transform((value) => value ?? undefined);

/**
 * One event as Opta and Stats Perform both mean it, whatever the spelling of their files. `min` counts elapsed minutes
 * from 0 and runs on in stoppage; each period starts anew at its own minute.
 */
export const OptaEvent = z.object({
  id: text,
  /** Counts the events of its team: what qualifiers refer to. */
  eventId: number,
  typeId: number,
  periodId: number,
  min: number.pipe(z.int().min(0).max(200)),
  sec: number.pipe(z.int().min(0).max(59)),
  team: optionalText,
  player: optionalText,
  outcome: number.nullish(),
  /** Wall-clock milliseconds of the happening, and of the last word on it. */
  at: z.number(),
  changedAt: z.number(),
  /** Values by qualifier id; an empty text for a qualifier that says all by being there. */
  qualifiers: z.map(z.number(), z.string()),
});
export type OptaEvent = z.output<typeof OptaEvent>;

/** What a version counts: milliseconds since 1970, as F24 has it. */
export function versionTime(version: string | number | null | undefined): number | undefined {
  const milliseconds = Number(version);
  return version != null && milliseconds > 1_000_000_000_000 ? milliseconds : undefined;
}

/** The last change that is reported, or the happening itself. */
export function lastChange(modified: string | undefined, happened: number): number {
  return instantOf(modified) ?? happened;
}
