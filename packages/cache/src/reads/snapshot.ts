import { EMPTY_STATE, type MatchState } from "@touchline/domain";
import { EPOCH_MARK } from "../keys.ts";
import { type Entry, parseEntry, parseHash, PANIC_MARKER, strictest, type StoredRequirement } from "../records.ts";

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
  { epoch, version }: { readonly epoch: string; readonly version: number },
): VariantSnapshot {
  // Entries of another existence of the match do not exist, nor one that has seen more than there is.
  const isOfEpoch = epoch !== "" && entries[entries.indexOf(EPOCH_MARK) + 1] === epoch;
  return {
    movedVersion: required.get(PANIC_MARKER)?.version ?? 0,
    entries: isOfEpoch ? parseHash(entries, (text) => entryUpTo(version, text)) : new Map(),
    requirementOf: (market) => strictest(required.get(market), required.get(`${variant}/${market}`)),
  };
}

/** Undefined for an entry that has seen a later version, which belongs to no history that is left. */
export function entryUpTo(version: number, text: string): Entry | undefined {
  const entry = parseEntry(text);
  return entry && entry.seen <= version ? entry : undefined;
}

/**
 * The store wrote it; it is our own text. A build that knew fewer fields may have written it: they are as at the start.
 */
export function parseState(text: string): MatchState {
  const state = JSON.parse(text) as Partial<MatchState>;
  return { ...EMPTY_STATE, playedOut: state.over === true, ...state };
}
