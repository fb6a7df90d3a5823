import { applyStep, type MatchStore, type MatchTruth, type StepCause } from "@touchline/cache";
import {
  type Fold,
  type InvalidationPlan,
  leavingPrices,
  isOfForgottenMatch,
  type MatchEvent,
  type MatchState,
  planFullInvalidation,
  planInvalidation,
  type SourcesPolicy,
  type Widening,
  withWidenings,
} from "@touchline/domain";
import { namesOf } from "./forget-matches.ts";
import { withPolicy } from "./sources/installation-policy.ts";
import { graphOf, type RenewDependencies, renewMatch } from "./renew-match.ts";
import type { TruthCache } from "./truth-cache.ts";

export interface ApplyDependencies extends RenewDependencies {
  readonly truths: TruthCache;
  readonly finishedTtlMs: number;
  /** Bytes that the feed of a match may hold in play; as many as before by default. */
  readonly feedMaxBytes?: number | undefined;
  /** Called for each event that contradicts what the log holds under its identity and revision. */
  readonly onContradiction?: (event: MatchEvent) => void;
  /** Called for each step that lost to another process and is folded again. */
  readonly onConflict?: () => void;
  /** Whom to believe about a match whose first fixture does not say. */
  readonly sourcesPolicy?: SourcesPolicy | undefined;
  /** Called for each step, with the states on both sides of it. */
  readonly onStep?: (matchId: string, before: MatchState, after: MatchState, made: MadeStep) => void;
  /** When the queue took the oldest event of the step, wall-clock milliseconds. */
  readonly acceptedAt?: number | undefined;
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

/** A step that was applied. */
export interface MadeStep {
  /** Match version that it made, and what the version is of. */
  readonly version: number;
  readonly epoch: string;
  readonly plan: InvalidationPlan;
  /** Whether it touched every open market. */
  readonly full: boolean;
  /** The event that it names as its cause; undefined where none is. */
  readonly cause: { readonly type: string; readonly source: string; readonly eventId: string } | undefined;
}

/** Steps that may be lost in a row. Each loss means that another process has made progress. */
const MAX_CONFLICTS = 100;

/** What is to be done with a match, before it is known what that invalidates. */
export interface Change {
  readonly fold: Fold;
  /** The event that is the cause, if one alone is. */
  readonly event: MatchEvent | undefined;
  /** All that is appended to the log, where that is not `event` alone. */
  readonly events?: readonly MatchEvent[];
  /** The cause where no event is; by default, that the match passes to another dependency graph. */
  readonly cause?: StepCause;
}

/**
 * Applies in one atomic step what `changeOf` makes of the present truth of the match; asks it again when another
 * process was faster. Undefined from it means that nothing is to be done.
 * @throws Error after losing to other processes `MAX_CONFLICTS` times in a row, and whatever the store throws
 */
export async function applyChange(
  deps: ApplyDependencies,
  matchId: string,
  changeOf: (truth: MatchTruth) => Change | undefined | Promise<Change | undefined>,
): Promise<Applied> {
  const { store, truths, finishedTtlMs, feedMaxBytes, now } = deps;
  const planStep = async (truth: MatchTruth, mustBeFull: boolean) => {
    const asked = await changeOf(truth);
    if (!asked) return undefined;
    const change = withPolicy(asked, truth, deps.sourcesPolicy);
    const { event, events, cause, fold } = change;
    const { state } = fold;
    if (truth.version === 0) await refuseForgotten(store, matchId, events ?? (event ? [event] : []));
    if (state.over && !truth.state.over)
      await store.noteEnding(matchId, { at: now(), ...namesOf(state.fixture) }, finishedTtlMs);
    // Listed before it has truth: a match that the index forgot would never be reconciled.
    if (truth.version === 0 || state.fixture?.kickoff !== truth.state.fixture?.kickoff)
      await store.index(matchId, kickoffOf(change, now()));
    const isAdoption = event === undefined && cause === undefined;
    const older = mustBeFull || isAdoption ? await olderGraphs(deps, matchId) : undefined;
    const graph = graphOf(deps);
    const full = (mustBeFull || isAdoption) && !older;
    const plan = full
      ? planFullInvalidation(
          truth.stored?.state ?? truth.state,
          state,
          graph.reads,
          truth.stored?.settled,
          graph.markets,
        )
      : planInvalidation(truth.state, state, graph.markets, graph.reads);
    const leaving = leavingPrices(truth, fold);
    const step = {
      event,
      fold,
      state,
      full,
      graphVersion: graph.version,
      at: now(),
      acceptedAt: deps.acceptedAt,
      finishedTtlMs,
      feedMaxBytes,
      leaving,
    };
    return {
      ...step,
      plan: older ? withWidenings(plan, older.missing, state, graph) : plan,
      ...(older ? { extends: older.versions } : {}),
      ...(events ? { events } : {}),
      ...(cause ? { cause } : isAdoption && older ? { cause: WIDENED } : {}),
    };
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
      const { plan, full, event } = step;
      const cause = event && { type: event.type, source: event.source, eventId: event.id };
      deps.onStep?.(matchId, before.state, step.state, { version, epoch, plan, full, cause });
      const remembered = { version, epoch, step: token, history: before.history, stored: undefined };
      truths.set(matchId, { ...step.fold, ...remembered });
      return { outcome: "applied", version: result.version, plan: step.plan, actual: result.actual };
    }
    case "too_many_conflicts":
      throw new Error(`match ${matchId}: a step was lost ${MAX_CONFLICTS} times in a row to other processes`);
    case "unproven":
      throw new Error(`match ${matchId}: its history or its truth is not proven`);
  }
}

const WIDENED: StepCause = { type: "graph_widened", source: "touchline", eventId: "graph_widened" };

interface OlderGraphs {
  readonly versions: readonly string[];
  /** What this process' graph has beyond them. */
  readonly missing: readonly Widening[];
}

/**
 * The graphs of the match, where all of them are older versions of the one in force: then a step need not be full.
 * Another process may have widened the graph, so the stored one is looked at first.
 */
async function olderGraphs({ graph, store }: ApplyDependencies, matchId: string): Promise<OlderGraphs | undefined> {
  if (!graph) return undefined;
  await graph.reload();
  const versions = await store.graphsOf(matchId);
  const missing = versions.length > 0 ? graph.missingSince(versions) : undefined;
  return missing && { versions, missing };
}

/** What is said of a match that is gone. The message says so, and when it went. */
export class ForgottenMatchError extends Error {
  override readonly name = "ForgottenMatchError";
}

/** Late words of a match that is gone must not make a ghost of it: a match of one event, without teams. */
async function refuseForgotten(store: MatchStore, matchId: string, events: readonly MatchEvent[]): Promise<void> {
  const note = await store.forgotten(matchId);
  if (!note || !events.every((event) => isOfForgottenMatch(event, note.at))) return;
  throw new ForgottenMatchError(
    `match ${matchId} was forgotten: it ended or was deleted at ${new Date(note.at).toISOString()}`,
  );
}

function kickoffOf({ fold, event, events = [] }: Change, now: number): number {
  const kickoff = fold.state.fixture?.kickoff ?? (event ?? events[0])?.occurredAt;
  return kickoff === undefined ? now : Date.parse(kickoff);
}
