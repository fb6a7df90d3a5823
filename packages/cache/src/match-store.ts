import type { MatchEvent, MatchState } from "@touchline/domain";
import { applyEvent, type ApplyResult, type MatchStep } from "./events/apply-event.ts";
import { isReplicated } from "./events/is-replicated.ts";
import { readLoggedEvents } from "./events/logged-events.ts";
import { type MatchTruth, readStepMark, readTruth, type StepMark } from "./events/match-truth.ts";
import { askHistoryAgain, historyOf } from "./history.ts";
import { forgetLeftovers } from "./matches/forget-match.ts";
import * as forgotten from "./matches/forgotten-match.ts";
import * as index from "./matches/match-index.ts";
import { isIndexWhole, rebuildIndex } from "./matches/rebuild-index.ts";
import { countMatches, type MatchView, readMatch, readState } from "./reads/match-view.ts";
import { type FeedMessage, readFeed, readFeedBefore } from "./reads/read-feed.ts";
import { type MarketRecord, readMarket } from "./reads/read-market.ts";
import { type PredictionSnapshot, readPredictions } from "./reads/read-predictions.ts";
import { mastersOf, type Ping, proveWritable, type WriteProof } from "./pings/prove-writable.ts";
import { abandonRefresh } from "./refreshes/abandon-refresh.ts";
import { type BeginOptions, beginRefresh, type BegunRefresh, type NotBegun } from "./refreshes/begin-refresh.ts";
import { claimRefresh, type ClaimResult, type RefreshClaim, releaseClaim } from "./refreshes/claim-refresh.ts";
import { type Commit, commitRefresh, type CommitResult } from "./refreshes/commit-refresh.ts";
import { type Finding, isOverdue, type Patience, sweepMatches } from "./refreshes/reconcile.ts";
import { type Asker, requestRefresh, type RequestKind, type RequestResult } from "./refreshes/request-refresh.ts";
import type { StoreRedis } from "./script.ts";

/** Runs one operation; `what` names it in errors. The api sets a deadline here. */
export type RunOperation = <T>(what: string, operation: () => Promise<T>) => Promise<T>;

const runDirectly: RunOperation = async (_what, operation) => operation();

/**
 * Every operation on the matches under one key prefix. Each method is one step of the protocol and takes one round
 * trip, unless its function says otherwise; the functions also name errors and units.
 */
export class MatchStore {
  readonly redis: StoreRedis;
  readonly prefix: string;
  readonly #run: RunOperation;

  constructor(redis: StoreRedis, prefix: string, run: RunOperation) {
    this.redis = redis;
    this.prefix = prefix;
    this.#run = run;
  }

  // Steps of a match.

  async apply(step: MatchStep): Promise<ApplyResult> {
    return this.#run("applying a step", async () => applyEvent(this.redis, this.prefix, step));
  }

