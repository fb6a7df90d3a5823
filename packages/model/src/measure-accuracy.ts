import { type CalibrationBin, withinTwoErrors } from "./calibration.ts";
import { drawAccuracy } from "./accuracy-plot.ts";
import { type ForecastAccuracy, ForecastMeter, MARKET_WEIGHT } from "./measure-forecasts.ts";
import { type InPlayScores, measureInPlay, type PricedMatch, priceMatches } from "./measure-in-play.ts";
import { fitInPlay } from "./fit-in-play.ts";
import type { ResultRow } from "./result-row.ts";
import { inFile, joinResults, type TextFile } from "./results-files.ts";
import { parseTimelines } from "./timeline.ts";

export interface AccuracyProgress {
  readonly step: "forecasts" | "in-play";
  /** What is being worked on: a division, or a file. */
  readonly part: string;
  readonly matches: number;
}

/** How good the model is on a folder of matches; NaN where the folder has nothing to compare with. */
export interface AccuracySummary {
  /** Scored matches: those with closing odds, from the third season on. All figures below are means over the same ones. */
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
  /** In play from closing odds, with the shipped constants. */
  readonly inPlay: readonly InPlayScores[];
  /** The same with lead factors fitted to these very matches: what better constants could gain at most. */
  readonly inPlayFitted: readonly InPlayScores[];
  /** Reliability diagram and score by season. */
  readonly svg: string;
}

/**
 * Measures the model on results files (`results_*.csv`) and timelines (`timelines_*.ndjson`) of any leagues and seasons.
 * Every forecast uses only matches of its own league from before its week. Takes half a minute for 10,000 matches.
 * @throws ResultsFormatError | TimelineFormatError for a file that is not what its name says, RangeError without results
 */
export function measureAccuracy(
  files: readonly TextFile[],
  progress: (now: AccuracyProgress) => void = () => {},
): AccuracySummary {
  const leagues = joinResults(files.filter(({ name }) => isResults(name)));
  if (leagues.size === 0) throw new RangeError("no results_*.csv to measure on");
  const meter = new ForecastMeter();
  const rhos = new Map<ResultRow, number>();
  for (const [division, rows] of leagues) {
    const report = (matches: number) => progress({ step: "forecasts", part: division, matches });
    for (const [row, forecast] of meter.addLeague(rows, report)) rhos.set(row, forecast.rho);
  }
  const priced = pricedMatches(files, [...leagues.values()].flat(), rhos, progress);
  const stoppage = meanStoppage(priced);
  return summarise(meter.accuracy(), {
    inPlay: measureInPlay(priced, stoppage),
    inPlayFitted: priced.length === 0 ? [] : measureInPlay(priced, stoppage, fitInPlay(priced, stoppage).params),
  });
}

function pricedMatches(
  files: readonly TextFile[],
  rows: readonly ResultRow[],
  rhos: ReadonlyMap<ResultRow, number>,
  progress: (now: AccuracyProgress) => void,
): PricedMatch[] {
  const priced = new Map<string, PricedMatch>();
  for (const { name, text } of files) {
    if (!isTimelines(name)) continue;
    for (const match of priceMatches(
      inFile(name, () => parseTimelines(text)),
      rows,
      (row) => rhos.get(row),
    )) {
      priced.set(match.timeline.matchId, match);
    }
    progress({ step: "in-play", part: name, matches: priced.size });
  }
  return [...priced.values()];
}

export function isResults(name: string): boolean {
  return /^results_.*\.csv$/.test(name);
}

export function isTimelines(name: string): boolean {
  return /^timelines_.*\.ndjson$/.test(name);
}

/** Mean stoppage of the matches themselves: the competition's, as a parameter of it would say. */
function meanStoppage(matches: readonly PricedMatch[]): { first: number; second: number } {
  const mean = (half: "first" | "second") =>
    matches.reduce((sum, { timeline }) => sum + timeline.stoppage[half], 0) / Math.max(1, matches.length);
  return { first: mean("first"), second: mean("second") };
}

function summarise(
  accuracy: ForecastAccuracy,
  inPlay: Pick<AccuracySummary, "inPlay" | "inPlayFitted">,
): AccuracySummary {
  const { model, closing, market, blended, dixonColes, baseRates } = accuracy;
  const bins: CalibrationBin[] = Object.values(accuracy.calibration).flat();
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
    calibratedBins: withinTwoErrors(bins),
    bins: bins.length,
    ...inPlay,
    svg: drawAccuracy(accuracy),
  };
}
