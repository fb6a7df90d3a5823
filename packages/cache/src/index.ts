export { applyEvent, type ApplyResult, type MatchStep, type StepCause } from "./events/apply-event.ts";
export { readLoggedEvents } from "./events/logged-events.ts";
export { type MatchTruth, readTruth } from "./events/match-truth.ts";
export { changesChannel, matchKeys } from "./keys.ts";
export {
  graphOf,
  indexMatch,
  isOfAnotherGraph,
  type ListedMatch,
  listMatches,
  unlistMatch,
  walkMatchIds,
} from "./matches/match-index.ts";
export { countMatches, type MatchView, readMatch } from "./reads/match-view.ts";
export { type FeedMessage, readFeed, readFeedBefore } from "./reads/read-feed.ts";
export { type MarketRecord, readMarket } from "./reads/read-market.ts";
export { type PredictionSnapshot, readPredictions } from "./reads/read-predictions.ts";
export type { Cause, Entry, StoredRequirement, StoredSettlement } from "./records.ts";
export { abandonRefresh } from "./refreshes/abandon-refresh.ts";
export { beginRefresh, type BegunRefresh } from "./refreshes/begin-refresh.ts";
export { claimRefresh, releaseClaim } from "./refreshes/claim-refresh.ts";
export { commitRefresh, type CommitResult, type PredictedMarket } from "./refreshes/commit-refresh.ts";
export { type Finding, isOverdue, type Patience, sweepMatches } from "./refreshes/reconcile.ts";
export type { RefreshState } from "./refreshes/refresh-state.ts";
export { requestRefresh, type RequestKind } from "./refreshes/request-refresh.ts";
export type { StoreRedis } from "./script.ts";
export { STAT_CATEGORIES, type StatCounter } from "./stats/counters.ts";
export { readStats, resetStats, setSampling } from "./stats/read-stats.ts";
export { StatsRecorder } from "./stats/stats-recorder.ts";
