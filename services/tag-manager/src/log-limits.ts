import type { Fold, MatchEvent } from "@touchline/domain";
import { charactersOf } from "./truth-bytes.ts";

/** How much the log of one match may hold. */
export interface LogLimits {
  readonly events: number;
  /** Of its events as JSON. */
  readonly bytes: number;
}

/** Whether an event that the log does not know would make it larger than it may be. */
export function isFullFor({ log }: Pick<Fold, "log">, event: MatchEvent, limits: LogLimits): boolean {
  if (log.size >= limits.events) return true;
  let bytes = charactersOf(event);
  for (const each of log.values()) bytes += charactersOf(each);
  return bytes > limits.bytes;
}
