export { canonicalJson } from "./canonical-json.ts";
export { CATALOGUE, findMarket } from "./catalogue.ts";
export { clockAnchor, clockAt, isInPlay, type MatchClock, matchMinute } from "./clock.ts";
export type { CountGrid, HalfFullGrid } from "./count-grid.ts";
export { GRAPH_VERSION, impactOf, readsOf } from "./dependency-graph.ts";
export { MatchEvent, MatchEventEnvelope, type MatchEventInput } from "./event.ts";
export { appendEvent, eventKey, type EventLog, supersedes } from "./event-log.ts";
export { type EventType, Fixture, type FixtureInput, type Player } from "./event-payloads.ts";
export { changedFacts, FACT_NAMES, type FactName, type Facts, factsOf } from "./facts.ts";
export { EMPTY_STATE, foldEvents } from "./fold-events.ts";
export {
  type EntryAge,
  type Freshness,
  type FreshnessDecision,
  freshnessOf,
  type FreshnessReason,
  IN_PLAY_LIFETIME_MS,
  lifetimeOf,
  type Requirement,
} from "./freshness.ts";
export { Id, isId } from "./ids.ts";
export { type Category, CATEGORIES, type Market } from "./market.ts";
export type { Goal, Lineup, MatchState, RunningClock } from "./match-state.ts";
export { PERIOD_START_MINUTE, PERIODS, type Period, type Phase } from "./period.ts";
export { type InvalidationPlan, planInvalidation, type TouchedMarket } from "./plan-invalidation.ts";
export { DEMAND_WINDOW_MS, planRefresh, type RefreshInput, type RefreshPlan } from "./plan-refresh.ts";
export { priceMarket } from "./pricing.ts";
export { type Law, type Laws, PRIMITIVE_IDS, type PrimitiveId, PRIMITIVES } from "./primitive.ts";
export { type Grade, type Settlement, settlementOf } from "./settlement.ts";
export type { Severity } from "./severity.ts";
export { otherSide, type Pair, type Side, SIDES } from "./side.ts";
export { type SuspensionReason, suspensionOf } from "./suspension.ts";
export { DEFAULT_VARIANT, findVariant, quote, type Variant, VARIANTS } from "./variant.ts";
