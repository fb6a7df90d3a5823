import { setTimeout as delay } from "node:timers/promises";
import { applyEvent, indexMatch, type MatchTruth, readTruth, type StoreRedis } from "@touchline/cache";
import { appendEvent, foldEvents, type InvalidationPlan, type MatchEvent, planInvalidation } from "@touchline/domain";
import type { TruthCache } from "./truth-cache.ts";

export interface ApplyDependencies {
  readonly store: StoreRedis;
  readonly prefix: string;
  readonly truths: TruthCache;
  readonly finishedTtlMs: number;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** Told of every step that lost to another process and is folded again. */
  readonly onConflict?: () => void;
}

export type Applied =
  | { readonly outcome: "duplicate"; readonly version: number }
  | {
      readonly outcome: "applied";
      readonly version: number;
      readonly plan: InvalidationPlan;
      readonly actual: number;
    };

/** Steps that may be lost in a row. Each loss means that another process has made progress. */
const MAX_CONFLICTS = 100;

/**
 * Takes an event into its match: appends it to the log, folds, finds what changed, and applies the plan in one atomic
 * step; folds again when another process was faster.
 * @throws Error after losing to other processes `MAX_CONFLICTS` times in a row, and whatever the store throws
 */
export async function applyMatchEvent(deps: ApplyDependencies, event: MatchEvent): Promise<Applied> {
  const { store, prefix, truths } = deps;
  const { matchId } = event;
  let truth = truths.get(matchId) ?? (await readTruth(store, prefix, matchId));
  for (let conflicts = 0; conflicts <= MAX_CONFLICTS; conflicts++) {
    const step = planStep(truth, event);
    if (!step) {
      truths.set(matchId, truth);
      return { outcome: "duplicate", version: truth.version };
    }
    // Listed before it has truth: a match that the index forgot would never be reconciled.
    if (truth.version === 0 || step.state.fixture?.kickoff !== truth.state.fixture?.kickoff)
      await indexMatch(store, prefix, matchId, kickoffOf(step, event));
    const result = await applyEvent(store, prefix, {
      event,
      expectedVersion: truth.version,
      state: step.state,
      plan: step.plan,
      at: deps.now(),
      finishedTtlMs: deps.finishedTtlMs,
    });
    if (result.outcome === "applied") {
      truths.set(matchId, { version: result.version, log: step.log, state: step.state });
      return {
        outcome: "applied",
        version: result.version,
        plan: step.plan,
        actual: result.actual,
      };
    }
    deps.onConflict?.();
    truths.forget(matchId);
    await delay(Math.random() * Math.min(50, conflicts * 2));
    truth = await readTruth(store, prefix, matchId);
  }
  throw new Error(
    `match ${matchId}: event ${event.source}/${event.id} lost ${MAX_CONFLICTS} steps in a row to other processes`,
  );
}

interface Step extends Pick<MatchTruth, "log" | "state"> {
  readonly plan: InvalidationPlan;
}

/** The step that `event` makes from `truth`; undefined when it adds nothing to the log. */
function planStep(truth: MatchTruth, event: MatchEvent): Step | undefined {
  const log = appendEvent(truth.log, event);
  if (log === truth.log) return undefined;
  const state = foldEvents(log);
  return { log, state, plan: planInvalidation(truth.state, state) };
}

function kickoffOf({ state }: Step, event: MatchEvent): number {
  return Date.parse(state.fixture?.kickoff ?? event.occurredAt);
}
