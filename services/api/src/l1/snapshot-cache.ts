import { findMarket, type Market } from "@touchline/domain";
import type { ReadSnapshot } from "../predictions/prediction-reader.ts";
import { decide } from "../predictions/serving-decision.ts";
import { snapshotBytes } from "./retained-bytes.ts";

interface Held {
  readonly snapshot: ReadSnapshot;
  /** Until when nothing in it changes by time alone, wall-clock milliseconds. */
  readonly validUntil: number;
  readonly bytes: number;
  /** False once a change has made it old: kept only for when the store is gone. */
  current: boolean;
  /** When it is known to have been true by itself: when it was read, or when a change made it old. Monotonic. */
  trueAt: number;
}

/** What was last known of a match. */
export interface LastKnown {
  readonly snapshot: ReadSnapshot;
  /** When it was true for the last time, as far as is proven, on the monotonic clock. */
  readonly trueAt: number;
}

/** What is held of one match, and the newest that this process knows of it. */
interface HeldMatch {
  readonly epoch: string;
  /** Highest message number in a held snapshot, or received since. */
  n: number;
  readonly keys: Set<string>;
}

/**
 * Snapshots of this process, by match and variant; bounded by an estimate of their bytes, least recently used first
 * out.
 */
export class SnapshotCache {
  readonly #held = new Map<string, Held>();
  readonly #matches = new Map<string, HeldMatch>();
  readonly #maxBytes: number;
  readonly #marketOf: (id: string) => Market | undefined;
  #bytes = 0;

  /** @param marketOf the markets in force; those of the catalogue by default */
  constructor(maxBytes: number, marketOf: (id: string) => Market | undefined = findMarket) {
    this.#maxBytes = maxBytes;
    this.#marketOf = marketOf;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The snapshot, if nothing has changed since. @param now wall-clock milliseconds */
  current(key: string, now: number): ReadSnapshot | undefined {
    const held = this.#held.get(key);
    return held?.current && now < held.validUntil ? held.snapshot : undefined;
  }

  /** Whether `current` answers with this very snapshot, lifetimes apart. */
  isCurrent(key: string, snapshot: ReadSnapshot): boolean {
    const held = this.#held.get(key);
    return held?.current === true && held.snapshot === snapshot;
  }

  /**
   * The last snapshot there was, however old. @param provenAt until when every change is known to have been received
   */
  last(key: string, provenAt: number): LastKnown | undefined {
    const held = this.#held.get(key);
    return held && { snapshot: held.snapshot, trueAt: held.current ? Math.max(held.trueAt, provenAt) : held.trueAt };
  }

  /**
   * Must be called with nothing of another epoch or of an older number held: see `dropOlder`.
   * @param now wall-clock milliseconds   @param readAt when it was asked for, monotonic
   */
  hold(key: string, snapshot: ReadSnapshot, now: number, readAt: number): void {
    this.#drop(key);
    const bytes = snapshotBytes(snapshot);
    if (bytes > this.#maxBytes) return;
    this.#held.set(key, {
      snapshot,
      validUntil: nextExpiry(snapshot, now, this.#marketOf),
      bytes,
      current: true,
      trueAt: readAt,
    });
    const { epoch, n } = snapshot;
    const match = this.#matches.get(snapshot.matchId) ?? { epoch, n, keys: new Set<string>() };
    match.n = Math.max(match.n, n);
    match.keys.add(key);
    this.#matches.set(snapshot.matchId, match);
    this.#bytes += bytes;
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= this.#maxBytes || oldest === key) break;
      this.#drop(oldest);
    }
  }

  /**
   * Something of the match changed, as message `n` says; without a number nothing was changed but lifetimes.
   * @param at when that was received, monotonic
   */
  outdate(matchId: string, at: number, n?: number): void {
    const match = this.#matches.get(matchId);
    if (!match) return;
    if (n !== undefined) match.n = Math.max(match.n, n);
    for (const key of match.keys) outdated(this.#held.get(key), at);
  }

  /** Whether anything held of the match is from another epoch: what it says may never have happened. */
  isOfOtherEpoch(matchId: string, epoch: string): boolean {
    const match = this.#matches.get(matchId);
    return match !== undefined && match.epoch !== epoch;
  }

  /**
   * Drops what is held of the match where a read has found more than was ever received: a message was missed, and it
   * may have forbidden every price before it.
   */
  dropOlder({ matchId, epoch, n }: ReadSnapshot): void {
    const match = this.#matches.get(matchId);
    if (match && (match.epoch !== epoch || n > match.n)) this.forget(matchId);
  }

  /** Something of the match changed in a way that forbids showing what was known before. */
  forget(matchId: string): void {
    for (const key of Array.from(this.#matches.get(matchId)?.keys ?? [])) this.#drop(key);
  }

  /** Changes may have been missed. @param provenAt until when every change is known to have been received */
  outdateAll(provenAt: number): void {
    for (const held of this.#held.values()) outdated(held, provenAt);
  }

  #drop(key: string): void {
    const held = this.#held.get(key);
    if (!held) return;
    this.#held.delete(key);
    this.#bytes -= held.bytes;
    const { matchId } = held.snapshot;
    const match = this.#matches.get(matchId);
    match?.keys.delete(key);
    if (match?.keys.size === 0) this.#matches.delete(matchId);
  }
}

function outdated(held: Held | undefined, at: number): void {
  if (!held?.current) return;
  held.current = false;
  held.trueAt = Math.max(held.trueAt, at);
}

/**
 * The next moment at which time alone changes how some market is served. Past it the store is asked again: an equal
 * recomputation extends a lifetime without a message.
 */
function nextExpiry(snapshot: ReadSnapshot, now: number, marketOf: (id: string) => Market | undefined): number {
  let next = Infinity;
  for (const id of snapshot.entries.keys()) {
    const market = snapshot.settled.has(id) ? undefined : marketOf(id);
    if (market) next = Math.min(next, decide(snapshot, market, { now, random: 1, xfetchBeta: 1 }).until);
  }
  return next;
}
