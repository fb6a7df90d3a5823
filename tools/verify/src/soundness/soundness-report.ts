import { CATALOGUE, FACT_NAMES } from "@touchline/domain";
import { table } from "../table.ts";
import type { Tally, TypeTally } from "./tally.ts";

/** The last line of the command's output. */
export interface SoundnessSummary {
  readonly matches: number;
  readonly events: number;
  readonly misses: number;
  /** Share of flagged predictions that really changed: by more than 1e-12, and by more than 0.005. */
  readonly precision: number;
  readonly precisionMaterial: number;
  readonly settlementErrors: number;
  readonly seconds: number;
  readonly injectedEvents: number;
  readonly precisionWithInjected: number;
  readonly precisionMaterialWithInjected: number;
  readonly marketsWithoutRule: number;
  readonly settlementsOverturned: number;
  readonly settlementsOverturnedWithoutNotice: number;
  /**
   * Prices of one moment that contradict each other by more than 1e-12, of so many looked at, and by how much at most.
   */
  readonly arithmeticErrors: number;
  readonly arithmeticChecked: number;
  readonly arithmeticLargest: number;
}

export function soundnessSummary(tally: Tally, seconds: number): SoundnessSummary {
  const all = Object.entries(tally.types);
  const real = sumOf(all.filter(([type]) => !isInjected(type)).map(([, row]) => row));
  const both = sumOf(all.map(([, row]) => row));
  const { settlement, arithmetic } = tally;
  return {
    matches: tally.matches,
    events: tally.events,
    misses: tally.misses,
    precision: rounded(real.changed / real.flagged),
    precisionMaterial: rounded(real.material / real.flagged),
    settlementErrors: settlement.errors,
    seconds: rounded(seconds, 1),
    injectedEvents: tally.injectedEvents,
    precisionWithInjected: rounded(both.changed / both.flagged),
    precisionMaterialWithInjected: rounded(both.material / both.flagged),
    marketsWithoutRule: Object.keys(settlement.noRule).length,
    settlementsOverturned: settlement.overturned,
    settlementsOverturnedWithoutNotice: settlement.overturnedFinal,
    arithmeticErrors: arithmetic.errors,
    arithmeticChecked: arithmetic.checked,
    arithmeticLargest: arithmetic.largest,
  };
}

/** Sound, every settlement right, and no price at odds with another. */
export function isSound(summary: SoundnessSummary): boolean {
  const { misses, settlementErrors, marketsWithoutRule, arithmeticErrors } = summary;
  return misses === 0 && settlementErrors === 0 && marketsWithoutRule === 0 && arithmeticErrors === 0;
}

