import type { CountLine, HalvesLine } from "./market.ts";
import { type Statistic, STATISTIC_NAMES, statisticOf } from "./statistic.ts";

/**
 * Payoffs written out: a line is a function of small counts, and pricing asks it thousands of times for each market.
 * Tables are built when a line is first priced and kept as long as the line; larger counts ask the line itself.
 */
const COUNTS = 48;
/**
 * Above what a half can hold with any likelihood that is not cut off: in nearly every match, and for sides that are
 * expected to score five. A table costs the fourth power of its size.
 */
const GOALS = [18, 24] as const;

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
const halvesTables = new WeakMap<HalvesLine, Map<number, HalvesTable>>();

export function countTable(line: CountLine): CountTable {
  let table = countTables.get(line);
  if (!table) {
    const winners = writtenOut(line, COUNTS);
    [table] = tablesOf([winners], COUNTS) as [CountTable];
    countTables.set(line, table);
  }
  return table;
}

/** @param size what all counts should lie below; from a size on they do not, and the line itself is asked for those */
export function halvesTable(line: HalvesLine, size: number): HalvesTable {
  const goals = size <= GOALS[0] ? GOALS[0] : GOALS[1];
  const ofLine = halvesTables.get(line) ?? new Map<number, HalvesTable>();
  halvesTables.set(line, ofLine);
  let table = ofLine.get(goals);
  if (!table) {
    table = buildHalvesTable(line, goals);
    ofLine.set(goals, table);
  }
  return table;
}

function buildHalvesTable(line: HalvesLine, size: number): HalvesTable {
  const patterns = new Uint16Array(size ** 2);
  const numberOf = new Map<string, number>();
  const second: Int8Array[] = [];
  // One for all first halves, few of which differ: to make one for each costs more than to fill it.
  const winners = new Int8Array(size * size);
  const bytes = Buffer.from(winners.buffer);
  for (let h1 = 0, first = 0; h1 < size; h1++)
    for (let a1 = 0; a1 < size; a1++, first++) {
      for (let h2 = 0, cell = 0; h2 < size; h2++)
        for (let a2 = 0; a2 < size; a2++, cell++) winners[cell] = line(h1, a1, h2, a2);
      const key = bytes.toString("latin1");
      const pattern = numberOf.get(key) ?? second.push(winners.slice()) - 1;
      numberOf.set(key, pattern);
      patterns[first] = pattern;
    }
  const tables = tablesOf(second, size);
  return { size, patterns, patternCount: tables.length, second: tables };
}

function writtenOut(line: CountLine, size: number): Int8Array {
  const winners = new Int8Array(size * size);
  for (let home = 0, cell = 0; home < size; home++)
    for (let away = 0; away < size; away++, cell++) winners[cell] = line(home, away);
  return winners;
}

/** The first statistic that decides all of them, if one does, is told with each. */
function tablesOf(all: readonly Int8Array[], size: number): CountTable[] {
  for (const by of STATISTIC_NAMES) {
    const decided = decidedBy(by, all, size);
    if (decided) return all.map((winners, index) => ({ size, winners, decided: { by, winners: decided[index]! } }));
  }
  return all.map((winners) => ({ size, winners }));
}

/** For each table the winner by the value of the statistic plus `size`, if counts of one value all pay alike. */
function decidedBy(statistic: Statistic, all: readonly Int8Array[], size: number): Int8Array[] | undefined {
  const values = valuesOf(statistic, size);
  const decided: Int8Array[] = [];
  for (const winners of all) {
    const byValue = new Int8Array(3 * size).fill(UNSEEN);
    for (let cell = 0; cell < values.length; cell++) {
      const value = values[cell]!;
      if (byValue[value] === UNSEEN) byValue[value] = winners[cell]!;
      else if (byValue[value] !== winners[cell]) return undefined;
    }
    decided.push(byValue);
  }
  return decided;
}

/** No line names it as a winner. */
const UNSEEN = -128;
const values = new Map<string, Int16Array>();

/** By `home * size + away`: the statistic plus `size`, which is never negative. */
function valuesOf(statistic: Statistic, size: number): Int16Array {
  const key = `${statistic} ${size}`;
  let known = values.get(key);
  if (!known) {
    known = new Int16Array(size * size);
    for (let home = 0, cell = 0; home < size; home++)
      for (let away = 0; away < size; away++, cell++) known[cell] = statisticOf(statistic, home, away) + size;
    values.set(key, known);
  }
  return known;
}
