import { deepStrictEqual } from "node:assert/strict";
import {
  type ApplyResult,
  type BegunRefresh,
  matchKeys,
  type StepMark,
  type PredictedMarket,
  type MatchStore,
} from "@touchline/cache";
import {
  EMPTY_STATE,
  freshnessOf,
  volatilityLimit,
  GRAPH_VERSION,
  type InvalidationPlan,
  MatchEvent,
} from "@touchline/domain";
import {
  type Happening,
  type ModelFact,
  type ModelRefresh,
  type ModelVariant,
  MODEL_VARIANTS,
  MARKET_IDS,
  ReferenceMatch,
} from "./reference-match.ts";
import type { Step } from "./random-schedule.ts";

const NOW = Date.parse("2026-08-15T14:00:00.000Z");
const LIFETIME_MS = 3_600_000;
const SETTLEMENT = { outcomes: { value: 1 }, grades: { value: "won" }, provisional: false } as const;

interface RunningRefresh {
  readonly real: BegunRefresh;
  readonly expected: ModelRefresh;
}

/**
 * Runs one schedule against the real scripts and the reference, and compares them after every step. Then lets the
 * reconciler finish what is left: nothing may be lost.
 * @throws AssertionError at the first difference, or at a fresh label on anything but the present truth
 */
export async function runSchedule(store: MatchStore, matchId: string, steps: readonly Step[]): Promise<void> {
  const match = new ReferenceMatch();
  const workers = new Map<number, RunningRefresh>();
  let last: StepMark = { version: 0, epoch: "", step: "" };
  const happen = async (facts: readonly ModelFact[], besides: Happening, before: StepMark): Promise<string> => {
    const result = await applyStep(store, matchId, match, { facts, ...besides }, before);
    if (result.outcome === "applied") last = result;
    return result.outcome;
  };

  await happen(["score", "corners", "weather"], {}, last);
  match.apply(["score", "corners", "weather"], {});
  for (const step of steps) {
    switch (step.kind) {
      case "event": {
        const { settles, reopens, clockMoved = false } = step;
        const besides = {
          clockMoved,
          ...(settles && !match.settled.has(settles) ? { settles } : {}),
          ...(reopens && match.settled.has(reopens) ? { reopens } : {}),
        };
        deepStrictEqual(await happen(step.facts, besides, last), "applied");
        match.apply(step.facts, besides);
        break;
      }
      case "outdated_event":
        deepStrictEqual(await happen(["score"], {}, { ...last, version: last.version - 1 }), "conflict");
        break;
      case "begin": {
        const real = await store.begin(matchId);
        if (real.outcome === "begun") workers.set(step.worker, { real, expected: match.begin() });
        break;
      }
      case "commit": {
        const running = workers.get(step.worker);
        if (running) await commitAndCompare(store, matchId, match, running);
        break;
      }
      case "read":
        await readAndCompare(store, matchId, match, step.variant);
        break;
      case "request":
        await store.requestRefresh(matchId, step.variant, "background");
        match.request(step.variant);
        break;
      case "evict":
        await store.redis.del(matchKeys(store.prefix, matchId).entries(step.variant));
        match.evict(step.variant);
        break;
      case "reconcile":
        deepStrictEqual(await store.isOverdue(matchId, { dueMs: 0, leaseMs: 0 }), match.unfinished);
        break;
    }
  }
  await finish(store, matchId, match);
}

/** What the reconciler and a worker do: refresh while something is due. Afterwards everything must be fresh. */
async function finish(store: MatchStore, matchId: string, match: ReferenceMatch): Promise<void> {
  await reconcile(store, matchId, match);
  for (const variant of MODEL_VARIANTS) {
    await store.requestRefresh(matchId, variant, "background");
    match.request(variant);
  }
  await reconcile(store, matchId, match);
  for (const variant of MODEL_VARIANTS) {
    const statuses = await readAndCompare(store, matchId, match, variant);
    deepStrictEqual(
      statuses.filter((status) => status !== "fresh" && status !== "settled"),
      [],
    );
  }
}

async function reconcile(store: MatchStore, matchId: string, match: ReferenceMatch): Promise<void> {
  while (await store.isOverdue(matchId, { dueMs: 0, leaseMs: 0 })) {
    const real = await store.begin(matchId);
    if (real.outcome !== "begun") throw new Error(`match ${matchId} vanished`);
    await commitAndCompare(store, matchId, match, { real, expected: match.begin() });
  }
  deepStrictEqual(match.unfinished, false);
  for (const variant of MODEL_VARIANTS) await readAndCompare(store, matchId, match, variant);
}

