import { setImmediate } from "node:timers/promises";
import {
  aheadMs,
  eventKey,
  type EventWarning,
  type Fold,
  foldOn,
  isConflict,
  type MatchEvent,
  mayRepeatGoal,
  receivedAt,
  repeatedGoal,
} from "@touchline/domain";
import { type Applied, applyChange, type ApplyDependencies } from "./apply-change.ts";
import { isFullFor, type LogLimits } from "./log-limits.ts";

/** Events folded before others of this process have a chance: a few milliseconds. */
const FOLDED_AT_ONCE = 8;

/** What became of one of several events that were applied together. `refused`: its match holds as much as it may. */
export type EventOutcome = "applied" | "duplicate" | "refused";

export interface ApplyEventDependencies extends ApplyDependencies {
  /** What the log of a match may hold; no bound by default. */
  readonly logLimits?: LogLimits;
  /** Called with each goal that another source has reported already, where nobody has said whom to believe. */
  readonly onRepeat?: (warning: EventWarning, event: MatchEvent) => void;
}

/**
 * Takes an event into its match: appends it to the log, folds, finds what changed, and applies the plan in one atomic
 * step; folds again when another process was faster. A future-dated event is clamped to its arrival time.
 * @throws Error after losing to other processes `MAX_CONFLICTS` times in a row, and whatever the store throws
 */
export async function applyMatchEvent(deps: ApplyEventDependencies, event: MatchEvent): Promise<Applied> {
  return (await applyMatchEvents(deps, event.matchId, [event])).applied;
}

/**
 * Takes several events of one match into it in one atomic step, as `applyMatchEvent` does with one. The log keeps every
 * one of them; markets are touched by what all of them together have changed, and the last one that is new is named as
 * the cause.
 */
export async function applyMatchEvents(
  deps: ApplyEventDependencies,
  matchId: string,
  events: readonly MatchEvent[],
): Promise<{ readonly applied: Applied; readonly outcomes: readonly EventOutcome[] }> {
  const now = deps.now();
  let taken: readonly Taken[] = [];
  const applied = await applyChange(deps, matchId, async (truth) => {
    let fold: Fold = truth;
    const takenNow: Taken[] = [];
    for (const event of events) {
      if (takenNow.length > 0 && takenNow.length % FOLDED_AT_ONCE === 0) await setImmediate();
      const known = fold.log.get(eventKey(event));
      const received = asFirstReceived(receivedAt(event, now), known);
      const before = fold;
      // A correction of what is known makes the log no longer.
      if (!known && deps.logLimits && isFullFor(fold, received, deps.logLimits)) {
        takenNow.push({ event, received, contradicts: false, repeated: undefined, outcome: "refused" });
        continue;
      }
      const repeated = !known && mayRepeatGoal(received, before.state) ? repeatedGoal(received, before.log) : undefined;
      fold = foldOn(before, received);
      const contradicts = known !== undefined && isConflict(received, known);
      const outcome = fold === before ? "duplicate" : "applied";
      takenNow.push({ event, received, contradicts, repeated, outcome });
    }
    taken = takenNow;
    const news = taken.filter(({ outcome }) => outcome === "applied").map(({ received }) => received);
    if (news.length === 0) return undefined;
    // A price may leave the log with the others of its step, and a second revision takes the place of the first.
    const logged = news.filter((event) => fold.log.get(eventKey(event)) === event);
    return { event: news.at(-1), events: logged, fold };
  });
  for (const { event, received, contradicts, repeated, outcome } of taken) {
    if (contradicts) deps.onContradiction?.(event);
    if (outcome === "applied" && repeated) deps.onRepeat?.(repeated, event);
    if (outcome === "applied" && received.claimedAt !== undefined) deps.onFutureEvent?.(event, aheadMs(event, now));
  }
  return { applied, outcomes: taken.map(({ outcome }) => outcome) };
}

interface Taken {
  readonly event: MatchEvent;
  readonly received: MatchEvent;
  readonly contradicts: boolean;
  readonly repeated: EventWarning | undefined;
  readonly outcome: EventOutcome;
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
