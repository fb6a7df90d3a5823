import { FACTS, MARKET_IDS, MODEL_VARIANTS, type ModelFact, type ModelVariant } from "./reference-match.ts";

/** One thing that happens to a match. Workers are numbered; a worker commits what it began last, and may try so again and again. */
export type Step =
  | {
      readonly kind: "event";
      readonly facts: readonly ModelFact[];
      readonly settles?: string;
      readonly reopens?: string;
      readonly clockMoved?: boolean;
    }
  | { readonly kind: "outdated_event" }
  | { readonly kind: "begin" | "commit"; readonly worker: number }
  | { readonly kind: "read" | "request" | "evict"; readonly variant: ModelVariant }
  | { readonly kind: "reconcile" };

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

/** A schedule of `length` steps. Weighted so that refreshes are overtaken, late and revived often. */
export function randomSchedule(random: () => number, length: number): Step[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const step = (): Step => {
    const dice = random();
    if (dice < 0.22) return { kind: "event", facts: FACTS.filter(() => random() < 0.4) };
    if (dice < 0.24) return { kind: "event", facts: [], clockMoved: true };
    if (dice < 0.28) return { kind: "event", facts: [], settles: pick(MARKET_IDS) };
    if (dice < 0.32) return { kind: "event", facts: [], reopens: pick(MARKET_IDS) };
    if (dice < 0.35) return { kind: "outdated_event" };
    if (dice < 0.55) return { kind: "begin", worker: Math.floor(random() * WORKERS) };
    if (dice < 0.79) return { kind: "commit", worker: Math.floor(random() * WORKERS) };
    if (dice < 0.88) return { kind: "read", variant: pick(MODEL_VARIANTS) };
    if (dice < 0.92) return { kind: "request", variant: pick(MODEL_VARIANTS) };
    if (dice < 0.96) return { kind: "evict", variant: pick(MODEL_VARIANTS) };
    return { kind: "reconcile" };
  };
  return Array.from({ length }, step);
}