async function applyStep(
  store: MatchStore,
  matchId: string,
  match: ReferenceMatch,
  { facts, settles, reopens, clockMoved = false }: Happening & { readonly facts: readonly ModelFact[] },
  before: StepMark,
): Promise<ApplyResult> {
  const open = MARKET_IDS.filter((market) => market !== settles);
  const touched = match
    .touchedBy(facts)
    .filter(({ market }) => market !== settles && market !== reopens)
    .map(({ market, severity }) => ({ market, severity, because: [] }));
  const plan: InvalidationPlan = {
    changed: facts,
    touched: [...touched, ...(reopens ? [{ market: reopens, severity: "hard" as const, because: [] }] : [])],
    collected: [],
    settled: settles ? [{ market: settles, settlement: SETTLEMENT }] : [],
    reopened: reopens ? [reopens] : [],
    offerChanged: [],
    clockMoved,
    panicMoved: false,
    forbids: settles !== undefined || reopens !== undefined || touched.some(({ severity }) => severity === "hard"),
    open: open.length,
    preserved: open.length - touched.length,
  };
  const event = MatchEvent.parse({
    id: `e${match.version + 1}`,
    source: "model",
    matchId,
    type: "step",
    occurredAt: new Date(NOW).toISOString(),
  });
  return store.apply({
    matchId,
    event,
    before,
    state: EMPTY_STATE,
    plan,
    full: false,
    graphVersion: GRAPH_VERSION,
    at: NOW,
    finishedTtlMs: 60_000,
  });
}

async function commitAndCompare(
  store: MatchStore,
  matchId: string,
  match: ReferenceMatch,
  { real, expected }: RunningRefresh,
): Promise<void> {
  deepStrictEqual([real.number, real.version], [expected.number, expected.seen]);
  deepStrictEqual(real.touched && [...real.touched].toSorted(), expected.given);
  const predictions = new Map(
    MODEL_VARIANTS.map((variant): [string, PredictedMarket[]] => [
      variant,
      expected.due[variant].map((market) => ({
        market,
        // The reading of a fact that was never there is impossible: the value is made from what the worker saw.
        outcomes: { [`v${expected.values[market] ?? ""}`]: 1 },
        freshUntil: NOW + LIFETIME_MS,
      })),
    ]),
  );
  const result = await store.commit({
    matchId,
    begun: real,
    predictions,
    predictedAt: NOW,
    deltaMs: 1,
    computeMs: 1,
    complete: true,
  });
  deepStrictEqual(result, match.commit(expected));
  deepStrictEqual(await store.isOverdue(matchId, { dueMs: 0, leaseMs: 0 }), match.unfinished);
}

/** Reads a variant as the api would and holds every label against the truth. */
async function readAndCompare(
  store: MatchStore,
  matchId: string,
  match: ReferenceMatch,
  variant: ModelVariant,
): Promise<string[]> {
  const snapshot = await store.predictions(matchId, variant);
  if (!snapshot) throw new Error(`match ${matchId} is unknown`);
  deepStrictEqual(snapshot.version, match.version);
  return MARKET_IDS.map((market) => {
    const entry = snapshot.entries.get(market);
    const { status } = freshnessOf({
      entry,
      requirement: snapshot.requirementOf(market),
      settled: snapshot.settled.has(market),
      offered: true,
      state: snapshot.state,
      volatility: { limit: volatilityLimit(undefined, "medium", NOW), movedVersion: snapshot.movedVersion },
      now: NOW,
      random: 1,
      xfetchBeta: 1,
    });
    const known = match.entries[variant].get(market);
    if (match.settled.has(market)) deepStrictEqual(status, "settled");
    else if (!known) deepStrictEqual(status, "missing");
    else {
      const { version, hardVersion } = match.required.get(market) ?? { version: Infinity, hardVersion: Infinity };
      deepStrictEqual(status, known.seen < hardVersion ? "suspended" : known.seen < version ? "stale" : "fresh");
      deepStrictEqual(entry?.outcomes, JSON.stringify({ [`v${known.value}`]: 1 }));
    }
    // Refreshes that are given only dirty markets may leave nothing behind.
    if (match.due === 0) deepStrictEqual(status === "stale" || status === "suspended", false);
    // The check that matters most: a fresh label is always the present truth.
    if (status === "fresh") deepStrictEqual(known?.value, match.valueOf(market));
    return status;
  });
}
