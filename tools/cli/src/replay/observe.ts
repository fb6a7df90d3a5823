import type { MatchEventInput } from "@touchline/domain";
import {
  pause,
  type Client,
  type PredictionAnswer,
  DeadlineError,
  ProblemError,
  UnreachableError,
} from "@touchline/client";
import { deferred } from "./deferred.ts";
import { createTracker, type EventEffect } from "./tracker.ts";

export interface ObserverOptions {
  readonly client: Client;
  readonly matchId: string;
  readonly variant: string;
  /** After this long an event is given up, in milliseconds. */
  readonly giveUpMs: number;
  /** How long an overtaken event may stay unreported; see `TrackerOptions`. */
  readonly unreportedAfterMs?: number | undefined;
  readonly onEffect: (effect: EventEffect) => void;
  readonly signal: AbortSignal;
}

/** Watches one match: its stream for what events do, and reads of it for what no message says. */
export interface Observer {
  /** Resolves once the stream is open: what is published from then on is seen. */
  readonly opened: Promise<void>;
  publishing(events: readonly MatchEventInput[]): void;
  answered(event: MatchEventInput, status: "duplicate" | "rejected"): void;
  /** The latest read of all markets. */
  readonly latest: PredictionAnswer | undefined;
  /** Resolves when every event is accounted for, the match is over and no prediction is left to be made. */
  readonly atRest: Promise<void>;
  /** Ends both loops and waits for them; rejects with what broke them, if anything did. */
  close(): Promise<void>;
}

/** Predictions are kept fresh for those who read them: a viewer reads at least this often. */
const READ_EVERY_MS = 1_000;
const TICK_MS = 50;

export function observeMatch(options: ObserverOptions): Observer {
  const { client, matchId, variant, giveUpMs, unreportedAfterMs, onEffect } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const tracker = createTracker({ variant, giveUpMs, unreportedAfterMs });
  const opened = deferred<void>();
  const atRest = deferred<void>();
  let latest: PredictionAnswer | undefined;
  let readAt = -Infinity;
  let receivedAt = -Infinity;

  const report = () => tracker.take(performance.now()).forEach(onEffect);

  async function listen(): Promise<void> {
    const onOpen = () => opened.resolve();
    for await (const message of client.stream(matchId, { signal, onOpen })) {
      receivedAt = performance.now();
      tracker.received(message, receivedAt);
      report();
    }
  }

  async function watch(): Promise<void> {
    while (!signal.aborted) {
      const now = performance.now();
      const unseen = tracker.pending === 0 && receivedAt > readAt;
      if (unseen || tracker.needsRead(now) || now - readAt >= READ_EVERY_MS) await read();
      report();
      if (tracker.pending === 0 && latest && isAtRest(latest)) atRest.resolve();
      await pause(TICK_MS, signal).catch(() => {});
    }
  }

  async function read(): Promise<void> {
    readAt = performance.now();
    // Only an answer that reflects every reported version proves that a market is fresh again.
    const version = tracker.version;
    const awaited = tracker.needsRead(readAt) ? { minVersion: version } : {};
    try {
      latest = await client.predictions(matchId, { variant, signal, ...awaited });
      if (awaited.minVersion !== undefined) tracker.read(latest, version, performance.now());
    } catch (error) {
      // A cold or busy service is what a viewer lives with; the next read is not far.
      if (!signal.aborted && !isPassing(error)) throw error;
    }
  }

  const loops = Promise.all([listen(), watch()]);
  loops.catch((error: unknown) => {
    stop.abort();
    opened.reject(error);
    atRest.reject(error);
  });
  // Nobody may be waiting for these when a loop breaks; `close` reports it as well.
  opened.promise.catch(() => {});
  atRest.promise.catch(() => {});

  return {
    opened: opened.promise,
    atRest: atRest.promise,
    publishing(events) {
      const now = performance.now();
      for (const event of events) tracker.published(event, now);
    },
    answered: (event, status) => tracker.answered(event, status),
    get latest() {
      return latest;
    },
    async close() {
      stop.abort();
      await loops;
      report();
    },
  };
}

function isAtRest({ state, markets }: PredictionAnswer): boolean {
  const done = Object.values(markets).every(({ status }) => status === "settled" || status === "fresh");
  return state.period === "full_time" && done;
}

function isPassing(error: unknown): boolean {
  if (error instanceof ProblemError) return error.status >= 500 || error.status === 429;
  return error instanceof UnreachableError || error instanceof DeadlineError;
}
