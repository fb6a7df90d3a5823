export { abandonRefresh } from "./abandon-refresh.ts";
export { applyEvent, type ApplyResult, FEED_LENGTH, type MatchStep, type StepCause } from "./apply-event.ts";
export { type BegunRefresh, beginRefresh } from "./begin-refresh.ts";
export { claimRefresh, type ClaimResult, type RefreshClaim, releaseClaim } from "./claim-refresh.ts";
export { type Commit, commitRefresh, type CommitResult, type PredictedMarket } from "./commit-refresh.ts";
export { changesChannel, matchIndexKey, matchKeys } from "./keys.ts";
export { readLoggedEvents } from "./logged-events.ts";
export {
  graphOf,
  indexMatch,
  isOfAnotherGraph,
  type ListedMatch,
  listMatches,
  unlistMatch,
  walkMatchIds,
} from "./match-index.ts";
export { type MatchTruth, readTruth, UNKNOWN_MATCH } from "./match-truth.ts";
export { countMatches, type MatchView, readMatch, readState } from "./match-view.ts";
export { type FeedMessage, readFeed, readFeedBefore } from "./read-feed.ts";
export { type MarketRecord, readMarket } from "./read-market.ts";
export { type PredictionSnapshot, readPredictions } from "./read-predictions.ts";
export { type Finding, isOverdue, type Patience, sweepMatches } from "./reconcile.ts";
export type { RefreshState } from "./refresh-state.ts";
export type { Cause, Entry, StoredRequirement, StoredSettlement } from "./records.ts";
export type { StoreRedis } from "./script.ts";
export type { VariantSnapshot } from "./snapshot.ts";
export { wantRefresh, type WishKind } from "./want-refresh.ts";
export { COUNTERS, STAT_CATEGORIES, type StatCategory, type StatCounter } from "./stats/counters.ts";
export { readStats, resetStats, setSampling, type Stats } from "./stats/read-stats.ts";
export { StatsRecorder, type StatsRecorderOptions } from "./stats/stats-recorder.ts";
