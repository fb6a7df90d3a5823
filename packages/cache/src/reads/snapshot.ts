import { EMPTY_STATE, type MatchState } from "@touchline/domain";
import {
  type Entry,
  parseEntry,
  parseHash,
  parseRequirement,
  PANIC_MARKER,
  strictest,
  type StoredRequirement,
} from "../records.ts";

/** One variant of a match: its entries, and what each must have seen. */
export interface VariantSnapshot {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly requirementOf: (market: string) => StoredRequirement | undefined;
  /** Match version of the newest panicking price; 0 when there was none. */
  readonly movedVersion: number;
}

export function variantSnapshot(
  variant: string,
  entries: readonly string[],
  required: ReadonlyMap<string, StoredRequirement>,
): VariantSnapshot {
  return {
    movedVersion: required.get(PANIC_MARKER)?.version ?? 0,
    entries: parseHash(entries, parseEntry),
    requirementOf: (market) => strictest(required.get(market), required.get(`${variant}/${market}`)),
  };
}

export function parseRequirements(flat: readonly string[]): Map<string, StoredRequirement> {
  return parseHash(flat, parseRequirement);
}

/** The store wrote it; it is our own text. A build that knew fewer fields may have written it: they are as at the start. */
export function parseState(text: string): MatchState {
  const state = JSON.parse(text) as Partial<MatchState>;
  return { ...EMPTY_STATE, playedOut: state.over === true, ...state };
}