/** Everything a person wants to see, without the summary line. */
export function reportOf(tally: Tally, seconds: number): string {
  const { settlement, arithmetic } = tally;
  const silent = FACT_NAMES.filter((fact) => !tally.facts[fact]);
  const perSecond = (count: number): string => (count / seconds).toFixed(0);
  return [
    reachTable(tally),
    precisionTable(tally),
    wasteTable(tally),
    `Facts that never changed: ${silent.length > 0 ? silent.join(", ") : "none"}`,
    `Settlements: ${settlement.checked} compared with an independent rule, ${settlement.errors} wrong; ` +
      `${settlement.overturned} overturned by corrections, ${settlement.overturnedFinal} of them not provisional`,
    `Arithmetic: ${arithmetic.checked} sums, lines and related prices compared, ${arithmetic.errors} wrong; ` +
      `the furthest is off by ${arithmetic.largest.toExponential(1)}`,
    faultsOf(tally),
    `${tally.events} events, ${tally.predictions} predictions of all open markets in ${seconds.toFixed(1)} s: ` +
      `${perSecond(tally.events)} events and ${perSecond(tally.predictions)} predictions a second`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** What is wrong, a line each; only the first few of each kind are kept. */
function faultsOf({ settlement, arithmetic, missList }: Tally): string {
  return [
    ...Object.entries(settlement.noRule).map(([market, count]) => `no independent rule for ${market} (${count} times)`),
    ...[...settlement.errorList, ...arithmetic.errorList].map(
      ({ matchId, market, what }) => `WRONG ${matchId} ${market}: ${what}`,
    ),
    ...missList.map(
      ({ kind, matchId, eventId, type, market, variant, changed, distance }) =>
        `MISS ${kind} ${matchId} ${type} ${eventId}: ${market} (${variant}) moved by ${distance}, ` +
        `changed facts ${changed.join(", ") || "none"}`,
    ),
  ].join("\n");
}

/**
 * Share of the earlier system's 99 outcomes that an event touches, settled ones left out, as once measured on the same
 * 1,066 matches: through the score and the counts alone, with everything that moves a rate, and settled by it.
 */
const REFERENCE: Readonly<Record<string, readonly [hard: number, touched: number, settled: number]>> = {
  goal: [63.6, 73.7, 10.4],
  corner: [5.2, 5.2, 0.3],
  yellow_card: [4.6, 4.6, 0.8],
  "second_yellow_card, red_card": [3.4, 64.5, 0.8],
  substitution: [0, 56.8, 0],
  "period_end (first_half)": [18.6, 84.6, 13.8],
};
const SEED_OUTCOMES = CATALOGUE.flatMap(({ aliases }) => Object.values(aliases)).filter((alias) => alias !== "").length;

function reachTable({ types }: Tally): string {
  const rows = Object.entries(REFERENCE).map(([name, [hard, touched, settled]]) => {
    const row = sumOf(name.split(", ").flatMap((type) => types[type] ?? []));
    const ofSeed = (part: number): string => percent(part, SEED_OUTCOMES * row.events);
    return [
      name,
      String(row.events),
      percent(row.touched, row.open),
      percent(row.seedTouched, row.seedOpen),
      ofSeed(row.seedTouched),
      touched.toFixed(1),
      ofSeed(row.seedHard),
      hard.toFixed(1),
      ofSeed(row.seedSettled),
      settled.toFixed(1),
    ];
  });
  const header = ["event", "n", "of open", "of the seed's open", "of all 99", "ref", "hard", "ref", "settled", "ref"];
  return `Markets touched, %\n${table(header, rows, numeric(header))}`;
}

function numeric(header: readonly string[]): ("left" | "right")[] {
  return header.map((_name, column) => (column === 0 ? "left" : "right"));
}

function precisionTable({ types }: Tally): string {
  const rows = Object.entries(types)
    .sort(([a], [b]) => Number(isInjected(a)) - Number(isInjected(b)) || a.localeCompare(b))
    .map(([name, row]) => [
      isInjected(name) ? `${name.slice(1)} (injected)` : name,
      String(row.events),
      percent(row.touched, row.open),
      String(row.flagged),
      row.flagged === 0 ? "-" : (row.changed / row.flagged).toFixed(3),
      row.flagged === 0 ? "-" : (row.material / row.flagged).toFixed(3),
      String(row.misses),
    ]);
  const header = ["event", "n", "touched %", "flagged", "precision", "> 0.005", "misses"];
  return `Flagged predictions that changed\n${table(header, rows, numeric(header))}`;
}

const WASTE_LINES = 15;

function wasteTable({ edges }: Tally): string {
  const rows = Object.entries(edges)
    .map(([name, { flagged, changed }]) => ({ name, flagged, wasted: flagged - changed }))
    .filter(({ wasted }) => wasted > 0)
    .sort((a, b) => b.wasted - a.wasted)
    .slice(0, WASTE_LINES)
    .map(({ name, flagged, wasted }) => [name, String(flagged), String(wasted)]);
  const header = ["edge", "flagged", "unchanged"];
  return `Flagged and unchanged, by fact and primitive\n${table(header, rows, numeric(header))}`;
}

type Sum = Record<keyof TypeTally, number>;

function sumOf(rows: readonly TypeTally[]): Sum {
  const add = (key: keyof TypeTally): number => rows.reduce((sum, row) => sum + row[key], 0);
  return {
    events: add("events"),
    open: add("open"),
    touched: add("touched"),
    hard: add("hard"),
    settled: add("settled"),
    seedOpen: add("seedOpen"),
    seedTouched: add("seedTouched"),
    seedHard: add("seedHard"),
    seedSettled: add("seedSettled"),
    misses: add("misses"),
    flagged: add("flagged"),
    changed: add("changed"),
    material: add("material"),
  };
}

function isInjected(type: string): boolean {
  return type.startsWith("+");
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : ((100 * part) / whole).toFixed(1);
}

function rounded(value: number, digits = 4): number {
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : 0;
}
