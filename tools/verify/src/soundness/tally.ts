import type { FactName } from "@touchline/domain";

/** Plain data, so that workers can send it; `addTallies` puts the parts together. */
export interface Tally {
  matches: number;
  events: number;
  injectedEvents: number;
  predictions: number;
  misses: number;
  /** The first few, in full. */
  readonly missList: Miss[];
  /** By event type; injected ones under a name of their own. */
  readonly types: Record<string, TypeTally>;
  /** How often each fact changed. */
  readonly facts: Partial<Record<FactName, number>>;
  /** Flagged predictions by the facts that flagged them and the primitive they reached. */
  readonly edges: Record<string, EdgeTally>;
  readonly settlement: SettlementTally;
  readonly arithmetic: ArithmeticTally;
}

export interface Miss {
  readonly kind: "prediction" | "jump" | "settlement" | "offer";
  readonly matchId: string;
  readonly eventId: string;
  readonly type: string;
  readonly market: string;
  readonly variant: string;
  readonly changed: readonly FactName[];
  /** How far the prediction moved; Infinity where it became something else. */
  readonly distance: number;
}

export interface TypeTally {
  events: number;
  /** Open markets before the event, those it touched, those of them hard, and those it settled. */
  open: number;
  touched: number;
  hard: number;
  settled: number;
  /** The same over the outcomes that the earlier system had, to stand beside its figures. */
  seedOpen: number;
  seedTouched: number;
  seedHard: number;
  seedSettled: number;
  misses: number;
  /** Flagged predictions (market by variant), and those that really changed. */
  flagged: number;
  changed: number;
  material: number;
}

export interface EdgeTally {
  flagged: number;
  changed: number;
}

export interface SettlementTally {
  /** Markets compared with an independent rule at the end of a match. */
  checked: number;
  errors: number;
  readonly errorList: SettlementError[];
  /** Markets without an independent rule, and how often that was missed. */
  readonly noRule: Record<string, number>;
  /** Settlements made before the end. */
  early: number;
  /** Settlements that a correction overturned, and those of them that had not been marked provisional. */
  overturned: number;
  overturnedFinal: number;
}

/** Prices of one moment, held against each other. */
export interface ArithmeticTally {
  checked: number;
  errors: number;
  /** Furthest that a sum or a price was from what it must be, the right ones included. */
  largest: number;
  readonly errorList: SettlementError[];
}

export interface SettlementError {
  readonly matchId: string;
  readonly market: string;
  readonly what: string;
}

export const LISTED_ERRORS = 50;

export function emptyTally(): Tally {
  return {
    matches: 0,
    events: 0,
    injectedEvents: 0,
    predictions: 0,
    misses: 0,
    missList: [],
    types: {},
    facts: {},
    edges: {},
    settlement: {
      checked: 0,
      errors: 0,
      errorList: [],
      noRule: {},
      early: 0,
      overturned: 0,
      overturnedFinal: 0,
    },
    arithmetic: { checked: 0, errors: 0, largest: 0, errorList: [] },
  };
}

export function emptyTypeTally(): TypeTally {
  return {
    events: 0,
    open: 0,
    touched: 0,
    hard: 0,
    settled: 0,
    seedOpen: 0,
    seedTouched: 0,
    seedHard: 0,
    seedSettled: 0,
    misses: 0,
    flagged: 0,
    changed: 0,
    material: 0,
  };
}

/** Adds `part` to `sum`: numbers add up, lists are joined up to a bound, records are merged; the largest stays so. */
export function addTallies(sum: Tally, part: Tally): void {
  const largest = Math.max(sum.arithmetic.largest, part.arithmetic.largest);
  addRecords(sum, part);
  sum.arithmetic.largest = largest;
}

function addRecords(sum: object, part: object): void {
  const into = sum as Record<string, unknown>;
  for (const [key, value] of Object.entries(part) as [string, unknown][]) {
    const known = into[key];
    if (typeof value === "number") into[key] = (typeof known === "number" ? known : 0) + value;
    else if (Array.isArray(value)) into[key] = joined(known, value);
    else if (typeof value === "object" && value !== null) {
      const record = typeof known === "object" && known !== null ? known : {};
      addRecords(record, value);
      into[key] = record;
    }
  }
}

function joined(known: unknown, more: readonly unknown[]): unknown[] {
  const list = Array.isArray(known) ? (known as unknown[]) : [];
  return [...list, ...more].slice(0, LISTED_ERRORS);
}
