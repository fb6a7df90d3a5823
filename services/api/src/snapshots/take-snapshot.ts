import type { MatchStore, MatchTruth } from "@touchline/cache";
import {
  eventWarnings,
  type EventWarning,
  isForgotten,
  type MatchEvent,
  type Snapshot,
  snapshotChanges,
  unknownByPeriod,
} from "@touchline/domain";
import type { Logger } from "@touchline/platform";
import type { SnapshotKey, SnapshotPut } from "@touchline/queue";
import { ApiError } from "../http/problems.ts";
import { isOutage } from "../redis/outage.ts";
import type { Queues } from "../redis/queues.ts";

interface SnapshotOptions {
  readonly store: Pick<MatchStore, "truth">;
  readonly queues: Queues;
  readonly log: Logger;
}

export interface TakenSnapshot {
  readonly outcome: SnapshotPut["outcome"];
  /** When the snapshot held, wall-clock milliseconds. Of one that is superseded: when the newer one did. */
  readonly at: number;
  /** What it changes of the match as it is known now; undefined without the store. */
  readonly changes: SnapshotSummary | undefined;
}

export interface SnapshotSummary {
  /** Ids of events. */
  readonly added: readonly string[];
  readonly revised: readonly string[];
  readonly retracted: readonly string[];
  /** Rows that say what is known. */
  readonly unchanged: number;
  readonly warnings: readonly (EventWarning & { readonly id: string })[];
}

/** Warnings beyond so many are left out of an answer. */
const MOST_WARNINGS = 100;

/**
 * Keeps the snapshot as the newest of its source and enqueues its application. What it changes is reported as far as
 * the match is known now; the tag-manager takes the difference again when it applies it.
 * @param asOf when the source made it, wall-clock milliseconds
 * @throws ApiError `queue_unavailable`: then nothing is certain, and sending it again is harmless; `invalid_request`
 * for totals of a
 *   match whose earlier periods nobody has reported
 */
export async function takeSnapshot(
  { store, queues, log }: SnapshotOptions,
  key: SnapshotKey,
  snapshot: Snapshot,
  asOf: number | undefined,
): Promise<TakenSnapshot> {
  const truth = await unlessAway(log, async () => store.truth(key.matchId));
  if (truth && snapshot.kind === "totals") refuseUnknownPeriods(truth, snapshot.totals, key);
  const put = await queues.putSnapshot(key, { text: JSON.stringify(snapshot), asOf });
  const { outcome, at } = put;
  if (outcome === "superseded") return { outcome, at, changes: undefined };
  await queues.enqueueSnapshot({ ...key, number: put.number });
  return { outcome, at, changes: truth && summaryOf(truth, snapshot, key, new Date(at).toISOString()) };
}

function summaryOf(truth: MatchTruth, snapshot: Snapshot, key: SnapshotKey, at: string): SnapshotSummary {
  const { revised, retracted, unchanged, ...changes } = snapshotChanges(truth.log, snapshot, key, at);
  const added = changes.added.filter((event) => !isForgotten(truth, event));
  const idsOf = (events: readonly MatchEvent[]): string[] => events.map(({ id }) => id);
  const warnings = [...added, ...revised].flatMap((event) =>
    eventWarnings(event, event, truth.version === 0 ? undefined : truth.state).map((warning) => ({
      id: event.id,
      ...warning,
    })),
  );
  return {
    added: idsOf(added),
    revised: idsOf(revised),
    retracted: idsOf(retracted),
    unchanged,
    warnings: warnings.slice(0, MOST_WARNINGS),
  };
}

function refuseUnknownPeriods(
  { log }: MatchTruth,
  totals: Extract<Snapshot, { kind: "totals" }>["totals"],
  { source }: SnapshotKey,
): void {
  const known = [...log.values()].filter((event) => event.source === source);
  const path = unknownByPeriod(totals, known);
  if (path === undefined) return;
  const message = `must be given by period, {"first_half": {"home": 1, "away": 0}, …}: nothing is known of the periods before`;
  throw new ApiError("invalid_request", { errors: [{ path, message }] });
}

async function unlessAway<T>(log: Logger, look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (err) {
    if (!isOutage(err)) throw err;
    log.debug({ err }, "taking a snapshot without looking into the store");
    return undefined;
  }
}
