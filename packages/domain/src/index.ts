export type { CountGrid, HalfFullGrid } from "./dependencies/count-grid.ts";
export {
  absences,
  changedFacts,
  FACT_NAMES,
  type FactName,
  type Facts,
  factsOf,
  keeperChanged,
} from "./dependencies/facts.ts";
export {
  type Distribution,
  type Distributions,
  type NamedDistribution,
  type Stake,
  type StakeDistribution,
  PRIMITIVE_IDS,
  type PrimitiveId,
  primitiveReads,
} from "./dependencies/primitive.ts";
export { familiesOf, gapOf, isCovered } from "./dependencies/coverage.ts";
export { FACT_FAMILIES, type FactFamily } from "./events/fact-family.ts";
export { goalsOf } from "./dependencies/primitives/named-primitives.ts";
export { dependsOnClock, dependsOnGoals } from "./dependencies/reads.ts";
export type { Severity } from "./dependencies/severity.ts";
export { appendEvent, eventKey, type EventLog, supersedes, contentOf, isConflict } from "./events/event-log.ts";
export { SOURCE_FAMILIES, type SourceFamily, SourcesPolicy, type SourcesPolicyInput } from "./events/sources-policy.ts";
export { Fixture, type FixtureInput, PAYLOADS, SIDED_TYPES } from "./events/event-payloads.ts";
export { aheadMs, receivedAt } from "./events/event-time.ts";
export { MatchEvent, MatchEventEnvelope, type MatchEventInput, MAX_REVISION } from "./events/event.ts";
export { Id, ID_PATTERN, isId } from "./events/ids.ts";
export { Period, PERIOD_START_MINUTE, PERIODS, type Phase } from "./events/period.ts";
export { otherSide, type Pair, Side, SIDES } from "./events/side.ts";
export {
  type EntryAge,
  type Freshness,
  freshnessOf,
  type FreshnessReason,
  freshUntilOf,
  isEarlyRefreshDue,
  KICKOFF_ZONES,
  kickoffZoneOf,
  lifetimeOf,
  type Requirement,
} from "./freshness/freshness.ts";
export { groupBy } from "./collections/group-by.ts";
export { canonicalJson } from "./json/canonical-json.ts";
export { equalJson } from "./json/equal-json.ts";
export { CATALOGUE, findMarket, marketsOf } from "./markets/catalogue.ts";
export {
  type CatalogueMarket,
  CATEGORIES,
  type ComputationId,
  costGroupOf,
  isListed,
  type Market,
  type OwnMarket,
  outcomesOf,
} from "./markets/market.ts";
export { payoffReads } from "./markets/payoff-reads.ts";
export { NUMBERED_GOALS } from "./dependencies/primitives/named-primitives.ts";
export { priceMarket } from "./markets/pricing.ts";
export { type Settlement, settlementOf } from "./markets/settlement.ts";
export { mayRepeatGoal, repeatedGoal } from "./events/warnings/source-warnings.ts";
export { effectiveEvents } from "./sources/effective-events.ts";
export { WATCH_SOURCE, watchedEvents } from "./sources/source-watch.ts";
export {
  type AwaitedReport,
  type Disagreement,
  type DisagreementKind,
  DISAGREEMENTS,
  type SourcesState,
} from "./sources/sources-state.ts";
export { suspensionOf, type SuspensionReason } from "./markets/suspension.ts";
export { DEFAULT_VARIANT, findVariant, quote, type Variant, VARIANTS } from "./markets/variant.ts";
export { MATCH_PHASES, type MatchPhase, matchPhaseOf } from "./figures/match-phase.ts";
export { clockAnchor, clockAt, hasBegun, isInPlay, type MatchClock, matchMinute, periodEndsBy } from "./match/clock.ts";
export { EMPTY_STATE, type Fold, foldEvents, foldLog, foldOn, NOTHING_FOLDED } from "./match/fold-events.ts";
export { isForgotten, type LeavingPrices, leavingPrices, NO_PAST, type PastPrices } from "./match/past/past-prices.ts";
export { parsePastPrices, pastPricesText } from "./match/past/past-prices-text.ts";
export { GOAL_WINDOWS, goalsInWindow, type GoalWindow } from "./match/goal-window.ts";
export type { Lineup, MatchState } from "./match/match-state.ts";
export { variantImpact, readsOf, type ReadsOf } from "./planning/dependency-graph.ts";
export { BUILTIN_GRAPH, type Graph, graphFor, type GraphKind } from "./planning/graph-version.ts";
export { type Manifest, ManifestError } from "./manifest/manifest.ts";
export { declaredGraph } from "./manifest/declared-graph.ts";
export { manifestGraph, parseManifest } from "./manifest/manifest-graph.ts";
export { withWidenings } from "./planning/plan-widening.ts";
export { usualSeverity, widenedGraph, type Widening } from "./planning/widened-graph.ts";
export {
  type InvalidationPlan,
  isForbidding,
  planFullInvalidation,
  planInvalidation,
  type TouchedMarket,
} from "./planning/plan-invalidation.ts";
export { RECENT_ACCESS_WINDOW_MS, planRefresh, type RefreshPlan } from "./planning/plan-refresh.ts";
export { MAX_EVENT_BYTES, sizeFault } from "./events/event-size.ts";
export { isPriced } from "./volatility/odds-sample.ts";
export { STEP_SEVERITIES, type StepSeverity, stepSeverityOf } from "./figures/step-severity.ts";
export { VOLATILITY_LEVELS } from "./volatility/price-move.ts";
export { stakesOf } from "./volatility/panic-quota.ts";
export { volatilityLimit } from "./volatility/volatility-policy.ts";
export { closestWord, didYouMean } from "./events/warnings/closest-word.ts";
export { EVENT_WARNINGS, type EventWarning } from "./events/warnings/event-warning.ts";
export { conflictWarning, eventWarnings } from "./events/warnings/event-warnings.ts";
export { isPlayOver } from "./match/play-over.ts";
export { canForbid } from "./planning/forbidding-types.ts";
export { RESULT_VALUE } from "./markets/outcome-result.ts";
export { withoutNullFields } from "./events/without-nulls.ts";
export { diffSnapshot, type SnapshotDiff, type SnapshotItem } from "./snapshot/diff-snapshot.ts";
export { itemsOfTotals, unknownByPeriod } from "./snapshot/items-of-totals.ts";
export {
  parseRow,
  Snapshot,
  type SnapshotChanges,
  snapshotChanges,
  type SnapshotOf,
  type SnapshotRow,
} from "./snapshot/snapshot.ts";
export { Totals, TOTALS_PHASES, type TotalsInput } from "./snapshot/totals.ts";
export { isOfForgottenMatch } from "./match/forgotten.ts";
export { differingParts, type StatePart } from "./verification/state-parts.ts";
export { blameOf, factsToBlame } from "./verification/facts-to-blame.ts";
export { drawLeftAlone, type LeftAlone } from "./verification/left-alone.ts";
export { CONFIDENCE, eventsUntilFound, missRateBound } from "./verification/miss-rate.ts";
