import { setTimeout as delay } from "node:timers/promises";
import type { BegunRefresh, CommitResult, GraphInForce, PredictedMarket, MatchStore } from "@touchline/cache";
import {
  clockAt,
  BUILTIN_GRAPH,
  type Graph,
  findVariant,
  isCovered,
  lifetimeOf,
  marketsOf,
  type MatchPhase,
  matchPhaseOf,
  planRefresh,
  type ComputationId,
  type PrimitiveId,
  type RefreshPlan,
  type Severity,
} from "@touchline/domain";
import type { Prediction, Predictor } from "@touchline/model";
import { graphOfPrediction } from "./graph-of-prediction.ts";
import { quotedOutcomes } from "./quoted-outcomes.ts";

export interface RefreshDependencies {
  readonly store: MatchStore;
  readonly predictor: Predictor;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** The dependency graph; what the built-in model reads by default. */
  readonly graph?: Pick<GraphInForce, "current" | "widen">;
  /** Fingerprint to go by where no such graph is given. */
  readonly graphVersion?: string;
  /** Token of the claim under which this refresh runs; a worker with a refresh job has none. */
  readonly claim?: string;
}

export interface SinceStep {
  readonly seconds: number;
  /** `hard`: some price that was due had been forbidden. */
  readonly severity: Severity;
  readonly phase: MatchPhase;
}

export type RefreshOutcome =
  | { readonly outcome: "unknown_match" | "nothing_due" | "incomplete" }
  | {
      readonly outcome: "committed";
      readonly commit: CommitResult;
      readonly computeMs: ReadonlyMap<PrimitiveId, number>;
      /** How long what a step made due waited for this commit; undefined when no step had. */
      readonly sinceStep: SinceStep | undefined;
      /** Readers had requested it. */
      readonly requested: boolean;
      /** What a full recompute of the match would have had to compute. */
      readonly openPrimitives: ReadonlySet<ComputationId>;
    };

/**
 * Refreshes a match: reads what is required and the match version, predicts, commits. The commit refuses predictions
 * that an event has overtaken in between; they stay due.
 * @throws the error of the predictor or the store; then nothing is stored and everything stays due. After an error of
 * the predictor the refresh is abandoned, so that the next one need not wait for its lease.
 */
export async function refreshMatch(
  deps: RefreshDependencies,
  matchId: string,
  signal: AbortSignal,
): Promise<RefreshOutcome> {
  const { store, now } = deps;
  const graph = deps.graph?.current ?? BUILTIN_GRAPH;
  const graphVersion = deps.graph ? graph.version : deps.graphVersion;
  const begun = await beginUnclaimed({ ...deps, graphVersion }, matchId, signal);
  if (begun.outcome !== "begun") return begun;
  // The one clock of this refresh. The store's decides about claims and waiting times only.
  const predictedAt = now();
  const plan = planOf(begun, predictedAt, graph);
  if (plan.due.size === 0) {
    await store.commit({ ...nothing, matchId, begun, predictedAt });
    return { outcome: "nothing_due" };
  }
  const clock = clockAt(begun.state, predictedAt);
  const began = performance.now();
  const request = { matchId, state: begun.state, clock, markets: plan.due };
  const { prediction, predictions, madeBy } = await orAbandon(deps, matchId, begun, async () => {
    const predicted = await deps.predictor.predict(request, signal);
    return {
      prediction: predicted,
      predictions: entriesOf(plan, predicted, begun, predictedAt, graph),
      madeBy: await graphOfPrediction(deps.graph, matchId, graph, predicted),
    };
  });
  const tookMs = performance.now() - began;
  const commit = await store.commit({
    matchId,
    begun: madeBy === undefined ? begun : { ...begun, graphVersion: madeBy },
    predictions,
    predictedAt,
    // Each part is measured by one clock: this machine's may differ from the store's by more than a refresh takes.
    deltaMs: waitedMs(begun) + tookMs,
    computeMs: tookMs,
    complete: true,
  });
  if (!commit) return { outcome: "unknown_match" };
  const { computeMs } = prediction;
  return {
    outcome: "committed",
    commit,
    computeMs,
    sinceStep: sinceStep(begun, plan, tookMs),
    requested: begun.requests.size > 0,
    openPrimitives: openPrimitives(begun, graph),
  };
}

