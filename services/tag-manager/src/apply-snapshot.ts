import type { MatchTruth, StepCause } from "@touchline/cache";
import {
  eventKey,
  foldLog,
  foldOn,
  isForgotten,
  type MatchEvent,
  receivedAt,
  Snapshot,
  snapshotChanges,
} from "@touchline/domain";
import type { SnapshotKey, StoredSnapshot } from "@touchline/queue";
import { type Applied, applyChange, type ApplyDependencies, type Change } from "./apply-change.ts";

export interface SnapshotDependencies extends ApplyDependencies {
  /** The newest snapshot of the source. */
  readonly readSnapshot: (key: SnapshotKey) => Promise<StoredSnapshot | undefined>;
  /** Called with each event that a step takes into the log. */
  readonly onEvent?: (event: MatchEvent) => void;
}

/** Newer snapshots that may arrive while one is applied, before the job is put back. */
const MAX_NEWER = 100;

/**
 * Makes the log say what the newest snapshot of a source says: what is new, changed or missing goes into it in one
 * atomic step, and one that says what is known makes none. The difference is taken against the truth that the step is
 * compared with, so however many pollers and tag-managers there are, nothing is added twice.
 *
 * The snapshot is read anew for every attempt, and once more at the end: a process that was stopped while it held an
 * older one sets right what it did.
 * @throws Error when the stored text is no snapshot, after `MAX_NEWER` newer ones, and whatever store and queue throw
 */
export async function applySnapshot(deps: SnapshotDependencies, key: SnapshotKey): Promise<Applied> {
  let applied: Applied | undefined;
  for (let newer = 0; newer <= MAX_NEWER; newer++) {
    let used: StoredSnapshot | undefined;
    let events: readonly MatchEvent[] = [];
    const outcome = await applyChange(deps, key.matchId, async (truth) => {
      used = await deps.readSnapshot(key);
      const change = used && changeOf(truth, used, key, deps.now());
      events = change?.events ?? [];
      return change;
    });
    if (outcome.outcome === "applied") for (const event of events) deps.onEvent?.(event);
    if (applied === undefined || outcome.outcome === "applied") applied = outcome;
    const newest = await deps.readSnapshot(key);
    if (newest?.number === used?.number) return applied;
  }
  throw new Error(`match ${key.matchId}: ${MAX_NEWER} newer snapshots of ${key.source} came while one was applied`);
}

function changeOf(truth: MatchTruth, stored: StoredSnapshot, key: SnapshotKey, now: number): Change | undefined {
  const snapshot = Snapshot.parse(JSON.parse(stored.text));
  const changes = snapshotChanges(truth.log, snapshot, key, new Date(stored.at).toISOString());
  const changed = [...changes.retracted, ...changes.revised, ...changes.added];
  const events = changed.map((event) => receivedAt(event, now)).filter((event) => !isForgotten(truth, event));
  const [only, another] = events;
  if (!only) return undefined;
  if (!another) {
    const fold = foldOn(truth, only);
    return { event: only, events: fold.log.has(eventKey(only)) ? events : [], fold };
  }
  const log = new Map(truth.log);
  for (const event of events) log.set(eventKey(event), event);
  return { event: undefined, events, fold: foldLog(log, truth.past), cause: causeOf(changes, key) };
}

function causeOf(
  { added, revised, retracted }: ReturnType<typeof snapshotChanges>,
  { source }: SnapshotKey,
): StepCause {
  const reason = `${added.length} added, ${revised.length} revised, ${retracted.length} retracted`;
  return { type: "snapshot", source, eventId: "snapshot", reason };
}
