import {
  applyEvent,
  type ApplyResult,
  countMatches,
  type FeedMessage,
  indexMatch,
  isOfAnotherGraph,
  type ListedMatch,
  listMatches,
  type MarketRecord,
  type MatchStep,
  type MatchTruth,
  type MatchView,
  type PredictionSnapshot,
  readFeed,
  readFeedBefore,
  readLoggedEvents,
  readMarket,
  readMatch,
  readPredictions,
  readState,
  readTruth,
  type StoreRedis,
  wantRefresh,
  type WishKind,
} from "@touchline/cache";
import type { MatchEvent, MatchState } from "@touchline/domain";
import { askRedis } from "./outage.ts";

/** What the api asks of the store. Every call ends within the deadline, with an answer or with `store_unavailable`. */
export class MatchStore {
  readonly redis: StoreRedis;
  readonly #prefix: string;
  readonly #deadlineMs: number;

  constructor(redis: StoreRedis, prefix: string, deadlineMs: number) {
    this.redis = redis;
    this.#prefix = prefix;
    this.#deadlineMs = deadlineMs;
  }

  async predictions(matchId: string, variant: string): Promise<PredictionSnapshot | undefined> {
    return this.#ask("reading predictions", async () => readPredictions(this.redis, this.#prefix, matchId, variant));
  }

  async match(matchId: string): Promise<MatchView | undefined> {
    return this.#ask("reading a match", async () => readMatch(this.redis, this.#prefix, matchId));
  }

  async state(matchId: string): Promise<MatchState | undefined> {
    return this.#ask("reading a match's state", async () => readState(this.redis, this.#prefix, matchId));
  }

  /** A match with its whole log, folded. Its version is 0 when it is unknown. */
  async truth(matchId: string): Promise<MatchTruth> {
    return this.#ask("reading a match's log", async () => readTruth(this.redis, this.#prefix, matchId));
  }

  /** Whether entries of the match may come from another dependency graph than `graph`. */
  async isOfAnotherGraph(matchId: string, graph: string): Promise<boolean> {
    return this.#ask("reading a match's graph", async () => isOfAnotherGraph(this.redis, this.#prefix, matchId, graph));
  }

  async market(matchId: string, variant: string, market: string): Promise<MarketRecord | undefined> {
    return this.#ask("reading a market", async () => readMarket(this.redis, this.#prefix, matchId, variant, market));
  }

  async apply(step: MatchStep): Promise<ApplyResult> {
    return this.#ask("applying a step", async () => applyEvent(this.redis, this.#prefix, step));
  }

  async listed(offset: number, limit: number): Promise<ListedMatch[]> {
    return this.#ask("listing matches", async () => listMatches(this.redis, this.#prefix, { offset, limit }));
  }

  async listedCount(): Promise<number> {
    return this.#ask("counting matches", async () => countMatches(this.redis, this.#prefix));
  }

  /** @param kickoff wall-clock milliseconds */
  async index(matchId: string, kickoff: number): Promise<void> {
    return this.#ask("listing a match", async () => indexMatch(this.redis, this.#prefix, matchId, kickoff));
  }

  /** @param keys identities of events, see `eventKey` */
  async logged(matchId: string, keys: readonly string[]): Promise<(MatchEvent | undefined)[]> {
    return this.#ask("reading a match's log", async () => readLoggedEvents(this.redis, this.#prefix, matchId, keys));
  }

  async feed(matchId: string, after: number, limit: number): Promise<FeedMessage[]> {
    return this.#ask("reading a match's feed", async () => readFeed(this.redis, this.#prefix, matchId, after, limit));
  }

  /** Newest first. */
  async feedBefore(matchId: string, before: number, limit: number): Promise<FeedMessage[]> {
    return this.#ask("reading a match's feed", async () =>
      readFeedBefore(this.redis, this.#prefix, matchId, before, limit),
    );
  }

  async want(matchId: string, variant: string, kind: WishKind): Promise<boolean> {
    return this.#ask("asking for a refresh", async () => wantRefresh(this.redis, this.#prefix, matchId, variant, kind));
  }

  async ping(): Promise<unknown> {
    return this.#ask("the store's ping", async () => this.redis.ping());
  }

  #ask<T>(what: string, ask: () => Promise<T>): Promise<T> {
    return askRedis("store", what, this.#deadlineMs, ask);
  }
}
