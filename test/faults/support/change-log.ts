import { changesChannel } from "@touchline/cache";
import { withDeadline } from "@touchline/platform";
import { Redis } from "ioredis";
import { PATIENCE_MS } from "../../setup/patience.ts";
import type { TestRedis } from "../../setup/redis.ts";

/** An event was applied: the version that it made, and what it touched. */
export interface Touched {
  readonly kind: "touched";
  readonly matchId: string;
  readonly epoch: string;
  readonly n: number;
  readonly version: number;
  /** When the store applied it, wall-clock milliseconds. */
  readonly at: number;
  readonly event: { readonly id: string; readonly source: string; readonly type: string };
  readonly touched: readonly {
    readonly market: string;
    readonly severity: "soft" | "hard";
    readonly variants?: readonly string[];
  }[];
}

/** Predictions were committed that their entries had been waiting for. */
export interface Refreshed {
  readonly kind: "refreshed";
  readonly matchId: string;
  readonly epoch: string;
  readonly n: number;
  /** Match version that the worker saw before it read any input. */
  readonly seen: number;
  /** Number of the refresh. */
  readonly refresh: number;
  readonly at: number;
  readonly variant: string;
  readonly markets: Readonly<Record<string, unknown>>;
}

/** A refresh ended for the readers of these variants, whatever it brought. */
export interface Answered {
  readonly kind: "answered";
  readonly matchId: string;
  readonly variants: readonly string[];
}

export type Change = Touched | Refreshed | Answered;

export interface ReceivedChange {
  readonly change: Change;
  /**
   * From when on it had been sent to every subscriber of the store, milliseconds of the clock that observations are
   * timed by; Infinity until that is known.
   */
  readonly sentToAllAt: number;
}

const KEPT = 50_000;

/** Receives every change of an installation, as its api processes do. Scenarios wait for changes here. */
export class ChangeLog {
  readonly received: ReceivedChange[] = [];
  readonly #subscriber: Redis;
  readonly #waiting = new Set<() => void>();

  private constructor(subscriber: Redis) {
    this.#subscriber = subscriber;
    subscriber.on("message", (_channel: string, text: string) => {
      const entry = { change: JSON.parse(text) as Change, sentToAllAt: Infinity };
      this.received.push(entry);
      // Redis may be interrupted between two subscribers. It takes the next command when it has served them all.
      void subscriber.ping().then(
        () => (entry.sentToAllAt = performance.now()),
        () => undefined,
      );
      if (this.received.length > KEPT) this.received.shift();
      for (const look of this.#waiting) look();
    });
  }

  /** Listens over a connection of its own, which subscribes again by itself after an outage. */
  static async open(store: TestRedis, prefix: string): Promise<ChangeLog> {
    const subscriber = new Redis(store.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
    // Scenarios take the server away on purpose.
    subscriber.on("error", () => undefined);
    const log = new ChangeLog(subscriber);
    await subscriber.subscribe(changesChannel(prefix));
    return log;
  }

  /** Calls `listener` at every change from now on. @returns a function that ends this */
  onChange(listener: () => void): () => void {
    this.#waiting.add(listener);
    return () => void this.#waiting.delete(listener);
  }

  /** The first change like this, received already or to come. @throws DeadlineError when none comes in time */
  async until<T extends Change>(
    what: string,
    isIt: (change: Change) => change is T,
    deadlineMs = PATIENCE_MS,
  ): Promise<T> {
    const found = Promise.withResolvers<T>();
    let from = 0;
    const look = (): void => {
      for (; from < this.received.length; from++) {
        const change = this.received[from]?.change;
        if (change && isIt(change)) found.resolve(change);
      }
    };
    this.#waiting.add(look);
    look();
    try {
      return await withDeadline(found.promise, deadlineMs, what);
    } finally {
      this.#waiting.delete(look);
    }
  }

  /** Until the store has applied the event. */
  async touchedBy(event: { readonly id: string; readonly matchId: string }, deadlineMs?: number): Promise<Touched> {
    return this.until(
      `applying ${event.id}`,
      (change): change is Touched =>
        change.kind === "touched" && change.matchId === event.matchId && change.event.id === event.id,
      deadlineMs,
    );
  }

  /** Until a prediction of `market` was committed that has seen `version`. */
  async refreshedSince(matchId: string, version: number, market: string, deadlineMs?: number): Promise<Refreshed> {
    return this.until(
      `refreshing ${market} of ${matchId} at version ${version}`,
      (change): change is Refreshed =>
        change.kind === "refreshed" &&
        change.matchId === matchId &&
        change.variant === "default" &&
        change.seen >= version &&
        market in change.markets,
      deadlineMs,
    );
  }

  close(): void {
    this.#subscriber.disconnect();
  }
}
