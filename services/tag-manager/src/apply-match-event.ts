import { applyStep, type MatchTruth } from "@touchline/cache";
import {
  aheadMs,
  CATALOGUE,
  eventKey,
  type Fold,
  foldOn,
  GRAPH_VERSION,
  receivedAt,
  isConflict,
  type InvalidationPlan,
  type MatchEvent,
  planFullInvalidation,
  planInvalidation,
  readsOf,
} from "@touchline/domain";
import { type RenewDependencies, renewMatch } from "./renew-match.ts";
import type { TruthCache } from "./truth-cache.ts";

export interface ApplyDependencies extends RenewDependencies {
  readonly truths: TruthCache;
  readonly finishedTtlMs: number;
  /** Called for each event that contradicts what the log holds under its identity and revision. */
  readonly onContradiction?: (event: MatchEvent) => void;
  /** Called for each step that lost to another process and is folded again. */
  readonly onConflict?: () => void;
  /** Called for each future-dated event, which is clamped to its arrival time. */
  readonly onFutureEvent?: (event: MatchEvent, aheadMs: number) => void;
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
 * step; folds again when another process was faster. A future-dated event is clamped to its arrival time.
 * @throws Error after losing to other processes `MAX_CONFLICTS` times in a row, and whatever the store throws
 */
export async function applyMatchEvent(deps: ApplyDependencies, event: MatchEvent): Promise<Applied> {
  const now = deps.now();
  const first = receivedAt(event, now);
  let received = first;
  let contradicts = false;
  const applied = await applyChange(deps, event.matchId, (truth) => {
    const known = truth.log.get(eventKey(event));
    received = asFirstReceived(first, known);
    contradicts = known !== undefined && isConflict(received, known);
    const fold = foldOn(truth, received);
    return fold.log === truth.log ? undefined : { event: received, fold };
  });
  if (contradicts) deps.onContradiction?.(event);
  if (applied.outcome === "applied" && received.claimedAt !== undefined)
    deps.onFutureEvent?.(event, aheadMs(event, now));
  return applied;
}

/** A correction with the same reported time keeps the arrival time of the event's first report. */
function asFirstReceived(event: MatchEvent, known: MatchEvent | undefined): MatchEvent {
  const reported = event.claimedAt ?? event.occurredAt;
  if (known?.claimedAt !== reported) return event;
  return { ...event, occurredAt: known.occurredAt, claimedAt: reported };
}

/**
 * Passes a match to this build's dependency graph: every entry that may come from another graph is predicted again.
 * Each process does this once when it starts, as part of a deploy.
 */
export async function adoptGraph(deps: ApplyDependencies, matchId: string): Promise<Applied> {
  // Planned on what the store has: the other build may have made something else of the log.
  deps.truths.forget(matchId);
  return applyChange(deps, matchId, (truth) => (truth.version === 0 ? undefined : { event: undefined, fold: truth }));
}

/** What is to be done with a match, before it is known what that invalidates. */
interface Change {
  readonly fold: Fold;
  readonly event: MatchEvent | undefined;
}

async function applyChange(
  deps: ApplyDependencies,
  matchId: string,
  changeOf: (truth: MatchTruth) => Change | undefined,
): Promise<Applied> {
  const { store, truths, graphVersion = GRAPH_VERSION, reads = readsOf, finishedTtlMs, now } = deps;
  const planStep = async (truth: MatchTruth, mustBeFull: boolean) => {
    const change = changeOf(truth);
    if (!change) return undefined;
    const { event, fold } = change;
    const { state } = fold;
    // Listed before it has truth: a match that the index forgot would never be reconciled.
    if (truth.version === 0 || state.fixture?.kickoff !== truth.state.fixture?.kickoff)
      await store.index(matchId, kickoffOf(change, now()));
    const full = mustBeFull || event === undefined;
    const plan = full
      ? planFullInvalidation(truth.stored?.state ?? truth.state, state, reads, truth.stored?.settled)
      : planInvalidation(truth.state, state, CATALOGUE, reads);
    return { event, fold, state, plan, full, graphVersion, at: now(), finishedTtlMs };
  };
  const applied = await applyStep(store, matchId, planStep, {
    known: truths.get(matchId),
    maxConflicts: MAX_CONFLICTS,
    onConflict: () => {
      deps.onConflict?.();
      truths.forget(matchId);
    },
    renew: async (refusal, epoch) => {
      truths.forget(matchId);
      await renewMatch(deps, matchId, refusal, epoch);
    },
  });
  switch (applied.outcome) {
    case "no_step":
      truths.set(matchId, applied.before);
      return { outcome: "duplicate", version: applied.before.version };
    case "applied": {
      const { before, step, result } = applied;
      if (before.version === 0) await store.index(matchId, kickoffOf(step, now()));
      const { version, epoch, step: token } = result;
      const remembered = { version, epoch, step: token, history: before.history, stored: undefined };
      truths.set(matchId, { ...step.fold, ...remembered });
      return { outcome: "applied", version: result.version, plan: step.plan, actual: result.actual };
    }
    case "unproven":
    case "too_many_conflicts":
      throw new Error(`match ${matchId}: a step was lost ${MAX_CONFLICTS} times in a row to other processes`);
  }
}

function kickoffOf({ fold, event }: Change, now: number): number {
  const kickoff = fold.state.fixture?.kickoff ?? event?.occurredAt;
  return kickoff === undefined ? now : Date.parse(kickoff);
}