  /** Whether a step is on so many replicas, see `isReplicated`. */
  async isReplicated(matchId: string, step: Pick<StepMark, "version" | "epoch">, replicas: number): Promise<boolean> {
    return this.#run("waiting for replicas", async () =>
      isReplicated(this.redis, this.prefix, matchId, step, replicas),
    );
  }

  // Reads of a match.

  /** A match with its whole log, folded. Its version is 0 when it is unknown. */
  async truth(matchId: string): Promise<MatchTruth> {
    return this.#run("reading a match's log", async () => readTruth(this.redis, this.prefix, matchId));
  }

  /** Which step the match is at; version 0 when it is unknown. */
  async stepMark(matchId: string): Promise<StepMark> {
    return this.#run("reading a match's version", async () => readStepMark(this.redis, this.prefix, matchId));
  }

  /** @param keys identities of events, see `eventKey` */
  async logged(matchId: string, keys: readonly string[]): Promise<(MatchEvent | undefined)[]> {
    return this.#run("reading a match's log", async () => readLoggedEvents(this.redis, this.prefix, matchId, keys));
  }

  async match(matchId: string): Promise<MatchView | undefined> {
    return this.#run("reading a match", async () => readMatch(this.redis, this.prefix, matchId));
  }

  /** The state alone; undefined when the match is unknown. */
  async state(matchId: string): Promise<MatchState | undefined> {
    return this.#run("reading a match's state", async () => readState(this.redis, this.prefix, matchId));
  }

  async predictions(matchId: string, variant: string): Promise<PredictionSnapshot | undefined> {
    return this.#run("reading predictions", async () => readPredictions(this.redis, this.prefix, matchId, variant));
  }

  async market(matchId: string, variant: string, market: string): Promise<MarketRecord | undefined> {
    return this.#run("reading a market", async () => readMarket(this.redis, this.prefix, matchId, variant, market));
  }

  /** Messages after number `after`, oldest first. */
  async feed(matchId: string, after: number, limit: number): Promise<FeedMessage[]> {
    return this.#run("reading a match's feed", async () => readFeed(this.redis, this.prefix, matchId, after, limit));
  }

  /** Messages before number `before`, newest first. */
  async feedBefore(matchId: string, before: number, limit: number): Promise<FeedMessage[]> {
    return this.#run("reading a match's feed", async () =>
      readFeedBefore(this.redis, this.prefix, matchId, before, limit),
    );
  }

  /** Fingerprints of the graphs that entries of the match may come from. */
  async graphsOf(matchId: string): Promise<string[]> {
    return this.#run("reading a match's graph", async () => index.graphsOf(this.redis, this.prefix, matchId));
  }

  /** Whether entries of the match may come from another dependency graph than the one of `graphVersion`. */
  async isOfAnotherGraph(matchId: string, graphVersion: string): Promise<boolean> {
    return this.#run("reading a match's graph", async () =>
      index.isOfAnotherGraph(this.redis, this.prefix, matchId, graphVersion),
    );
  }

  // Refreshes of a match.

  async requestRefresh(matchId: string, variant: string, kind: RequestKind, asker?: Asker): Promise<RequestResult> {
    return this.#run("requesting a refresh", async () =>
      requestRefresh(this.redis, this.prefix, matchId, variant, kind, asker),
    );
  }

  async begin(matchId: string, options?: BeginOptions): Promise<BegunRefresh | NotBegun> {
    return this.#run("beginning a refresh", async () => beginRefresh(this.redis, this.prefix, matchId, options));
  }

  /** Undefined when the match is gone. */
  async commit(commit: Commit): Promise<CommitResult | undefined> {
    return this.#run("committing a refresh", async () => commitRefresh(this.redis, this.prefix, commit));
  }

  /** @returns whether the refresh was still the latest */
  async abandon(matchId: string, begun: Pick<BegunRefresh, "number" | "token">): Promise<boolean> {
    return this.#run("abandoning a refresh", async () => abandonRefresh(this.redis, this.prefix, matchId, begun));
  }

  async claim(matchId: string, claim: RefreshClaim): Promise<ClaimResult> {
    return this.#run("claiming a refresh", async () => claimRefresh(this.redis, this.prefix, matchId, claim));
  }

  /** @returns whether the claim still held */
  async releaseClaim(matchId: string, token: string): Promise<boolean> {
    return this.#run("releasing a claim", async () => releaseClaim(this.redis, this.prefix, matchId, token));
  }

  async isOverdue(matchId: string, patience: Patience): Promise<boolean> {
    return this.#run("looking for overdue work", async () => isOverdue(this.redis, this.prefix, matchId, patience));
  }

  /** Yields every listed match that needs attention. The caller bounds the time of the whole walk. */
  sweep(patience: Patience): AsyncGenerator<Finding> {
    return sweepMatches(this.redis, this.prefix, patience);
  }

  /** Replication id of the server, as last asked; see `historyOf`. */
  async history(): Promise<string> {
    return this.#run("the store's replication id", async () => historyOf(this.redis));
  }

  /** Asks the server again for its replication id. */
  async askHistoryAgain(): Promise<void> {
    return this.#run("the store's replication id", async () => askHistoryAgain(this.redis));
  }

  // The index of matches.

  /** Deletes what an expired or evicted truth has left behind. @returns how many keys */
  async forgetLeftovers(matchId: string): Promise<number> {
    return this.#run("deleting leftovers", async () => forgetLeftovers(this.redis, this.prefix, matchId));
  }

  /** Whether every match with truth is in the index. */
  async isIndexWhole(): Promise<boolean> {
    return this.#run("looking at the list of matches", async () => isIndexWhole(this.redis, this.prefix));
  }

  /** Lists every match again, see `rebuildIndex`. The caller bounds the time of the whole. */
  rebuildIndex(now: number): AsyncGenerator<number> {
    return rebuildIndex(this.redis, this.prefix, now);
  }

  /** @param kickoff wall-clock milliseconds */
  async index(matchId: string, kickoff: number): Promise<void> {
    return this.#run("listing a match", async () => index.indexMatch(this.redis, this.prefix, matchId, kickoff));
  }

  /** @param now wall-clock milliseconds */
  async unlist(matchId: string, now: number): Promise<void> {
    return this.#run("unlisting a match", async () => index.unlistMatch(this.redis, this.prefix, matchId, now));
  }

  async listed(offset: number, limit: number): Promise<index.ListedMatch[]> {
    return this.#run("listing matches", async () => index.listMatches(this.redis, this.prefix, { offset, limit }));
  }

  async listedCount(): Promise<number> {
    return this.#run("counting matches", async () => countMatches(this.redis, this.prefix));
  }

  /** Every listed match, in bounded batches. The caller bounds the time of the whole walk. */
  walkMatchIds(): AsyncGenerator<readonly string[]> {
    return index.walkMatchIds(this.redis, this.prefix);
  }

  // Matches that are gone.

  /** @param at only while this is its last step   @returns whether it was deleted */
  async delete(matchId: string, note: forgotten.ForgottenMatch, at?: StepMark): Promise<boolean> {
    return this.#run("deleting a match", async () => forgotten.deleteMatch(this.redis, this.prefix, matchId, note, at));
  }

  /** Leaves a note of a match that is over and expires after `ttlMs`. */
  async noteEnding(matchId: string, note: forgotten.ForgottenMatch, ttlMs: number): Promise<void> {
    return this.#run("noting a match's end", async () =>
      forgotten.noteEnding(this.redis, this.prefix, matchId, { note, ttlMs }),
    );
  }

  /** The note of a match; it says something only while the match itself is unknown. */
  async forgotten(matchId: string): Promise<forgotten.ForgottenMatch | undefined> {
    return this.#run("reading a match's note", async () => forgotten.readForgotten(this.redis, this.prefix, matchId));
  }

  /** @param before wall-clock milliseconds */
  async listedBefore(before: number, page: forgotten.Page): Promise<string[]> {
    return this.#run("listing old matches", async () => forgotten.listedBefore(this.redis, this.prefix, before, page));
  }

  /** Writes and publishes a ping on every master of the store. One proof for each: a cluster has several. */
  proveWritable(ping: Ping): Promise<WriteProof>[] {
    return mastersOf(this.redis).map(async (master) =>
      this.#run("proving that the store accepts writes", async () => proveWritable(master, this.prefix, ping)),
    );
  }

  async ping(): Promise<unknown> {
    return this.#run("the store's ping", async () => this.redis.ping());
  }
}

/**
 * The handle on all matches under `prefix`.
 * @param run runs every operation of the handle; by default it just calls it
 */
export function openMatchStore(redis: StoreRedis, prefix: string, run: RunOperation = runDirectly): MatchStore {
  return new MatchStore(redis, prefix, run);
}
