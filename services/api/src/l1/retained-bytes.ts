import type { ReadSnapshot } from "../predictions/prediction-reader.ts";

/**
 * What a snapshot keeps in memory, bytes: measured in a process, rather too high. An entry is an object of ten fields
 * under a name in a map, and the text of its outcomes; what stands once for all markets (state, requirements) is in
 * `SNAPSHOT_BYTES`, with their names.
 */
export function snapshotBytes({ entries, settled }: ReadSnapshot): number {
  let outcomes = 0;
  for (const entry of entries.values()) outcomes += entry.outcomes.length;
  return SNAPSHOT_BYTES + entries.size * ENTRY_BYTES + outcomes + settled.size * SETTLEMENT_BYTES;
}

const SNAPSHOT_BYTES = 14_336;
const ENTRY_BYTES = 256;
const SETTLEMENT_BYTES = 320;

/** What a finished answer keeps beside its body and its address: headers, what they are made from, counters. */
export const ANSWER_OVERHEAD_BYTES = 4_096;
