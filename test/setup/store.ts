import {
  type BegunRefresh,
  type CommitResult,
  EPOCH_MARK,
  type StoreRedis,
  type MatchStore,
  openMatchStore,
} from "@touchline/cache";
import {
  type Freshness,
  freshnessOf,
  marketsOf,
  type MatchEvent,
  stakesOf,
  suspensionOf,
  volatilityLimit,
} from "@touchline/domain";
import { shippedPredictor } from "@touchline/model";
import { Redis } from "ioredis";
import type { Applied, ApplyDependencies } from "../../services/tag-manager/src/apply-change.ts";
import { applyMatchEvent } from "../../services/tag-manager/src/apply-match-event.ts";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { type RefreshDependencies, refreshMatch } from "@touchline/refresh";
import { testPrefix } from "./redis.ts";

/** A store of the test's own key prefix, with the steps of the protocol as the services take them. */
export class TestStore {
  readonly redis: StoreRedis;
  readonly prefix: string;
  readonly matches: MatchStore;
  /** The clock of everything done through this store, wall-clock milliseconds. */
  now = Date.parse("2026-08-15T14:00:00.000Z");
  readonly #truths = new TruthCache(10);

  /** @param prefix of keys that another server has already, as after a failover */
  constructor(redis: StoreRedis, prefix = testPrefix()) {
    this.redis = redis;
    this.prefix = prefix;
    this.matches = openMatchStore(redis, prefix);
  }

  /** Applies events one after the other, as one tag-manager would. */
  async apply(...events: MatchEvent[]): Promise<Applied[]> {
    const results: Applied[] = [];
    for (const event of events) results.push(await this.applyAs(this.#truths, event));
    return results;
  }

  /** Applies an event as the tag-manager with these truths would. */
  async applyAs(truths: TruthCache, event: MatchEvent, options: Partial<ApplyDependencies> = {}): Promise<Applied> {
    return applyMatchEvent(this.applyDependencies(truths, options), event);
  }

  applyDependencies(truths: TruthCache, options: Partial<ApplyDependencies> = {}): ApplyDependencies {
    return { store: this.matches, truths, finishedTtlMs: 60_000, now: () => this.now, ...options };
  }

  refreshDependencies(): RefreshDependencies {
    const predictor = shippedPredictor();
    return { store: this.matches, predictor, now: () => this.now };
  }

  async refresh(matchId: string): ReturnType<typeof refreshMatch> {
    return refreshMatch(this.refreshDependencies(), matchId, new AbortController().signal);
  }

  /** @param graphVersion of the predictor; this build's own by default */
  async begin(matchId: string, graphVersion?: string): Promise<BegunRefresh> {
    const begun = await this.matches.begin(matchId, { graphVersion });
    if (begun.outcome !== "begun") throw new Error(`match ${matchId} is unknown`);
    return begun;
  }

  /** Commits one number for every named market of the default variant. */
  async commit(matchId: string, begun: BegunRefresh, markets: Readonly<Record<string, number>>): Promise<CommitResult> {
    const entries = Object.entries(markets).map(([market, value]) => ({
      market,
      outcomes: { value },
      freshUntil: this.now + 30_000,
    }));
    const result = await this.matches.commit({
      matchId,
      begun,
      predictions: new Map([["default", entries]]),
      predictedAt: this.now,
      deltaMs: 10,
      computeMs: 5,
      complete: true,
    });
    if (!result) throw new Error(`match ${matchId} is unknown`);
    return result;
  }

  /** Whether something of the match is due or requested and no refresh is under way. */
  async isDue(matchId: string): Promise<boolean> {
    return this.matches.isOverdue(matchId, { dueMs: 0, leaseMs: 0 });
  }

  /** How each market of a variant would be served now. */
  async statuses(matchId: string, variant = "default"): Promise<Record<string, Freshness>> {
    const snapshot = await this.matches.predictions(matchId, variant);
    if (!snapshot) return {};
    const { state, settled, entries, requirementOf, movedVersion, isWhole } = snapshot;
    // Without all of the truth nothing proves a price current.
    if (!isWhole) return Object.fromEntries(marketsOf(state).map(({ id }) => [id, "suspended"]));
    const limit = volatilityLimit(state.volatility, stakesOf(state.fixture), this.now);
    return Object.fromEntries(
      marketsOf(state).map((market) => {
        const decision = freshnessOf({
          entry: entries.get(market.id),
          requirement: requirementOf(market.id),
          settled: settled.has(market.id),
          offered: suspensionOf(market, state) === undefined,
          state,
          volatility: { limit, movedVersion },
          now: this.now,
          random: 1,
          xfetchBeta: 1,
        });
        return [market.id, decision.status];
      }),
    );
  }

  /** Stored entries of a variant, as bytes. */
  async entryTexts(matchId: string, variant = "default"): Promise<Record<string, string>> {
    const { [EPOCH_MARK]: _epoch, ...texts } = await this.redis.hgetall(
      `${this.prefix}:{${matchId}}:entries:${variant}`,
    );
    return texts;
  }
}

/** Connects to the Redis of the test run. The caller quits it. */
export function connectTestRedis(): Redis {
  const url = process.env["REDIS_URL"];
  if (!url) throw new Error("REDIS_URL is not set: run the tests through `npm test`");
  return new Redis(url, { maxRetriesPerRequest: 1 });
}
