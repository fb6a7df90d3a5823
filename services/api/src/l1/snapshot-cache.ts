import { findMarket } from "@touchline/domain";
import type { ReadSnapshot } from "../predictions/prediction-reader.ts";
import { decide } from "../predictions/serving-decision.ts";

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

/** Snapshots of this process, by match and variant; bounded by an estimate of their bytes, least recently used first out. */
export class SnapshotCache {
  readonly #held = new Map<string, Held>();
  readonly #keysOf = new Map<string, Set<string>>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The snapshot, if nothing has changed since. @param now wall-clock milliseconds */
  current(key: string, now: number): ReadSnapshot | undefined {
    const held = this.#held.get(key);
    return held?.current && now < held.validUntil ? held.snapshot : undefined;
  }

  /** Until when `current` will go on answering with this very snapshot, changes apart; -Infinity when it does not. */
  validUntil(key: string, snapshot: ReadSnapshot): number {
    const held = this.#held.get(key);
    return held?.current && held.snapshot === snapshot ? held.validUntil : -Infinity;
  }

  /** The last snapshot there was, however old. @param provenAt until when every change is known to have been received */
  last(key: string, provenAt: number): LastKnown | undefined {
    const held = this.#held.get(key);
    return held && { snapshot: held.snapshot, trueAt: held.current ? Math.max(held.trueAt, provenAt) : held.trueAt };
  }

  /** @param now wall-clock milliseconds   @param readAt when it was asked for, monotonic */
  hold(key: string, matchId: string, snapshot: ReadSnapshot, now: number, readAt: number): void {
    this.#drop(key, matchId);
    const bytes = estimatedBytes(snapshot);
    if (bytes > this.#maxBytes) return;
    this.#held.set(key, { snapshot, validUntil: nextExpiry(snapshot, now), bytes, current: true, trueAt: readAt });
    this.#keysOf.set(matchId, (this.#keysOf.get(matchId) ?? new Set()).add(key));
    this.#bytes += bytes;
    for (const [oldest, held] of this.#held) {
      if (this.#bytes <= this.#maxBytes || oldest === key) break;
      this.#drop(oldest, held.snapshot.matchId);
    }
  }

  /** Something of the match changed. @param at when that was received, monotonic */
  outdate(matchId: string, at: number): void {
    for (const key of this.#keysOf.get(matchId) ?? []) outdated(this.#held.get(key), at);
  }

  /** Something of the match changed in a way that forbids showing what was known before. */
  forget(matchId: string): void {
    for (const key of Array.from(this.#keysOf.get(matchId) ?? [])) this.#drop(key, matchId);
  }

  /** Changes may have been missed. @param provenAt until when every change is known to have been received */
  outdateAll(provenAt: number): void {
    for (const held of this.#held.values()) outdated(held, provenAt);
  }

  #drop(key: string, matchId: string): void {
    const held = this.#held.get(key);
    if (!held) return;
    this.#held.delete(key);
    this.#bytes -= held.bytes;
    const keys = this.#keysOf.get(matchId);
    keys?.delete(key);
    if (keys?.size === 0) this.#keysOf.delete(matchId);
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
function nextExpiry(snapshot: ReadSnapshot, now: number): number {
  let next = Infinity;
  for (const id of snapshot.entries.keys()) {
    const market = snapshot.settled.has(id) ? undefined : findMarket(id);
    if (market) next = Math.min(next, decide(snapshot, market, { now, random: 1, xfetchBeta: 1 }).until);
  }
  return next;
}

/** Rough on purpose: parsed records weigh a few times their text. */
function estimatedBytes({ entries, settled }: ReadSnapshot): number {
  return 8_192 + entries.size * 700 + settled.size * 700;
}
