import type { CountLine, HalvesLine } from "./market.ts";

/**
 * Payoffs written out: a line is a function of small counts, and pricing asks it thousands of times for each market.
 * Tables are built when a line is first priced and kept as long as the line; larger counts ask the line itself.
 */
const COUNTS = 48;
const GOALS = 18;

const countTables = new WeakMap<CountLine, Int8Array>();
const halvesTables = new WeakMap<HalvesLine, HalvesTable>();

/** Winner for every home and away count below `size`, at `home * size + away`. */
export function countTable(line: CountLine): { readonly size: number; readonly winners: Int8Array } {
  let winners = countTables.get(line);
  if (!winners) {
    winners = new Int8Array(COUNTS * COUNTS);
    for (let home = 0; home < COUNTS; home++)
      for (let away = 0; away < COUNTS; away++) winners[home * COUNTS + away] = line(home, away);
    countTables.set(line, winners);
  }
  return { size: COUNTS, winners };
}

export interface HalvesTable {
  readonly size: number;
  /** Winner at `((h1 * size + a1) * size + h2) * size + a2`. */
  readonly winners: Int8Array;
  /** By `h1 * size + a1`: first-half scores with equal numbers pay the same for every second half. */
  readonly patterns: Uint8Array;
  readonly patternCount: number;
}

/** Winner for every number of goals below `size` by half and side. */
export function halvesTable(line: HalvesLine): HalvesTable {
  let table = halvesTables.get(line);
  if (!table) {
    table = buildHalvesTable(line);
    halvesTables.set(line, table);
  }
  return table;
}

function buildHalvesTable(line: HalvesLine): HalvesTable {
  const winners = new Int8Array(GOALS ** 4);
  const patterns = new Uint8Array(GOALS ** 2);
  const numberOf = new Map<string, number>();
  for (let first = 0; first < patterns.length; first++) {
    const slice = winners.subarray(first * GOALS ** 2, (first + 1) * GOALS ** 2);
    for (let second = 0; second < slice.length; second++)
      slice[second] = line(Math.floor(first / GOALS), first % GOALS, Math.floor(second / GOALS), second % GOALS);
    const key = slice.join();
    const pattern = numberOf.get(key) ?? numberOf.size;
    numberOf.set(key, pattern);
    patterns[first] = pattern;
  }
  return { size: GOALS, winners, patterns, patternCount: numberOf.size };
}
