import { setTimeout as delay } from "node:timers/promises";
import { recordVerified, type StoreRedis, takeSample, type VerificationMiss } from "@touchline/cache";
import type { FactName, Market } from "@touchline/domain";
import type { Predictor } from "@touchline/model";
import type { Logger } from "@touchline/platform";
import { verifySample } from "@touchline/refresh";
import type { CpuBudget } from "./cpu-budget.ts";
import type { VerificationMetrics } from "./verification-metrics.ts";

export interface VerifierOptions {
  readonly redis: StoreRedis;
  readonly prefix: string;
  readonly predictor: Predictor;
  /** How far apart two equal prices may be; 0 means to the bit. */
  readonly tolerance: number;
  readonly findMarket?: (id: string) => Market | undefined;
  /** Widens the dependency graph of all processes by what markets were found to read. */
  readonly widen?: (found: readonly FoundByVerifier[]) => Promise<unknown>;
  readonly budget: CpuBudget;
  /** Whether the worker has so little to do that nothing waits for this. */
  readonly isIdle: () => boolean;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
  readonly metrics: VerificationMetrics;
}

/** A fact that a market reads although nobody had declared it, and the match in which that was found. */
export interface FoundByVerifier {
  readonly market: string;
  readonly fact: FactName;
  readonly matchId: string;
}

/** Pause between looks for samples, milliseconds; it doubles with each look in vain, for a look costs budget too. */
const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;
/** Samples of one look. */
const MOST_IN_A_ROW = 16;

/**
 * Takes the next sample and compares, if there is one, the budget is open and the worker idle. A sample that a worker
 * dies with is lost: it was one of many.
 * @returns whether a sample was taken
 */
export async function verifyNext(options: VerifierOptions, signal: AbortSignal): Promise<boolean> {
  const { redis, prefix, budget, isIdle, now, log, metrics } = options;
  if (!isIdle() || !budget.isOpen) return false;
  const before = budget.spentMs;
  try {
    return await budget.spend(async () => {
      const sample = await takeSample(redis, prefix);
      if (!sample) return false;
      const verified = await verifySample(options, sample, signal);
      const at = now();
      const misses = verified.flatMap(({ miss }): VerificationMiss[] => (miss ? [{ ...miss, at }] : []));
      for (const { outcome } of verified) metrics.verified(outcome);
      for (const miss of misses) log.warn(miss, "an event left a market alone that it changes: a miss");
      const found = misses.flatMap(({ market, facts, matchId }) => facts.map((fact) => ({ market, fact, matchId })));
      // First of all: from here on no event leaves this market alone wrongly.
      if (found.length > 0) await options.widen?.(found as FoundByVerifier[]);
      for (const { market, outcome, error } of verified)
        if (outcome === "failed")
          log.debug({ err: error, market, matchId: sample.matchId }, "no prediction to compare");
      await recordVerified(redis, prefix, {
        at,
        share: sample.share,
        outcomes: verified,
        changed: sample.changed,
        misses,
      });
      return true;
    });
  } finally {
    metrics.spent(budget.spentMs - before);
  }
}

/** Verifies in the background until it is stopped. `stop` waits for what is under way. */
export function startVerifying(options: VerifierOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async (): Promise<void> => {
    let pauseMs = SHORTEST_PAUSE_MS;
    while (!signal.aborted) {
      let taken = 0;
      try {
        while (taken < MOST_IN_A_ROW && !signal.aborted && (await verifyNext(options, signal))) taken++;
      } catch (err) {
        if (!signal.aborted) options.log.debug({ err }, "verification failed; the next look tries again");
      }
      pauseMs = taken > 0 ? SHORTEST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
