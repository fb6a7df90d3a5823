import { randomUUID } from "node:crypto";
import { applyStep, type MatchStore, type MatchTruth, type StepCause } from "@touchline/cache";
import type { InvalidationRequest } from "@touchline/contract";
import type { Graph, InvalidationPlan, MatchState } from "@touchline/domain";
import type { Logger } from "@touchline/platform";
import { urgencyOf } from "@touchline/queue";
import { ApiError } from "../http/problems.ts";
import { isOutage } from "../redis/outage.ts";
import type { Queues } from "../redis/queues.ts";
import { planByHand, planFullByHand } from "./plan-by-hand.ts";

interface InvalidationOptions {
  readonly graph: Graph;
  readonly store: MatchStore;
  readonly queues: Queues;
  readonly log: Logger;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
}

export interface Invalidation {
  /** What answers and streams name as the event that asked for it. */
  readonly cause: StepCause;
  /** Match version that predictions of the touched markets must have seen; the present one when nothing was touched. */
  readonly version: number;
  /** What the version is of. */
  readonly epoch: string;
  readonly plan: InvalidationPlan;
  /** Entries marked stale or suspended, over all variants. */
  readonly actual: number;
  /** False when the queue did not take the refresh job: the reconciler enqueues it. Answers call it `rung`. */
  readonly enqueued: boolean;
}

/** What an event's type is to an event, this is to an invalidation by hand. */
export const BY_HAND = "invalidated_by_hand";
const SOURCE = "touchline";

/** Steps that may be lost in a row to events of the match. */
const MAX_CONFLICTS = 20;

/**
 * Raises what the markets asked for must have seen, in one atomic step that no event of the match can fall between,
 * and enqueues a refresh. Nothing is written when no open market is asked for, and none that collects a hard one.
 * @returns undefined when the match is unknown
 * @throws ApiError `match_busy` after losing to events too often, `store_unavailable`
 */
export async function invalidateMatch(
  { graph, store, queues, log, now }: InvalidationOptions,
  matchId: string,
  request: InvalidationRequest,
): Promise<Invalidation | undefined> {
  const { reason } = request;
  const cause = { type: BY_HAND, source: SOURCE, eventId: randomUUID(), ...(reason === undefined ? {} : { reason }) };
  const planStep = ({ version, state, stored }: MatchTruth, mustBeFull: boolean) => {
    if (version === 0) return undefined;
    const plan = mustBeFull ? planFullByHand(state, request, graph, stored) : planByHand(state, request, graph);
    if (plan.touched.length === 0 && plan.collected.length === 0) return undefined;
    return { event: undefined, cause, full: mustBeFull, graphVersion: graph.version, state, plan, at: now() };
  };
  const applied = await applyStep(store, matchId, planStep, { maxConflicts: MAX_CONFLICTS });
  if (applied.outcome === "applied") {
    const { step, result } = applied;
    // Nothing can be predicted for markets that are not in the match.
    const enqueued = step.plan.touched.length > 0 && (await enqueue(queues, log, matchId, step.state));
    return { cause, version: result.version, epoch: result.epoch, plan: step.plan, actual: result.actual, enqueued };
  }
  if (applied.outcome === "no_step") {
    const { version, epoch, state } = applied.before;
    if (version === 0) return undefined;
    return { cause, version, epoch, plan: planByHand(state, request, graph), actual: 0, enqueued: false };
  }
  throw new ApiError("match_busy", {
    detail: `events of match ${matchId} came first ${MAX_CONFLICTS} times in a row; nothing was invalidated`,
    retryAfterSeconds: 1,
  });
}

async function enqueue(queues: Queues, log: Logger, matchId: string, state: MatchState): Promise<boolean> {
  try {
    await queues.enqueueRefresh(matchId, urgencyOf(state));
    return true;
  } catch (err) {
    if (!isOutage(err)) throw err;
    log.warn({ err, matchId }, "invalidated by hand, refresh not enqueued; the reconciler enqueues it");
    return false;
  }
}