function sinceStep(begun: BegunRefresh, { due }: RefreshPlan, tookMs: number): SinceStep | undefined {
  const { now, stepDueSince, state, variants } = begun;
  if (stepDueSince === undefined) return undefined;
  const isHard = [...due].some(([id, markets]) => {
    const variant = variants.get(id);
    return markets.some(
      (market) => (variant?.requirementOf(market)?.hardVersion ?? 0) > (variant?.entries.get(market)?.seen ?? 0),
    );
  });
  const waited = Math.min(LONGEST_WAIT_MS, Math.max(0, now - stepDueSince));
  return { seconds: (waited + tookMs) / 1000, severity: isHard ? "hard" : "soft", phase: matchPhaseOf(state) };
}

/** A store whose clock jumps ahead must not make refreshes look hours long. */
const LONGEST_WAIT_MS = 60_000;

function waitedMs({ now, dueSince = now }: BegunRefresh): number {
  return Math.min(LONGEST_WAIT_MS, Math.max(0, now - dueSince));
}

/** Pause between two checks whether another process' claim has ended. */
const CLAIM_LOOK_MS = 20;

/**
 * Begins once no other process holds a claim on the match. A claim lasts a second or two at the most. The wait is
 * bounded by the longest claim met, by this machine's own steady clock, whatever the store's clock does meanwhile.
 */
async function beginUnclaimed(
  deps: Pick<RefreshDependencies, "store" | "claim"> & { readonly graphVersion: string | undefined },
  matchId: string,
  signal: AbortSignal,
): Promise<BegunRefresh | { readonly outcome: "unknown_match" | "incomplete" }> {
  const { store, claim, graphVersion } = deps;
  const since = performance.now();
  let beside = claim;
  for (;;) {
    const begun = await store.begin(matchId, { claim: beside, graphVersion });
    if (begun.outcome !== "claimed") return begun;
    const { durationMs, remainingMs, token } = begun;
    if (performance.now() - since >= durationMs) beside = token;
    else await delay(Math.min(remainingMs, CLAIM_LOOK_MS), undefined, { signal });
  }
}

function openPrimitives({ state, settled }: BegunRefresh, { markets }: Graph): ReadonlySet<ComputationId> {
  return new Set(
    marketsOf(state, markets).flatMap((market) =>
      settled.has(market.id) || !isCovered(market, state) ? [] : [market.primitive],
    ),
  );
}

/** Runs a part of a begun refresh. When it fails, nothing will be committed and the refresh is abandoned. */
async function orAbandon<T>(
  { store }: RefreshDependencies,
  matchId: string,
  begun: BegunRefresh,
  part: () => Promise<T>,
): Promise<T> {
  try {
    return await part();
  } catch (error) {
    // If the store fails as well, the first error is the one to report; the lease runs out instead.
    await store.abandon(matchId, begun).catch(() => undefined);
    throw error;
  }
}

const nothing = { predictions: new Map(), deltaMs: 0, computeMs: 0, complete: true } as const;

/** A reader whose clock is further ahead than this is not believed. */
const FURTHEST_AHEAD_MS = 24 * 60 * 60 * 1000;

function planOf(begun: BegunRefresh, predictedAt: number, { markets }: Graph): RefreshPlan {
  const { state, settled, touched, variants, requests, lastAccess, askedNow } = begun;
  // What a reader sees as expired is made again, also where that clock is ahead of this one.
  const now = askedNow - predictedAt > FURTHEST_AHEAD_MS ? predictedAt : Math.max(predictedAt, askedNow);
  return planRefresh({
    markets,
    state,
    now,
    settled,
    among: touched,
    entryOf: (variant, market) => variants.get(variant)?.entries.get(market),
    requirementOf: (variant, market) => variants.get(variant)?.requirementOf(market),
    movedVersion: Math.max(0, ...[...variants.values()].map((variant) => variant.movedVersion)),
    requested: new Set(requests.keys()),
    // Moments of the store's clock, moved to this one.
    lastAccess: new Map([...lastAccess].map(([variant, at]) => [variant, now - (begun.now - at)])),
  });
}

function entriesOf(
  plan: RefreshPlan,
  prediction: Prediction,
  { state }: BegunRefresh,
  predictedAt: number,
  { findMarket }: Graph,
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
        const outcomes = quotedOutcomes(market, state, variant, price.probabilities);
        return [{ market: id, outcomes, freshUntil: predictedAt + lifetimeMs }];
      });
      return [variantId, entries];
    }),
  );
}
