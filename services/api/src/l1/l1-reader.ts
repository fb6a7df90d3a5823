import type { ChangeGist } from "@touchline/cache";
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
  /**
   * Called with what the store has answered, undefined when the match is gone: nothing that was made of less may be
   * shown any more. Where the store knows more than was received, a message was missed.
   */
  readonly onRead: (matchId: string, snapshot: ReadSnapshot | undefined) => void;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
}

/** What has been received of a match while it is being read. */
interface Meanwhile {
  readers: number;
  /** Highest message number. */
  n: number;
  readonly epochs: Set<string>;
}

/**
 * Reads this process's own memory while it can be trusted, else the store. When the store does not answer, what was
 * last known is served, labelled: never an old value without saying so.
 */
export class L1Reader implements PredictionReader {
  readonly #options: L1ReaderOptions;
  #storeFailedAt = -Infinity;
  /** Every match that is being read right now. */
  readonly #receivedMeanwhile = new Map<string, Meanwhile>();

  constructor(options: L1ReaderOptions) {
    this.#options = options;
  }

  /** Must be called for every change before those who wait for it are woken. */
  changed(matchId: string, n: ChangeGist["n"], forbids: ChangeGist["forbids"], epoch?: ChangeGist["epoch"]): void {
    const { cache, monotonic } = this.#options;
    // No older price may be served after a change that forbids, not even as stale: keep none for an outage of the
    // store.
    if (forbids || (epoch !== undefined && cache.isOfOtherEpoch(matchId, epoch))) cache.forget(matchId);
    else cache.outdate(matchId, monotonic(), n);
    // A message proves that Redis is reachable: resume reading the store.
    this.#storeFailedAt = -Infinity;
    const reading = this.#receivedMeanwhile.get(matchId);
    if (!reading) return;
    if (epoch !== undefined) reading.epochs.add(epoch);
    // A refresh that ended without changing anything has no number, and a snapshot from before it is still right.
    if (n !== undefined) reading.n = Math.max(reading.n, n);
  }

  async read(matchId: string, variant: string, minVersion = 0, minEpoch?: string): Promise<ReadSnapshot | undefined> {
    const { cache, coherence, now } = this.#options;
    const key = `${variant}/${matchId}`;
    const suffices = ({ version, epoch }: ReadSnapshot): boolean =>
      version >= minVersion && (minEpoch === undefined || epoch === minEpoch);
    const known = coherence.trusted ? cache.current(key, now()) : undefined;
    if (known && suffices(known)) return known;
    const last = this.#storeIsDown() ? cache.last(key, coherence.provenAt) : undefined;
    if (last && suffices(last.snapshot)) return this.#degraded(last);
    return this.#readStore(matchId, variant, minVersion, suffices);
  }

  async #readStore(
    matchId: string,
    variant: string,
    minVersion: number,
    suffices: (snapshot: ReadSnapshot) => boolean,
  ): Promise<ReadSnapshot | undefined> {
    const key = `${variant}/${matchId}`;
    const { store, cache, coherence, onRead, now, monotonic } = this.#options;
    const reading = this.#receivedMeanwhile.get(matchId) ?? { readers: 0, n: -1, epochs: new Set() };
    reading.readers++;
    this.#receivedMeanwhile.set(matchId, reading);
    const readAt = monotonic();
    const { trusted: trustedBefore, generation } = coherence;
    try {
      const snapshot = await store.read(matchId, variant, minVersion);
      if (!snapshot) {
        // The match is gone, and what was known of it with it.
        cache.forget(matchId);
        onRead(matchId, undefined);
        return undefined;
      }
      await coherence.proof.known();
      cache.dropOlder(snapshot);
      onRead(matchId, snapshot);
      const doubt = coherence.proof.doubtAbout(snapshot.history, snapshot.isWhole);
      if (doubt) return { ...snapshot, doubt };
      const isTrusted = trustedBefore && coherence.trusted && coherence.generation === generation;
      if (isTrusted && includesAll(snapshot, reading)) cache.hold(key, snapshot, now(), readAt);
      return snapshot;
    } catch (error) {
      const last = cache.last(key, coherence.provenAt);
      this.#storeFailedAt = monotonic();
      if (!last || !(error instanceof ApiError) || !suffices(last.snapshot)) throw error;
      return this.#degraded(last, error);
    } finally {
      if (--reading.readers === 0) this.#receivedMeanwhile.delete(matchId);
    }
  }

  /**
   * The last known answer for as long as it may stand in for an error, and the error from then on: a process that is
   * cut off hears of no goal.
   * @throws ApiError `store_unavailable`
   */
  #degraded({ snapshot, trueAt }: LastKnown, cause?: unknown): ReadSnapshot {
    const { staleIfErrorMs, monotonic, coherence } = this.#options;
    const leftMs = trueAt + staleIfErrorMs - monotonic();
    const doubt = coherence.proof.isRefused ? ({ doubt: "store_isolated" } as const) : {};
    if (leftMs > 0) return { ...snapshot, degraded: true, staleIfErrorMs: leftMs, ...doubt };
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

/** A change received while the answer was on its way may be missing from it. */
function includesAll(snapshot: ReadSnapshot, { n, epochs }: Meanwhile): boolean {
  return n <= snapshot.n && [...epochs].every((epoch) => epoch === snapshot.epoch);
}
