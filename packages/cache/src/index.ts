export {
  answers,
  type ChangeGist,
  type ChangeMessage,
  gistOf,
  parseChange,
  type RefreshMessage,
  type StepMessage,
  type StepTiming,
  stepTimingOf,
  textWithoutKind,
} from "./changes/change-message.ts";
export { type ChangePosition, LastPositions } from "./changes/last-positions.ts";
export type { ApplyResult, StepCause } from "./events/apply-event.ts";
export { applyStep, type Unproven } from "./events/apply-step.ts";
export { type MatchTruth, type StepMark, TruthIncompleteError } from "./events/match-truth.ts";
export { type KnownWidening, WIDENING_SOURCES, type WideningSource } from "./graph/graph-document.ts";
export { type FoundRead, GraphInForce, type GraphInForceOptions } from "./graph/graph-in-force.ts";
export { knownGraph } from "./graphs/known-graph.ts";
export { changesChannel, EPOCH_MARK, matchIndexKey, matchKeys } from "./keys.ts";
export { type MatchStore, openMatchStore, type RunOperation } from "./match-store.ts";
export type { ForgottenMatch } from "./matches/forgotten-match.ts";
export { statesByKickoff } from "./matches/states-by-kickoff.ts";
export type { ListedMatch } from "./matches/match-index.ts";
export type { MatchView } from "./reads/match-view.ts";
export type { FeedMessage } from "./reads/read-feed.ts";
export type { MarketRecord } from "./reads/read-market.ts";
export type { PredictionSnapshot } from "./reads/read-predictions.ts";
export type { Cause, Entry, StoredRequirement, StoredSettlement } from "./records.ts";
export type { BegunRefresh, NotBegun } from "./refreshes/begin-refresh.ts";
export type { CommitResult, PredictedMarket } from "./refreshes/commit-refresh.ts";
export type { Finding, Patience } from "./refreshes/reconcile.ts";
export type { RefreshState } from "./refreshes/refresh-state.ts";
export type { Asker, RequestKind } from "./refreshes/request-refresh.ts";
export type { WriteProof } from "./pings/prove-writable.ts";
export type { StoreRedis } from "./script.ts";
export { COUNTERS, STAT_CATEGORIES, type StatCounter } from "./stats/counters.ts";
export { openNamedMetrics } from "./stats/named-metrics.ts";
export { readStats, resetStats, setSampling } from "./stats/read-stats.ts";
export { StatsRecorder } from "./stats/stats-recorder.ts";
export { type KeptPrice, readKeptPrices } from "./verification/kept-prices.ts";
export { offerSample, takeSample, type VerificationSample } from "./verification/verification-sample.ts";
export {
  COMPARISON_OUTCOMES,
  type ComparisonOutcome,
  readVerified,
  recordVerified,
  VerificationMiss,
  type VerificationRecord,
} from "./verification/verification-record.ts";
