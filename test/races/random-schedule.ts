import { FACTS, type Graph, MARKET_IDS, MODEL_VARIANTS, type ModelFact, type ModelVariant } from "./model-events.ts";

/** What an event says, before it has an id. */
export interface Telling {
  readonly facts: readonly ModelFact[];
  readonly settles?: string;
  readonly reopens?: string;
  readonly lists?: boolean;
  readonly clockMoved?: boolean;
}

/**
 * One thing that happens to a match. Workers are numbered; a worker commits what it began last, and may try so again
 * and again.
 */
export type Step =
  | { readonly kind: "event"; readonly by: number; readonly graph: Graph; readonly telling: Telling }
  /** An event that was reported before; `which` of them, from 0 to 1. */
  | { readonly kind: "retell"; readonly by: number; readonly graph: Graph; readonly which: number }
  | { readonly kind: "adopt"; readonly graph: Graph }
  | { readonly kind: "begin"; readonly worker: number; readonly graph: Graph }
  | { readonly kind: "commit" | "abandon"; readonly worker: number }
  | { readonly kind: "claim" | "release_claim"; readonly worker: number }
  | { readonly kind: "request"; readonly variant: ModelVariant; readonly isOfThisEpoch: boolean }
  | { readonly kind: "read" | "read_held"; readonly variant: ModelVariant }
  | { readonly kind: "evict"; readonly key: number }
  | { readonly kind: "wait"; readonly leases: number }
  | { readonly kind: "fail_over"; readonly to: "replica" | "snapshot"; readonly isQuiet: boolean }
  /** `isAsked`: the api's timer comes before its next reader. */
  | { readonly kind: "partition"; readonly isBehind: boolean; readonly isAsked: boolean }
  | { readonly kind: "store_clock"; readonly byMs: number }
  | { readonly kind: "deliver"; readonly count: number }
  | { readonly kind: (typeof PLAIN)[number] };

const PLAIN = [
  "checkpoint",
  "flush",
  "delete",
  "heal",
  "reconcile",
  "ping",
  "release_replies",
  "line_dead",
  "line_closed",
  "line_mended",
  "line_back",
  "store_reconnects",
  "store_hangs",
  "store_back",
  "process_suspended",
  "wall_set_back",
] as const;

const WORKERS = 3;

/** mulberry32: small, seedable, good enough to shuffle steps. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Draw = (random: () => number) => Step;

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}
const oneOf = (random: () => number, count: number): number => Math.floor(random() * count);
/** Mostly one build; two of them meet now and then. */
const graphOf = (random: () => number): Graph => (random() < 0.1 ? "b" : "a");

function telling(random: () => number): Telling {
  const dice = random();
  if (dice < 0.62) return { facts: FACTS.filter(() => random() < 0.4) };
  if (dice < 0.67) return { facts: [], clockMoved: true };
  if (dice < 0.76) return { facts: [], settles: pick(random, MARKET_IDS) };
  if (dice < 0.84) return { facts: [], reopens: pick(random, MARKET_IDS) };
  return { facts: [], lists: dice >= 0.92 };
}

/** What happens, and how often beside the others: refreshes are overtaken, late and revived often. */
const DRAWS: readonly (readonly [weight: number, draw: Draw])[] = [
  [20, (r) => ({ kind: "event", by: oneOf(r, 2), graph: graphOf(r), telling: telling(r) })],
  [6, (r) => ({ kind: "retell", by: oneOf(r, 2), graph: graphOf(r), which: r() })],
  [0.5, (r) => ({ kind: "adopt", graph: graphOf(r) })],
  [15, (r) => ({ kind: "begin", worker: oneOf(r, WORKERS), graph: graphOf(r) })],
  [18, (r) => ({ kind: "commit", worker: oneOf(r, WORKERS) })],
  [1, (r) => ({ kind: "abandon", worker: oneOf(r, WORKERS) })],
  [1.5, (r) => ({ kind: "claim", worker: oneOf(r, WORKERS) })],
  [1.5, (r) => ({ kind: "release_claim", worker: oneOf(r, WORKERS) })],
  [3, (r) => ({ kind: "request", variant: pick(r, MODEL_VARIANTS), isOfThisEpoch: r() < 0.8 })],
  [7, (r) => ({ kind: "read", variant: pick(r, MODEL_VARIANTS) })],
  [3, (r) => ({ kind: "read_held", variant: pick(r, MODEL_VARIANTS) })],
  [3, () => ({ kind: "release_replies" })],
  [3, (r) => ({ kind: "evict", key: r() })],
  [2, (r) => ({ kind: "wait", leases: pick(r, [0.3, 0.3, 1.2]) })],
  [3, () => ({ kind: "checkpoint" })],
  [3, (r) => ({ kind: "fail_over", to: r() < 0.7 ? "replica" : "snapshot", isQuiet: r() < 0.5 })],
  [1, (r) => ({ kind: "partition", isBehind: r() < 0.5, isAsked: r() < 0.5 })],
  [1.5, () => ({ kind: "heal" })],
  [0.5, () => ({ kind: "flush" })],
  [0.5, () => ({ kind: "delete" })],
  [1, (r) => ({ kind: "store_clock", byMs: r() < 0.5 ? 3_600_000 : -3_600_000 })],
  [4, () => ({ kind: "reconcile" })],
  [8, (r) => ({ kind: "deliver", count: r() < 0.5 ? 1 : 10 })],
  [4, () => ({ kind: "ping" })],
  [1, () => ({ kind: "line_dead" })],
  [1, () => ({ kind: "line_closed" })],
  [1, () => ({ kind: "line_mended" })],
  [2, () => ({ kind: "line_back" })],
  [0.5, () => ({ kind: "store_reconnects" })],
  [0.7, () => ({ kind: "store_hangs" })],
  [1, () => ({ kind: "store_back" })],
  [0.7, () => ({ kind: "process_suspended" })],
  [0.7, () => ({ kind: "wall_set_back" })],
];
/** How often one thing happens in a schedule, beside its usual weight. */
const TIMES = [0, 0, 1, 1, 4];
/** Without these nothing happens at all. */
const ALWAYS = 1;

/**
 * Each schedule leaves some things out and has more of others: what meets rarely in a mixture of all meets in those.
 */
export function randomSchedule(random: () => number, length: number): Step[] {
  const draws = DRAWS.map(([weight, draw], index): readonly [number, Draw] => [
    weight * (index < ALWAYS ? 1 : pick(random, TIMES)),
    draw,
  ]);
  const total = draws.reduce((sum, [weight]) => sum + weight, 0);
  const step = (): Step => {
    let dice = random() * total;
    for (const [weight, draw] of draws) {
      dice -= weight;
      if (dice < 0) return draw(random);
    }
    return { kind: "reconcile" };
  };
  return Array.from({ length }, step);
}
