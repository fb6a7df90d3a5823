export { runAccuracy } from "./accuracy/accuracy-folder.ts";
export type { CalibrationBins } from "./accuracy/calibration-set.ts";
export type { AccuracyProgress, AccuracySummary } from "./accuracy/measure-accuracy.ts";
export type { InPlayScores } from "./accuracy/measure-in-play.ts";
export { fitLeague } from "./fit/fit-league.ts";
export { type ResultRow, ResultsFormatError } from "./results/result-row.ts";
export { joinResults, type TextFile } from "./results/results-files.ts";
export { TimelineFormatError } from "./results/timeline.ts";
