import type { IncomingMessage, ServerResponse } from "node:http";
import type { Asker } from "@touchline/cache";
import { isEarlyRefreshDue } from "@touchline/domain";
import type { Urgency } from "@touchline/queue";
import type { AnswerBody } from "../predictions/answer-body.ts";
import type { MarketStatus } from "@touchline/contract";
import type { StatDeltas } from "../stats/count-reading.ts";
import { ANSWER_OVERHEAD_BYTES } from "./retained-bytes.ts";

/**
 * When a lifetime ends, and how long the refresh that renews it takes: the inputs of an early refresh. Milliseconds.
 */
export interface Renewal {
  readonly expiry: number;
  readonly deltaMs: number;
}

/** A finished answer to one URL, good for as long as nothing in it changes. */
export interface FastAnswer {
  readonly matchId: string;
  /** Of the snapshot that it was made of: its epoch, and the number of the last message in it. */
  readonly epoch: string;
  readonly n: number;
  readonly variant: string;
  readonly body: AnswerBody;
  readonly status: MarketStatus;
  /** Markets by status, for the counters. */
  readonly markets: ReadonlyMap<MarketStatus, number>;
  /** Until when it is true if no change arrives, wall-clock milliseconds. */
  readonly validUntil: number;
  /** When its oldest open price was made, wall-clock milliseconds. */
  readonly madeAt: number;
  /** What each hit adds to the shared counters. */
  readonly deltas: StatDeltas;
  readonly renewals: readonly Renewal[];
  readonly urgency: Urgency;
  /** Headers at a moment: ages and lifetimes count in whole seconds. */
  readonly headersAt: (now: number) => Readonly<Record<string, string>>;
}

interface Kept extends FastAnswer {
  readonly url: string;
  readonly bytes: number;
  second: number;
  /** Flat lists, as `writeHead` takes them without looking at every name. */
  ok: string[];
  notModified: string[];
  hits: number;
  notModifiedHits: number;
}

/** What was served from memory since the last `takeHits`. */
export interface FastHits {
  readonly status: MarketStatus;
  readonly markets: ReadonlyMap<MarketStatus, number>;
  readonly deltas: StatDeltas;
  readonly hits: number;
  readonly notModified: number;
}

export interface FastAnswersOptions {
  readonly maxBytes: number;
  readonly xfetchBeta: number;
  readonly trusted: () => boolean;
  /** Whether every event of the match that was accepted long enough ago has been applied. */
  readonly caughtUp: (matchId: string) => boolean;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Called for readers of a match and variant, at most once a second for each answer. */
  readonly read: (matchId: string, variant: string) => void;
  /** Called when a refresh should begin although everything is still fresh. */
  readonly early: (matchId: string, variant: string, urgency: Urgency, seen: Asker) => void;
  /** Share of answers whose duration is measured; every one is counted. */
  readonly sampleRate: number;
  /** Called for the sampled answers, with the label and the age of what was served, in seconds. */
  readonly took: (seconds: number, status: MarketStatus, ageSeconds: number) => void;
}

/**
 * Answers to URLs that have been asked before, served as the bytes they are before any framework sees the request.
 * An answer is kept while it is true: a change of its match, the end of a lifetime, the next minute of play or a lapse
 * of trust drops it, and the ordinary path makes the next one.
 */
export class FastAnswers {
  readonly #options: FastAnswersOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #urlsOf = new Map<string, Set<string>>();
  /** Share of answers whose duration is measured. */
  sampleRate: number;
  #dropped: FastHits[] = [];
  #bytes = 0;

