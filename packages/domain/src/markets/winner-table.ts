import type { CountLine, HalvesLine } from "./market.ts";
import { type Statistic, STATISTIC_NAMES, statisticOf } from "./statistic.ts";

/**
 * Payoffs written out: a line is a function of small counts, and pricing asks it thousands of times for each market.
 * Tables are built when a line is first priced and kept as long as the line; larger counts ask the line itself.
 */
const COUNTS = 48;
/** Above what a half can hold with any likelihood that is not cut off, for sides that are expected to score five. */
const GOALS = 24;

/** A line on one pair of counts, each below `size`. */
export interface CountTable {
  readonly size: number;
  /** Winner by `home * size + away`. */
  readonly winners: Int8Array;
  /** Where one statistic decides: which, and the winner by its value plus `size`. */
  readonly decided?: { readonly by: Statistic; readonly winners: Int8Array };
}

/** A line on the goals of both halves, each below `size`. */
export interface HalvesTable {
  readonly size: number;
  /** By `h1 * size + a1`: first halves with equal numbers pay the same for every second half. */
  readonly patterns: Uint16Array;
  readonly patternCount: number;
  /** Of the second half, by pattern; all patterns are decided by the same statistic, or none. */
  readonly second: readonly CountTable[];
}

const countTables = new WeakMap<CountLine, CountTable>();
const halvesTables = new WeakMap<HalvesLine, HalvesTable>();

export function countTable(line: CountLine): CountTable {
  let table = countTables.get(line);
  if (!table) {
    const winners = writtenOut(line, COUNTS);
    const by = STATISTIC_NAMES.find((statistic) => decides(statistic, winners, COUNTS));
    table = tableOf(winners, COUNTS, by);
    countTables.set(line, table);
  }
  return table;
}

export function halvesTable(line: HalvesLine): HalvesTable {
  let table = halvesTables.get(line);
  if (!table) {
    table = buildHalvesTable(line);
    halvesTables.set(line, table);
  }
  return table;
}

function buildHalvesTable(line: HalvesLine): HalvesTable {
  const patterns = new Uint16Array(GOALS ** 2);
  const numberOf = new Map<string, number>();
  const second: Int8Array[] = [];
  for (let first = 0; first < patterns.length; first++) {
    const h1 = Math.floor(first / GOALS);
    const a1 = first % GOALS;
    const winners = writtenOut((h2, a2) => line(h1, a1, h2, a2), GOALS);
    const key = Buffer.from(winners.buffer).toString("latin1");
    const pattern = numberOf.get(key) ?? second.push(winners) - 1;
    numberOf.set(key, pattern);
    patterns[first] = pattern;
  }
  const by = STATISTIC_NAMES.find((statistic) => second.every((winners) => decides(statistic, winners, GOALS)));
  const tables = second.map((winners) => tableOf(winners, GOALS, by));
  return { size: GOALS, patterns, patternCount: tables.length, second: tables };
}

function writtenOut(line: CountLine, size: number): Int8Array {
  const winners = new Int8Array(size * size);
  for (let home = 0, cell = 0; home < size; home++)
    for (let away = 0; away < size; away++, cell++) winners[cell] = line(home, away);
  return winners;
}

function tableOf(winners: Int8Array, size: number, by: Statistic | undefined): CountTable {
  return { size, winners, ...(by ? { decided: { by, winners: winnersBy(by, winners, size) } } : {}) };
}

/** Winner by the value of the statistic plus `size`, which is never negative. */
function winnersBy(statistic: Statistic, winners: Int8Array, size: number): Int8Array {
  const byValue = new Int8Array(3 * size);
  for (let home = 0, cell = 0; home < size; home++)
    for (let away = 0; away < size; away++, cell++) byValue[statisticOf(statistic, home, away) + size] = winners[cell]!;
  return byValue;
}

/** Whether counts of one value of the statistic all pay alike. */
function decides(statistic: Statistic, winners: Int8Array, size: number): boolean {
  const byValue = winnersBy(statistic, winners, size);
  for (let home = 0, cell = 0; home < size; home++)
    for (let away = 0; away < size; away++, cell++)
      if (byValue[statisticOf(statistic, home, away) + size] !== winners[cell]) return false;
  return true;
}
