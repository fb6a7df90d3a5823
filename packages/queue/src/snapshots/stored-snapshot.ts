import { readFileSync } from "node:fs";
import type { Cluster, Redis } from "ioredis";
import { EVENTS_QUEUE } from "../names.ts";

const SCRIPT = readFileSync(new URL("../lua/put-snapshot.lua", import.meta.url), "utf8");

/** Longer than any job waits: see `SnapshotJob`. */
const KEPT_MS = 7 * 86_400_000;

/** Whose snapshot it is. */
export interface SnapshotKey {
  readonly matchId: string;
  readonly source: string;
}

export interface StoredSnapshot {
  /** Grows with every snapshot of the source that is kept. */
  readonly number: number;
  /** When it held, wall-clock milliseconds. */
  readonly at: number;
  readonly text: string;
}

export interface SnapshotPut {
  readonly outcome: "kept" | "superseded";
  readonly number: number;
  readonly at: number;
}

/**
 * Keeps the newest snapshot of a source beside the queue. One round trip.
 * @param queuePrefix prefix of the queue's keys   @param asOf when the source made it, wall-clock milliseconds
 */
export async function putSnapshot(
  redis: Redis | Cluster,
  queuePrefix: string,
  key: SnapshotKey,
  { text, asOf }: { readonly text: string; readonly asOf: number | undefined },
): Promise<SnapshotPut> {
  const args = [asOf === undefined ? "" : String(asOf), text, String(KEPT_MS)];
  const reply = (await redis.eval(SCRIPT, 1, keyOf(queuePrefix, key), ...args)) as [number, number, number];
  const [kept, number, at] = reply;
  return { outcome: kept === 1 ? "kept" : "superseded", number, at };
}

/** The newest snapshot of a source; undefined when there is none. */
export async function readSnapshot(
  redis: Redis | Cluster,
  queuePrefix: string,
  key: SnapshotKey,
): Promise<StoredSnapshot | undefined> {
  const [number, at, text] = await redis.hmget(keyOf(queuePrefix, key), "number", "at", "text");
  if (number == null || at == null || text == null) return undefined;
  return { number: Number(number), at: Number(at), text };
}

/** Ids hold no colon, and BullMQ's own keys of a job have fewer parts. */
function keyOf(queuePrefix: string, { matchId, source }: SnapshotKey): string {
  return `${queuePrefix}:${EVENTS_QUEUE}:snapshot:${matchId}:${source}`;
}