  constructor(options: FastAnswersOptions) {
    this.#options = options;
    this.sampleRate = options.sampleRate;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the request was answered. A request with directives of its own is left to the ordinary path. */
  answer(req: IncomingMessage, res: ServerResponse): boolean {
    const kept = req.method === "GET" && req.url !== undefined ? this.#kept.get(req.url) : undefined;
    if (!kept || req.headers["cache-control"] !== undefined) return false;
    const { random, took } = this.#options;
    const began = this.sampleRate > 0 && random() < this.sampleRate ? performance.now() : undefined;
    const now = this.#options.now();
    // The answer is not dropped: it is as true as before once the event has been applied without touching it.
    if (!this.#options.caughtUp(kept.matchId)) return false;
    if (!this.#isGood(kept, now)) return false;
    const second = Math.floor(now / 1000);
    if (kept.second !== second) refreshHeaders(kept, now, second, this.#options);
    const known = req.headers["if-none-match"];
    if (known !== undefined) {
      // Lists and weak validators are rare enough for the ordinary path.
      if (known !== kept.body.etag) return false;
      kept.notModifiedHits++;
      res.writeHead(304, kept.notModified);
      res.end();
    } else {
      kept.hits++;
      res.writeHead(200, kept.ok);
      res.end(kept.body.bytes);
    }
    if (began !== undefined)
      took((performance.now() - began) / 1000, kept.status, Math.max(0, now - kept.madeAt) / 1000);
    return true;
  }

  keep(url: string, answer: FastAnswer): void {
    if (!this.#options.trusted() || url.length > MAX_URL_LENGTH) return;
    this.#drop(url);
    const bytes = answer.body.bytes.length + url.length + ANSWER_OVERHEAD_BYTES;
    if (bytes > this.#options.maxBytes) return;
    const kept: Kept = { ...answer, url, bytes, second: -1, ok: [], notModified: [], hits: 0, notModifiedHits: 0 };
    this.#kept.set(url, kept);
    this.#urlsOf.set(answer.matchId, (this.#urlsOf.get(answer.matchId) ?? new Set()).add(url));
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#options.maxBytes || oldest === url) break;
      this.#drop(oldest);
    }
  }

  /** Something of the match changed. */
  outdate(matchId: string): void {
    for (const url of Array.from(this.#urlsOf.get(matchId) ?? [])) this.#drop(url);
  }

  /** Drops answers that were made of less than this. They may be kept longer than the snapshots they were made of. */
  dropOlder({ matchId, epoch, n }: { readonly matchId: string; readonly epoch: string; readonly n: number }): void {
    for (const url of Array.from(this.#urlsOf.get(matchId) ?? [])) {
      const kept = this.#kept.get(url);
      if (kept && (kept.epoch !== epoch || kept.n < n)) this.#drop(url);
    }
  }

  outdateAll(): void {
    for (const url of Array.from(this.#kept.keys())) this.#drop(url);
  }

  /** Hits since the last call. Every request served from here is in exactly one of these lists. */
  takeHits(): FastHits[] {
    const taken = this.#dropped;
    this.#dropped = [];
    for (const kept of this.#kept.values()) {
      if (kept.hits + kept.notModifiedHits > 0) taken.push(hitsOf(kept));
      kept.hits = 0;
      kept.notModifiedHits = 0;
    }
    return taken;
  }

  #isGood(kept: Kept, now: number): boolean {
    if (now >= kept.validUntil || !this.#options.trusted()) {
      this.#drop(kept.url);
      return false;
    }
    const { matchId, variant, urgency, epoch } = kept;
    if (this.#isRenewalDue(kept, now)) this.#options.early(matchId, variant, urgency, { epoch, now });
    return true;
  }

  /**
   * The domain's rule, with one draw for the whole answer as for a read of the store: a refresh covers the whole match.
   */
  #isRenewalDue({ renewals }: Kept, now: number): boolean {
    const { xfetchBeta, random } = this.#options;
    const draw = 1 - random();
    return renewals.some(({ expiry, deltaMs }) => isEarlyRefreshDue(deltaMs, expiry - now, xfetchBeta, draw));
  }

  #drop(url: string): void {
    const kept = this.#kept.get(url);
    if (!kept) return;
    this.#kept.delete(url);
    this.#bytes -= kept.bytes;
    if (kept.hits + kept.notModifiedHits > 0) this.#dropped.push(hitsOf(kept));
    const urls = this.#urlsOf.get(kept.matchId);
    urls?.delete(url);
    if (urls?.size === 0) this.#urlsOf.delete(kept.matchId);
  }
}

const MAX_URL_LENGTH = 2_048;

function hitsOf({ status, markets, deltas, hits, notModifiedHits }: Kept): FastHits {
  return { status, markets, deltas, hits, notModified: notModifiedHits };
}

function refreshHeaders(kept: Kept, now: number, second: number, { read }: FastAnswersOptions): void {
  const headers = { "x-content-type-options": "nosniff", ...kept.headersAt(now) };
  kept.notModified = Object.entries(headers).flat();
  kept.ok = [...kept.notModified, "content-length", String(kept.body.bytes.length)];
  kept.second = second;
  read(kept.matchId, kept.variant);
}
