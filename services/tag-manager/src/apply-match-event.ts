import { setTimeout as delay } from "node:timers/promises";
import { applyEvent, indexMatch, type MatchTruth, readTruth, type StoreRedis } from "@touchline/cache";
import {
  aheadMs,
  CATALOGUE,
  eventKey,
  type Fold,
  foldOn,
  GRAPH_VERSION,
  heardAt,
  isConflict,
  type InvalidationPlan,
  type MatchEvent,
  planFullInvalidation,
  planInvalidation,
  type ReadsOf,
  readsOf,
} from "@touchline/domain";
import type { TruthCache } from "./truth-cache.ts";

export interface ApplyDependencies {
  readonly store: StoreRedis;
  readonly prefix: string;
  readonly truths: TruthCache;
  readonly finishedTtlMs: number;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** Fingerprint of the dependency graph; this build's own by default. */
  readonly graph?: string;
  /** That graph; what the built-in model reads by default. */
  readonly reads?: ReadsOf;
  /** Called for each event that contradicts what the log holds under its identity and revision. */
  readonly onContradiction?: (event: MatchEvent) => void;
  /** Told of every step that lost to another process and is folded again. */
  readonly onConflict?: () => void;
  /** Told of every event from the future that is taken to have happened now. */
  readonly onAhead?: (event: MatchEvent, aheadMs: number) => void;
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
 * step; folds again when another process was faster. What claims to be from the future has happened now.
 * @throws Error after losing to other processes `MAX_CONFLICTS` times in a row, and whatever the store throws
 */
export async function applyMatchEvent(deps: ApplyDependencies, event: MatchEvent): Promise<Applied> {
  const now = deps.now();
  const first = heardAt(event, now);
  let heard = first;
  let contradicts = false;
  const applied = await applyStep(deps, event.matchId, (truth) => {
    const known = truth.log.get(eventKey(event));
    heard = asFirstHeard(first, known);
    contradicts = known !== undefined && isConflict(heard, known);
    const fold = foldOn(truth, heard);
    return fold.log === truth.log ? undefined : { event: heard, fold };
  });
  if (contradicts) deps.onContradiction?.(event);
  if (applied.outcome === "applied" && heard.claimedAt !== undefined) deps.onAhead?.(event, aheadMs(event, now));
  return applied;
}

/** A correction that leaves the time as its feed told it does not move the moment at which the event was heard of. */
function asFirstHeard(event: MatchEvent, known: MatchEvent | undefined): MatchEvent {
  const told = event.claimedAt ?? event.occurredAt;
  if (known?.claimedAt !== told) return event;
  return { ...event, occurredAt: known.occurredAt, claimedAt: told };
}

/**
 * Passes a match to this build's dependency graph: whatever the entries of another graph read, they are made again.
 * Part of a deploy, done once by each process when it starts.
 */
export async function adoptGraph(deps: ApplyDependencies, matchId: string): Promise<Applied> {
  return applyStep(deps, matchId, (truth) => (truth.version === 0 ? undefined : { event: undefined, fold: truth }));
}

/** What a step makes of a match, before it is known what that invalidates. */
interface Step {
  readonly fold: Fold;
  readonly event: MatchEvent | undefined;
}

async function applyStep(
  deps: ApplyDependencies,
  matchId: string,
  stepFrom: (truth: MatchTruth) => Step | undefined,
): Promise<Applied> {
  const { store, prefix, truths, graph = GRAPH_VERSION, reads = readsOf } = deps;
  let truth = truths.get(matchId) ?? (await readTruth(store, prefix, matchId));
  let full = false;
  for (let conflicts = 0; conflicts <= MAX_CONFLICTS; conflicts++) {
    const step = stepFrom(truth);
    if (!step) {
      truths.set(matchId, truth);
      return { outcome: "duplicate", version: truth.version };
    }
    const { event, fold } = step;
    const { state } = fold;
    // Listed before it has truth: a match that the index forgot would never be reconciled.
    if (truth.version === 0 || state.fixture?.kickoff !== truth.state.fixture?.kickoff)
      await indexMatch(store, prefix, matchId, kickoffOf(step, deps.now()));
    full ||= event === undefined;
    const plan = full
      ? planFullInvalidation(truth.state, state, reads)
      : planInvalidation(truth.state, state, CATALOGUE, reads);
    const result = await applyEvent(store, prefix, {
      matchId,
      event,
      expectedVersion: truth.version,
      state,
      plan,
      full,
      graph,
      at: deps.now(),
      finishedTtlMs: deps.finishedTtlMs,
    });
    if (result.outcome === "applied") {
      if (truth.version === 0) await indexMatch(store, prefix, matchId, kickoffOf(step, deps.now()));
      truths.set(matchId, { ...fold, version: result.version });
      return { outcome: "applied", version: result.version, plan, actual: result.actual };
    }
    if (result.outcome === "other_graph") {
      full = true;
      continue;
    }
    deps.onConflict?.();
    truths.forget(matchId);
    await delay(Math.random() * Math.min(50, conflicts * 2));
    truth = await readTruth(store, prefix, matchId);
  }
  throw new Error(`match ${matchId}: a step was lost ${MAX_CONFLICTS} times in a row to other processes`);
}

function kickoffOf({ fold, event }: Step, now: number): number {
  const kickoff = fold.state.fixture?.kickoff ?? event?.occurredAt;
  return kickoff === undefined ? now : Date.parse(kickoff);
}
