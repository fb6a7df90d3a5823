import { ApiError } from "../http/problems.ts";
import type { PredictionReader, ReadSnapshot } from "../predictions/prediction-reader.ts";
import type { Coherence } from "./coherence.ts";
import type { LastKnown, SnapshotCache } from "./snapshot-cache.ts";

interface L1ReaderOptions {
  readonly store: PredictionReader;
  readonly cache: SnapshotCache;
  readonly coherence: Coherence;
  /** How long after it was last known to be true an answer is served while the store does not answer, milliseconds. */
  readonly staleIfErrorMs: number;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
}

/**
 * Reads this process's own memory while it can be trusted, else the store. When the store does not answer, what was
 * last known is served, labelled: never an old value without saying so.
 */
export class L1Reader implements PredictionReader {
  readonly #options: L1ReaderOptions;
  #storeFailedAt = -Infinity;
  /** Highest message number received for each match that is being read right now. */
  readonly #receivedMeanwhile = new Map<string, { readers: number; n: number }>();

  constructor(options: L1ReaderOptions) {
    this.#options = options;
  }

  /** Must be called for every change before those who wait for it are woken. */
  changed(matchId: string, n: number | undefined, hard: boolean): void {
    const { cache, monotonic } = this.#options;
    // After a hard change no older price may be served, not even as stale: keep none for an outage of the store.
    if (hard) cache.forget(matchId);
    else cache.outdate(matchId, monotonic());
    // A message proves that Redis is reachable: resume reading the store.
    this.#storeFailedAt = -Infinity;
    const reading = this.#receivedMeanwhile.get(matchId);
    // A refresh that ended without changing anything has no number, and a snapshot from before it is still right.
    if (reading && n !== undefined) reading.n = Math.max(reading.n, n);
  }

  async read(matchId: string, variant: string, minVersion = 0): Promise<ReadSnapshot | undefined> {
    const { cache, coherence, now } = this.#options;
    const key = `${variant}/${matchId}`;
    const known = coherence.trusted ? cache.current(key, now()) : undefined;
    if (known && known.version >= minVersion) return known;
    const last = this.#storeIsDown() ? cache.last(key, coherence.provenAt) : undefined;
    if (last && last.snapshot.version >= minVersion) return this.#degraded(last);
    return this.#readStore(key, matchId, variant, minVersion);
  }

  async #readStore(
    key: string,
    matchId: string,
    variant: string,
    minVersion: number,
  ): Promise<ReadSnapshot | undefined> {
    const { store, cache, coherence, now, monotonic } = this.#options;
    const reading = this.#receivedMeanwhile.get(matchId) ?? { readers: 0, n: -1 };
    reading.readers++;
    this.#receivedMeanwhile.set(matchId, reading);
    const readAt = monotonic();
    const trustedBefore = coherence.trusted;
    try {
      const snapshot = await store.read(matchId, variant, minVersion);
      // A change received while the answer was on its way may be missing from it.
      if (snapshot && trustedBefore && coherence.trusted && reading.n <= snapshot.n)
        cache.hold(key, matchId, snapshot, now(), readAt);
      return snapshot;
    } catch (error) {
      const last = cache.last(key, coherence.provenAt);
      this.#storeFailedAt = monotonic();
      if (!last || !(error instanceof ApiError) || last.snapshot.version < minVersion) throw error;
      return this.#degraded(last, error);
    } finally {
      if (--reading.readers === 0) this.#receivedMeanwhile.delete(matchId);
    }
  }

  /**
   * The last known answer for as long as it may stand in for an error, and the error from then on: a process that is cut off
   * hears of no goal.
   * @throws ApiError `store_unavailable`
   */
  #degraded({ snapshot, trueAt }: LastKnown, cause?: unknown): ReadSnapshot {
    const leftMs = trueAt + this.#options.staleIfErrorMs - this.#options.monotonic();
    if (leftMs > 0) return { ...snapshot, degraded: true, staleIfErrorMs: leftMs };
    throw new ApiError("store_unavailable", {
      detail: "the last known answer is too old to be shown",
      retryAfterSeconds: 1,
      cause,
    });
  }

  /** After a failed read, readers do not wait out the same deadline again until `TRY_AGAIN_MS` have passed. */
  #storeIsDown(): boolean {
    const { monotonic } = this.#options;
    return monotonic() - this.#storeFailedAt < TRY_AGAIN_MS;
  }
}

const TRY_AGAIN_MS = 500;
