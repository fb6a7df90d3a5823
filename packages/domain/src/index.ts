export { canonicalJson } from "./canonical-json.ts";
export { CATALOGUE, findMarket, marketsOf } from "./catalogue.ts";
export { CIRCUIT_LIFETIMES_MS, CIRCUIT_STATES, CIRCUIT_THRESHOLDS, type CircuitState } from "./circuit-breaker.ts";
export { clockAnchor, clockAt, isInPlay, type MatchClock, matchMinute } from "./clock.ts";
export type { CountGrid, HalfFullGrid } from "./count-grid.ts";
export {
  type Graph,
  GRAPH_KINDS,
  GRAPH_VERSION,
  graphFor,
  type GraphKind,
  impactOf,
  type ReadsOf,
  readsOf,
} from "./dependency-graph.ts";
export { MatchEvent, MatchEventEnvelope, type MatchEventInput, MAX_REVISION } from "./event.ts";
export { aheadMs, asTold, CLOCK_SKEW_MS, heardAt } from "./event-time.ts";
export { appendEvent, contentOf, eventKey, type EventLog, isConflict, supersedes } from "./event-log.ts";
export { EVENT_WARNINGS, type EventWarning } from "./event-warning.ts";
export { conflictWarning, eventWarnings } from "./event-warnings.ts";
export { type EventType, Fixture, type FixtureInput, PAYLOADS, type Player, SIDED_TYPES } from "./event-payloads.ts";
export { absences, changedFacts, FACT_NAMES, type FactName, type Facts, factsOf, keeperChanged } from "./facts.ts";
export { EMPTY_STATE, type Fold, foldEvents, foldLog, foldOn, NOTHING_FOLDED } from "./fold-events.ts";
export { type FeedGapRules, FEED_GAP_RULES } from "./feeds/feed-gap.ts";
export {
  type IncidentFeedOptions,
  type IncidentFeedState,
  NEW_INCIDENT_FEED,
  readIncident,
  readSilence,
} from "./feeds/incident-feed.ts";
export { IncidentFeedError, IncidentMessage, parseIncidentFeed } from "./feeds/incident-message.ts";
export { type LiveDataMatch, type LiveDataState, NEW_LIVE_DATA, readLiveData } from "./feeds/live-data.ts";
export { LiveDataEvent } from "./feeds/live-data-event.ts";
export { readStatsBomb, statsBombEnd, StatsBombEvent, type StatsBombMatch } from "./feeds/statsbomb.ts";
export { fixtureOf, timelineToEvents, type TimelineOptions } from "./feeds/timeline.ts";
export { durationMsOf, type Pace, wallTimesOf } from "./feeds/timeline-clock.ts";
export { parseTimelines, TimelineError, type TimelineLine } from "./feeds/timeline-file.ts";
export {
  type EntryAge,
  type Freshness,
  type FreshnessDecision,
  freshnessOf,
  freshUntilOf,
  type FreshnessReason,
  IN_PLAY_LIFETIME_MS,
  kickoffZoneOf,
  lifetimeOf,
  type Requirement,
  type VolatilityDemand,
} from "./freshness.ts";
export { Id, isId } from "./ids.ts";
export { type Grade } from "./grade.ts";
export { GOAL_WINDOWS, type GoalWindow, goalsInWindow } from "./goal-window.ts";
export { type Category, CATEGORIES, isListed, type Market, outcomesOf } from "./market.ts";
export { isPlayOver } from "./play-over.ts";
export type { Goal, Lineup, MatchState, RunningClock } from "./match-state.ts";
export { type OddsSample, oddsSamplesOf } from "./odds-sample.ts";
export {
  DEFAULT_STAKES,
  PANIC_MODES,
  type PanicMode,
  type PanicQuota,
  panicQuota,
  type Stakes,
  stakesOf,
} from "./panic-quota.ts";
export { MAX_PANIC_SPANS, type PanicSpan, VOLATILITY_WINDOW_MS } from "./panic-time.ts";
export { PERIOD_START_MINUTE, PERIODS, type Period, type Phase } from "./period.ts";
export {
  type InvalidationPlan,
  planFullInvalidation,
  planInvalidation,
  type TouchedMarket,
} from "./plan-invalidation.ts";
export { DEMAND_WINDOW_MS, planRefresh, type RefreshInput, type RefreshPlan } from "./plan-refresh.ts";
export { LEAST_DEVIATION, VOLATILITY_LEVELS, type VolatilityLevel } from "./price-move.ts";
export { priceMarket } from "./pricing.ts";
export {
  type Law,
  type Laws,
  type NamedLaw,
  PRIMITIVE_IDS,
  type PrimitiveId,
  primitiveReads,
  PRIMITIVES,
} from "./primitive.ts";
export { goalsOf, squadOf } from "./primitives/named-primitives.ts";
export { dependsOnGoals, type Reads } from "./reads.ts";
export { type Settlement, settlementOf } from "./settlement.ts";
export type { Severity } from "./severity.ts";
export { otherSide, type Pair, type Side, SIDES } from "./side.ts";
export { type SuspensionReason, suspensionOf } from "./suspension.ts";
export { DEFAULT_VARIANT, findVariant, quote, type Variant, VARIANTS } from "./variant.ts";
export {
  CALM_TRACK,
  foldVolatility,
  MAX_PRICE_SERIES,
  recordOf,
  stepVolatility,
  type VolatilityTrack,
} from "./volatility.ts";
export {
  limitLifetime,
  VOLATILITY_REASONS,
  volatilityDecision,
  type VolatilityInput,
  type VolatilityLimit,
  volatilityLimit,
  type VolatilityReason,
  WARNING_LIFETIME_MS,
} from "./volatility-policy.ts";
export {
  CALM,
  circuitAt,
  type Panic,
  panicDurationAt,
  panicShareAt,
  volatilityAt,
  type VolatilityRecord,
} from "./volatility-record.ts";
