import { countBins } from "./calibration-set.ts";
import { drawAccuracy } from "./accuracy-plot.ts";
import { type ForecastAccuracy, ForecastMeter } from "./measure-forecasts.ts";
import { MARKET_WEIGHT } from "@touchline/model";
import { type InPlayScores, measureInPlay, type StartedMatch, startMatches } from "./measure-in-play.ts";
import { fitInPlay } from "../fit/fit-in-play.ts";
import type { ResultRow } from "../results/result-row.ts";
import { inFile, joinResults, type TextFile } from "../results/results-files.ts";
import { runSteps, type Steps } from "../fit/steps.ts";
import { parseTimelines } from "@touchline/feeds";
import { timelineMatches, type TimelineMatch } from "../results/timeline-match.ts";
import type { GoalForecast } from "../fit/walk-forward.ts";

export interface AccuracyProgress {
  readonly step: "forecasts" | "in play";
  /** What is being worked on: a division, or a set of constants. */
  readonly part: string;
  /** Matches done, and how many there are. */
  readonly matches: number;
  readonly of: number;
}

/** How good the model is on a folder of matches; NaN where the folder has nothing to compare with. */
export interface AccuracySummary {
  /**
   * Scored matches: those with closing odds, from the third season on. All figures below are means over the same ones.
   */
  readonly matches: number;
  /** The model, from earlier results alone. */
  readonly rps: number;
  readonly logLoss: number;
  readonly brier: number;
  readonly ouLogLoss: number;
  readonly bttsLogLoss: number;
  /** Closing odds, margin removed. */
  readonly closingRps: number;
  readonly closingLogLoss: number;
  /** Odds before the match, and the model blended with them (`marketWeight` of it theirs). */
  readonly marketRps: number;
  readonly marketLogLoss: number;
  readonly marketOuLogLoss: number;
  readonly marketWeight: number;
  readonly blendedRps: number;
  readonly blendedLogLoss: number;
  /** Plain Dixon-Coles on goals, and shares of outcomes so far. */
  readonly dixonColesRps: number;
  readonly dixonColesLogLoss: number;
  readonly baseRps: number;
  readonly baseLogLoss: number;
  readonly seasons: ForecastAccuracy["seasons"];
  readonly calibration: ForecastAccuracy["calibration"];
  /** Bins within two standard errors, and bins; about one in twenty is expected outside even of a perfect forecast. */
  readonly calibratedBins: number;
  readonly bins: number;
  /**
   * In play from closing odds, with lead factors and the halves' shares fitted to these very matches: to be compared
   * with published in-play figures, which are made that way, and no forecast.
   */
  readonly inPlay: readonly InPlayScores[];
  /**
   * The same with the constants that are shipped, which know nothing of these matches' goals after each lead: what is
   * served.
   */
  readonly inPlayShipped: readonly InPlayScores[];
  /** Reliability diagram and score by season. */
  readonly svg: string;
}

/**
 * Measures the model on results files (`results_*.csv`) and timelines (`timelines_*.ndjson`) of any leagues and
 * seasons. Every forecast uses only matches of its own league from before its week. Takes ten seconds for 10,000
 * matches.
 * @throws ResultsFormatError | TimelineError naming file, line and rule, RangeError without results
 */
export function measureAccuracy(
  files: readonly TextFile[],
  progress?: (now: AccuracyProgress) => void,
): AccuracySummary {
  return runSteps(accuracySteps(files), progress);
}

/** The same step by step, for whoever has other things to do meanwhile. */
export function* accuracySteps(files: readonly TextFile[]): Steps<AccuracyProgress, AccuracySummary> {
  const results = files.filter(({ name }) => isResults(name));
  if (results.length === 0) throw new RangeError("no results_*.csv to measure on");
  const leagues = joinResults(results);
  if (leagues.size === 0) throw new RangeError(`no match in ${results.map(({ name }) => name).join(", ")}`);
  const meter = new ForecastMeter();
  const forecasts = new Map<ResultRow, GoalForecast>();
  for (const [division, rows] of leagues) {
    const done = yield* inStep("forecasts", division, rows.length, meter.addLeague(rows));
    for (const [row, forecast] of done) forecasts.set(row, forecast);
  }
  const matches = startMatches(timelinesOf(files), [...leagues.values()].flat(), (row) => forecasts.get(row));
  const stoppage = meanStoppage(matches);
  const of = matches.length;
  const shipped = yield* inStep("in play", "shipped constants", of, measureInPlay(matches, stoppage));
  const fit = yield* inStep("in play", "fitting constants", of, fitInPlay(matches, stoppage));
  const fitted = yield* inStep("in play", "fitted constants", of, measureInPlay(matches, stoppage, fit.params));
  return summarise(meter.accuracy(), { inPlay: fitted, inPlayShipped: shipped });
}

function* inStep<Result>(
  step: AccuracyProgress["step"],
  part: string,
  of: number,
  steps: Steps<number, Result>,
): Steps<AccuracyProgress, Result> {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
    yield { step, part, matches: next.value, of };
  }
}

/** Matches of all timeline files; one that several files hold counts once. */
function timelinesOf(files: readonly TextFile[]): TimelineMatch[] {
  const timelines = new Map<string, TimelineMatch>();
  for (const { name, text } of files) {
    if (!isTimelines(name)) continue;
    for (const match of timelineMatches(inFile(name, () => parseTimelines(text)))) timelines.set(match.matchId, match);
  }
  return [...timelines.values()];
}

export function isResults(name: string): boolean {
  return /^results_.*\.csv$/.test(name);
}

export function isTimelines(name: string): boolean {
  return /^timelines_.*\.ndjson$/.test(name);
}

/** Mean stoppage of the matches themselves: the competition's, as a parameter of it would say. */
function meanStoppage(matches: readonly StartedMatch[]): { first: number; second: number } {
  const mean = (half: "first" | "second") =>
    matches.reduce((sum, { timeline }) => sum + timeline.stoppage[half], 0) / Math.max(1, matches.length);
  return { first: mean("first"), second: mean("second") };
}

function summarise(
  accuracy: ForecastAccuracy,
  inPlay: Pick<AccuracySummary, "inPlay" | "inPlayShipped">,
): AccuracySummary {
  const { model, closing, market, blended, dixonColes, baseRates } = accuracy;
  return {
    matches: model.matches,
    rps: model.rps,
    logLoss: model.logLoss,
    brier: model.brier,
    ouLogLoss: accuracy.ouLogLoss,
    bttsLogLoss: accuracy.bttsLogLoss,
    closingRps: closing.rps,
    closingLogLoss: closing.logLoss,
    marketRps: market.rps,
    marketLogLoss: market.logLoss,
    marketOuLogLoss: accuracy.marketOuLogLoss,
    marketWeight: MARKET_WEIGHT,
    blendedRps: blended.rps,
    blendedLogLoss: blended.logLoss,
    dixonColesRps: dixonColes.rps,
    dixonColesLogLoss: dixonColes.logLoss,
    baseRps: baseRates.rps,
    baseLogLoss: baseRates.logLoss,
    seasons: accuracy.seasons,
    calibration: accuracy.calibration,
    ...countBins(accuracy.calibration),
    ...inPlay,
    svg: drawAccuracy({ calibration: accuracy.calibration, seasons: accuracy.seasons, inPlay: inPlay.inPlayShipped }),
  };
}
