import {
  aheadMs,
  eventKey,
  type EventWarning,
  foldOn,
  isConflict,
  type MatchEvent,
  mayRepeatGoal,
  receivedAt,
  repeatedGoal,
} from "@touchline/domain";
import { type Applied, applyChange, type ApplyDependencies } from "./apply-change.ts";

export interface ApplyEventDependencies extends ApplyDependencies {
  /** Called with each goal that another source has reported already, where nobody has said whom to believe. */
  readonly onRepeat?: (warning: EventWarning, event: MatchEvent) => void;
}

/**
 * Takes an event into its match: appends it to the log, folds, finds what changed, and applies the plan in one atomic
 * step; folds again when another process was faster. A future-dated event is clamped to its arrival time.
 * @throws Error after losing to other processes `MAX_CONFLICTS` times in a row, and whatever the store throws
 */
export async function applyMatchEvent(deps: ApplyEventDependencies, event: MatchEvent): Promise<Applied> {
  const now = deps.now();
  const first = receivedAt(event, now);
  let received = first;
  let contradicts = false;
  let repeated: EventWarning | undefined;
  const applied = await applyChange(deps, event.matchId, (truth) => {
    const known = truth.log.get(eventKey(event));
    received = asFirstReceived(first, known);
    contradicts = known !== undefined && isConflict(received, known);
    repeated = !known && mayRepeatGoal(received, truth.state) ? repeatedGoal(received, truth.log) : undefined;
    const fold = foldOn(truth, received);
    return fold.log === truth.log ? undefined : { event: received, fold };
  });
  if (contradicts) deps.onContradiction?.(event);
  if (applied.outcome === "applied" && repeated) deps.onRepeat?.(repeated, event);
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
