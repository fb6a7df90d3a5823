export { accuracyReport } from "./accuracy/accuracy-report.ts";
export { ARRIVAL_ORDERS } from "./feedcheck/arrival-orders.ts";
export { checkFeed, type FeedFinding } from "./feedcheck/check-feed.ts";
export { measureMatch, noSavings } from "./savings/measure-savings.ts";
export { savingsReport, savingsSummary } from "./savings/savings-report.ts";
export { isSound, reportOf, summaryOf } from "./soundness/soundness-report.ts";
export { matchesIn, type MatchRef, runSoundness, timelineFilesIn } from "./soundness/soundness-run.ts";
export { table } from "./table.ts";
