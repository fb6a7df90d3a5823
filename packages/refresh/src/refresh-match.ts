import { setTimeout as delay } from "node:timers/promises";
import type { BegunRefresh, CommitResult, PredictedMarket, MatchStore } from "@touchline/cache";
import {
  clockAt,
  findMarket,
  findVariant,
  lifetimeOf,
  marketsOf,
  outcomesOf,
  planRefresh,
  type PrimitiveId,
  quote,
  type RefreshPlan,
} from "@touchline/domain";
import type { Prediction, Predictor } from "@touchline/model";

export interface RefreshDependencies {
  readonly store: MatchStore;
  readonly predictor: Predictor;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** Fingerprint of the predictor's dependency graph; this build's own by default. */
  readonly graph?: string;
  /** Token of the claim under which this refresh runs; a worker with a refresh job has none. */
  readonly claim?: string;
}

export type RefreshOutcome =
  | { readonly outcome: "unknown_match" | "nothing_due" | "incomplete" }
  | {
      readonly outcome: "committed";
      readonly commit: CommitResult;
      readonly computeMs: ReadonlyMap<PrimitiveId, number>;
      /** Readers had asked for it. */
      readonly wanted: boolean;
      /** What a full recompute of the match would have had to compute. */
      readonly openPrimitives: ReadonlySet<PrimitiveId>;
    };

/**
 * Refreshes a match: reads what is required and the match version, predicts, commits. The commit refuses predictions that
 * an event has overtaken in between; they stay due.
 * @throws the error of the predictor or the store; then nothing is stored and everything stays due. After an error of the
 * predictor the refresh is abandoned, so that the next one need not wait for its lease.
 */
export async function refreshMatch(
  deps: RefreshDependencies,
  matchId: string,
  signal: AbortSignal,
): Promise<RefreshOutcome> {
  const { store, now } = deps;
  const begun = await beginUnclaimed(deps, matchId, signal);
  if (begun.outcome !== "begun") return begun;
  const plan = planOf(begun);
  if (plan.due.size === 0) {
    await store.commit({ ...nothing, matchId, begun, predictedAt: now() });
    return { outcome: "nothing_due" };
  }
  const predictedAt = now();
  const clock = clockAt(begun.state, predictedAt);
  const began = performance.now();
  const request = { matchId, state: begun.state, clock, markets: plan.due };
  const { prediction, predictions } = await orAbandon(deps, matchId, begun, async () => {
    const predicted = await deps.predictor.predict(request, signal);
    return { prediction: predicted, predictions: entriesOf(plan, predicted, begun, predictedAt) };
  });
  const tookMs = performance.now() - began;
  const commit = await store.commit({
    matchId,
    begun,
    predictions,
    predictedAt,
    // Each part is measured by one clock: this machine's may differ from the store's by more than a refresh takes.
    deltaMs: Math.max(0, begun.now - (begun.dueSince ?? begun.now)) + tookMs,
    computeMs: tookMs,
    complete: true,
  });
  if (!commit) return { outcome: "unknown_match" };
  const { computeMs } = prediction;
  return {
    outcome: "committed",
    commit,
    computeMs,
    wanted: begun.requests.size > 0,
    openPrimitives: openPrimitives(begun),
  };
}

/** Pause between two checks whether another process' claim has ended. */
const CLAIM_LOOK_MS = 20;

/**
 * Begins once no other process holds a claim on the match. A claim lasts a second or two at the most, and no new one is
 * given while a refresh has begun, so this wait ends.
 */
async function beginUnclaimed(
  deps: RefreshDependencies,
  matchId: string,
  signal: AbortSignal,
): Promise<BegunRefresh | { readonly outcome: "unknown_match" | "incomplete" }> {
  const { store, claim, graph } = deps;
  for (;;) {
    const begun = await store.begin(matchId, { claim, graph });
    if (begun.outcome !== "claimed") return begun;
    await delay(Math.min(begun.remainingMs, CLAIM_LOOK_MS), undefined, { signal });
  }
}

function openPrimitives({ state, settled }: BegunRefresh): ReadonlySet<PrimitiveId> {
  return new Set(marketsOf(state).flatMap(({ id, primitive }) => (settled.has(id) ? [] : [primitive])));
}

/** Runs a part of a begun refresh. When it fails, nothing will be committed and the refresh is abandoned. */
async function orAbandon<T>(
  { store }: RefreshDependencies,
  matchId: string,
  { number }: BegunRefresh,
  part: () => Promise<T>,
): Promise<T> {
  try {
    return await part();
  } catch (error) {
    // If the store fails as well, the first error is the one to report; the lease runs out instead.
    await store.abandon(matchId, number).catch(() => undefined);
    throw error;
  }
}

const nothing = { predictions: new Map(), deltaMs: 0, computeMs: 0, complete: true } as const;

function planOf({ state, now, settled, touched, variants, requests, lastAccess }: BegunRefresh): RefreshPlan {
  return planRefresh({
    state,
    now,
    settled,
    among: touched,
    entryOf: (variant, market) => variants.get(variant)?.entries.get(market),
    requirementOf: (variant, market) => variants.get(variant)?.requirementOf(market),
    movedVersion: Math.max(0, ...[...variants.values()].map((variant) => variant.movedVersion)),
    wanted: new Set(requests.keys()),
    demand: lastAccess,
  });
}

function entriesOf(
  plan: RefreshPlan,
  prediction: Prediction,
  { state }: BegunRefresh,
  predictedAt: number,
): Map<string, readonly PredictedMarket[]> {
  const rate = state.fixture?.clockRate ?? 1;
  return new Map(
    [...plan.due].map(([variantId, marketIds]) => {
      const variant = findVariant(variantId);
      const predicted = prediction.markets.get(variantId);
      const entries = marketIds.flatMap((id): PredictedMarket[] => {
        const market = findMarket(id);
        const price = predicted?.get(id);
        if (!market || !variant || !price) throw new Error(`prediction lacks ${variantId}/${id}`);
        const lifetimeMs = lifetimeOf(state, predictedAt, (price.driftSeconds * 1000) / rate);
        const outcomes = outcomesOf(market, state).map((outcome, index): [string, number | null] => [
          outcome,
          quote(price.probabilities[index] ?? 0, variant),
        ]);
        return [
          {
            market: id,
            outcomes: Object.fromEntries(outcomes),
            freshUntil: predictedAt + lifetimeMs,
          },
        ];
      });
      return [variantId, entries];
    }),
  );
}
