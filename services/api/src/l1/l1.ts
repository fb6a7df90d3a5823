import type { Asker, MatchStore, StatCounter, StatsRecorder } from "@touchline/cache";
import type { Market } from "@touchline/domain";
import type { Logger, RedisClient } from "@touchline/platform";
import type { Urgency } from "@touchline/queue";
import type { ApiMetrics } from "../api-metrics.ts";
import type { ChangeFeed } from "../changes/change-feed.ts";
import type { PredictionReader, ReadSnapshot } from "../predictions/prediction-reader.ts";
import { ClockSkew } from "./clock-skew.ts";
import { Coherence } from "./coherence.ts";
import { FastAnswers } from "./fast-answers.ts";
import { L1Reader } from "./l1-reader.ts";
import type { Doubt } from "./master-proof.ts";
import { SnapshotCache } from "./snapshot-cache.ts";

interface L1Options {
  readonly maxBytes: number;
  readonly staleIfErrorMs: number;
  readonly leaseMs: number;
  readonly replicas: number;
  readonly xfetchBeta: number;
  readonly sampleRate: number;
  readonly route: string;
  readonly store: PredictionReader;
  readonly matches: MatchStore;
  /** The connection of `matches`. */
  readonly redis: RedisClient;
  readonly feed: ChangeFeed;
  readonly metrics: ApiMetrics;
  readonly log: Logger;
  readonly stats: StatsRecorder;
  readonly recordAccess: (matchId: string, variant: string) => void;
  readonly askEarly: (matchId: string, variant: string, urgency: Urgency, seen: Asker) => void;
  readonly findMarket: (id: string) => Market | undefined;
  readonly caughtUp: (matchId: string) => boolean;
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly random: () => number;
}

/** The memory of one api process: snapshots and finished answers, kept coherent by the published changes. */
export class L1 {
  readonly reader: L1Reader;
  readonly answers: FastAnswers;
  readonly cache: SnapshotCache;
  readonly #coherence: Coherence;
  readonly #options: L1Options;
  readonly #timer: NodeJS.Timeout;

  private constructor(options: L1Options) {
    const { feed, redis, matches, leaseMs, replicas, monotonic, store, now, maxBytes, metrics, log } = options;
    this.#options = options;
    // Finished answers are what thousands of readers meet; snapshots are what they are made from.
    this.cache = new SnapshotCache(maxBytes / 2, options.findMarket);
    const skew = new ClockSkew({ log, monotonic });
    metrics.watchClocks(() => skew.skewMs);
    this.#coherence = new Coherence(
      { feed, store: matches, redis, leaseMs, replicas, now, monotonic, onClocks: (reading) => skew.take(reading) },
      {
        onChange: ({ matchId, n, forbids, epoch }) => {
          this.reader.changed(matchId, n, forbids, epoch);
          this.answers.outdate(matchId);
        },
        onGap: () => {
          this.cache.outdateAll(this.#coherence.provenAt);
          this.answers.outdateAll();
          metrics.l1Emptied();
        },
      },
    );
    this.reader = new L1Reader({
      store,
      cache: this.cache,
      coherence: this.#coherence,
      staleIfErrorMs: options.staleIfErrorMs,
      onRead: (matchId, snapshot) => (snapshot ? this.answers.dropOlder(snapshot) : this.answers.outdate(matchId)),
      now,
      monotonic,
    });
    this.answers = new FastAnswers({
      maxBytes: maxBytes / 2,
      xfetchBeta: options.xfetchBeta,
      sampleRate: options.sampleRate,
      now,
      random: options.random,
      trusted: () => this.#coherence.trusted,
      caughtUp: options.caughtUp,
      read: options.recordAccess,
      early: options.askEarly,
      took: (seconds, status, ageSeconds) => {
        metrics.servedAge(status, ageSeconds);
        metrics.measured(options.route, seconds);
        options.stats.observe("latency_ms", seconds * 1000);
      },
    });
    this.#timer = setInterval(() => this.count(), COUNT_EVERY_MS);
    this.#timer.unref();
  }

  static async open(options: L1Options): Promise<L1> {
    const l1 = new L1(options);
    await l1.#coherence.open();
    return l1;
  }

  get trusted(): boolean {
    return this.#coherence.trusted;
  }

  /** Whether the snapshot is in memory and nothing has changed since. */
  isCurrent(variant: string, snapshot: ReadSnapshot): boolean {
    return this.cache.isCurrent(`${variant}/${snapshot.matchId}`, snapshot);
  }

  /** Why something that was just read from the store cannot be believed as it is. */
  async doubtAbout({ history, isWhole }: Pick<ReadSnapshot, "history" | "isWhole">): Promise<Doubt | undefined> {
    const { proof } = this.#coherence;
    await proof.known();
    return proof.doubtAbout(history, isWhole);
  }

  /** Adds the hits since the last call to the counters. Called before every scrape, so that the counters reconcile. */
  count(): void {
    const { metrics, stats, route } = this.#options;
    for (const { status, markets, deltas, hits, notModified } of this.answers.takeHits()) {
      metrics.counted(route, 200, hits);
      metrics.counted(route, 304, notModified);
      metrics.read(status, hits + notModified);
      metrics.hitInL1(hits + notModified);
      for (const [counter, by] of Object.entries(deltas)) stats.add(counter as StatCounter, by * (hits + notModified));
      for (const [market, count] of markets) metrics.servedMarkets(market, count * (hits + notModified));
    }
  }

  /** Measures this share of answers from now on. Every one is counted all the same. */
  sample(rate: number): void {
    this.answers.sampleRate = rate;
  }

  close(): void {
    clearInterval(this.#timer);
    this.count();
    this.#coherence.close();
  }
}

const COUNT_EVERY_MS = 250;
