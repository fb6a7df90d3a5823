export { accuracyReport } from "./accuracy/accuracy-report.ts";
export { ARRIVAL_ORDERS } from "./feedcheck/arrival-orders.ts";
export { checkFeed, type FeedFinding } from "./feedcheck/check-feed.ts";
export { AskedModel } from "./own-model/asked-model.ts";
export {
  checkOwnModel,
  type HiddenRead,
  noOwnModelFindings,
  type OwnModelFindings,
} from "./own-model/check-own-model.ts";
export { ownModelReport, ownModelSummary } from "./own-model/own-model-report.ts";
export { readArrivals } from "./soundness/arrivals.ts";
export { seededRandom } from "./seeded-random.ts";
export { learnReads, type LearntReads } from "./own-model/learn-reads.ts";
export { type Situation, situationsOf } from "./own-model/situations.ts";
export { measureMatch, noSavings } from "./savings/measure-savings.ts";
export { savingsReport, savingsSummary } from "./savings/savings-report.ts";
export { checkSources, type SourcesFinding } from "./sources/check-sources.ts";
export { sourcesReport, sourcesSummary } from "./sources/sources-report.ts";
export { type LifetimeTally, measureLifetimes, PROMISED } from "./lifetimes/measure-lifetimes.ts";
export { MOST_APART, runSimulation } from "./simulation/run-simulation.ts";
export { isSound, reportOf, soundnessSummary } from "./soundness/soundness-report.ts";
export { matchesIn, type MatchRef, runSoundness, timelineFilesIn } from "./soundness/soundness-run.ts";
export { table } from "./table.ts";
