import type { MatchEvent, MatchEventInput } from "@touchline/domain";
import { type RedisClient, type RedisMode, withDeadline } from "@touchline/platform";
import {
  areQueuedConflicts,
  countWaitingRefreshes,
  enqueueEvents,
  enqueueSnapshot,
  openQueue,
  putSnapshot,
  type SnapshotKey,
  type SnapshotPut,
  type PendingEvents,
  QUEUE_NAMES,
  type QueuedEvent,
  queuedEvents,
  queuePrefix,
  readPendingEvents,
  readRefreshFigures,
  type RefreshFigures,
  enqueueRefresh,
  type Urgency,
} from "@touchline/queue";
import type { Queue } from "bullmq";
import { readRefreshLoad, readTakers, type RefreshLoad } from "../health/refresh-load.ts";
import { DeadLetterBox } from "../dead-letters/dead-letter-box.ts";
import { askRedis } from "./outage.ts";

/** Redis may be gone or hang; nothing is lost by not waiting for it. */
const CLOSE_DEADLINE_MS = 1_000;

/** What the api asks of BullMQ. Every call ends within the deadline, with an answer or with `queue_unavailable`. */
export class Queues {
  readonly #redis: RedisClient;
  readonly #deadlineMs: number;
  readonly #prefix: string;
  readonly #byName: Readonly<Record<(typeof QUEUE_NAMES)[number], Queue>>;

  constructor(
    redis: RedisClient,
    { keyPrefix, mode, deadlineMs }: { keyPrefix: string; mode: RedisMode; deadlineMs: number },
  ) {
    const prefix = queuePrefix(keyPrefix, mode);
    const [events, refresh, deadLetters] = QUEUE_NAMES;
    this.#redis = redis;
    this.#prefix = prefix;
    this.#deadlineMs = deadlineMs;
    this.#byName = {
      [events]: openQueue(events, redis, prefix),
      [refresh]: openQueue(refresh, redis, prefix),
      [deadLetters]: openQueue(deadLetters, redis, prefix),
    };
  }

  /** Every queue, for the dashboard. */
  get all(): readonly Queue[] {
    return QUEUE_NAMES.map((name) => this.#byName[name]);
  }

  async enqueueRefresh(matchId: string, urgency: Urgency): Promise<void> {
    return this.#ask("enqueueing a refresh", async () => enqueueRefresh(this.#byName.refresh, matchId, urgency));
  }

  /** Refresh jobs that no worker has taken yet. */
  async waitingRefreshes(): Promise<number> {
    return this.#ask("counting refreshes", async () => countWaitingRefreshes(this.#byName.refresh));
  }

  async publish<Event extends MatchEvent | MatchEventInput>(
    events: readonly Event[],
    jobIdOf?: (event: Event) => string,
  ): Promise<void> {
    return this.#ask("publishing events", async () => enqueueEvents(this.#byName["match-events"], events, jobIdOf));
  }

  /** Keeps the newest snapshot of a source. It counts once `enqueueSnapshot` has followed. */
  async putSnapshot(key: SnapshotKey, snapshot: { text: string; asOf: number | undefined }): Promise<SnapshotPut> {
    return this.#ask("keeping a snapshot", async () => putSnapshot(this.#redis, this.#prefix, key, snapshot));
  }

  async enqueueSnapshot(snapshot: SnapshotKey & { readonly number: number }): Promise<void> {
    return this.#ask("enqueueing a snapshot", async () => enqueueSnapshot(this.#byName["match-events"], snapshot));
  }

  async queued(events: readonly MatchEvent[]): Promise<(QueuedEvent | undefined)[]> {
    return this.#ask("looking for queued events", async () => queuedEvents(this.#byName["match-events"], events));
  }

  async areQueuedConflicts(events: readonly MatchEvent[]): Promise<boolean[]> {
    return this.#ask("looking for queued events", async () => areQueuedConflicts(this.#byName["match-events"], events));
  }

  /** What has been accepted and not applied. @param known ids of jobs that have been read before */
  async pendingEvents(known: Iterable<string>): Promise<PendingEvents> {
    return this.#ask("listing waiting events", async () =>
      readPendingEvents(this.#redis, this.#byName["match-events"], known),
    );
  }

  /** What an operator asks about the queue of refreshes, and how many dead letters there are. */
  async refreshLoad(limit: number): Promise<RefreshLoad> {
    return this.#ask("looking at the refreshes", async () =>
      readRefreshLoad(this.#byName.refresh, this.#byName["dead-letters"], limit),
    );
  }

  /** The queues of refreshes and dead letters in a few numbers, at a cost that does not grow with them. */
  async figures(): Promise<RefreshFigures & { readonly deadLetters: number }> {
    return this.#ask("counting jobs", async () => {
      const [figures, deadLetters] = await Promise.all([
        readRefreshFigures(this.#redis, this.#byName.refresh),
        this.#byName["dead-letters"].count(),
      ]);
      return { ...figures, deadLetters };
    });
  }

  /** Seconds since each process that takes jobs of a queue last asked for one. */
  async takers(name: "match-events" | "refresh"): Promise<number[]> {
    return this.#ask("listing the processes", async () => readTakers(this.#byName[name]));
  }

  get deadLetters(): DeadLetterBox {
    return new DeadLetterBox(this.#byName["dead-letters"], async (what, ask) => this.#ask(what, ask));
  }

  async ping(): Promise<unknown> {
    return this.#ask("the queue's ping", async () => this.#redis.ping());
  }

  /** The connection stays its owner's to close. */
  async close(): Promise<void> {
    const closed = Promise.all(this.all.map(async (queue) => queue.close()));
    await withDeadline(closed, CLOSE_DEADLINE_MS, "closing queues").catch(() => undefined);
  }

  #ask<T>(what: string, ask: () => Promise<T>): Promise<T> {
    return askRedis("queue", what, this.#deadlineMs, ask);
  }
}
