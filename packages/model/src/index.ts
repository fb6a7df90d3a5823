export type { ClockPoint, Half, RemainingShare } from "./clock-profile.ts";
export { remainingShare } from "./clock-profile.ts";
export {
  cardGrid,
  cornerGrid,
  firstHalfCardGrid,
  firstHalfCornerGrid,
  nextCard,
  nextCorner,
} from "./corners-and-cards.ts";
export type { CountGrid, Pair, Side } from "./count-grid.ts";
export { cellAt, certainCounts, meansOf, mixGrids, probabilityOf, shiftGrid } from "./count-grid.ts";
export { DEFAULT_EPSILON, driftSeconds, surelyWithinSeconds } from "./drift.ts";
export { extraTimeFirstHalfGrid, extraTimeGrid, extraTimeLeft } from "./extra-time.ts";
export type { ClockWindow } from "./goal-window.ts";
export { goalWindowGrid } from "./goal-window.ts";
export type { HalfFullGrid } from "./half-full.ts";
export { halfFullGrid, secondHalfGrid, secondHalfOf } from "./half-full.ts";
export type { ClockProfile, InPlayParams } from "./in-play-params.ts";
export { DEFAULT_IN_PLAY } from "./in-play-params.ts";
export type { GoalChances } from "./next-goal.ts";
export { lastGoal, nextGoal, nextGoalInHalf } from "./next-goal.ts";
export { finalScoreGrid, firstHalfGrid } from "./score-grids.ts";
export type { LinedUpPlayer, Position, ScorerChances, TeamOutlook } from "./scorers.ts";
export { goalsToCome, OWN_GOAL_SHARE, POSITION_WEIGHTS, scorerChances, scoringFactor } from "./scorers.ts";
export type { ShootOut } from "./shoot-out.ts";
export { shootOutWin } from "./shoot-out.ts";
export type { CountRates, MatchRates, Situation, Stage } from "./situation.ts";
export { AdjustedOutlookBook } from "./adjusted-outlook.ts";
export { AverageOutlookBook } from "./average-outlook.ts";
export { BuiltinPredictor } from "./builtin-predictor.ts";
export { FittedOutlookBook, parametersId } from "./fitted-outlook.ts";
export type { MatchOutlook, OutlookBook } from "./outlook.ts";
export type { PredictedProbabilities, Prediction, PredictionRequest, Predictor } from "./predictor.ts";
export { situationOf } from "./situation-of-state.ts";
export { SlowedPredictor } from "./slowed-predictor.ts";
export { shippedPredictor } from "./shipped-predictor.ts";
export type { AccuracyOptions } from "./accuracy-folder.ts";
export { runAccuracy } from "./accuracy-folder.ts";
export type { CalibrationBin } from "./calibration.ts";
export type { FitOptions, FitProgress } from "./fit-league.ts";
export { fitLeague } from "./fit-league.ts";
export type { SeasonScores } from "./forecast-means.ts";
export { LeagueParams, leagueParamsText } from "./league-params.ts";
export type { MarginMethod } from "./margin.ts";
export { removeMargin } from "./margin.ts";
export type { MarketView } from "./market-rates.ts";
export { blendRates, MARKET_WEIGHT, ratesFromMarket, viewOf } from "./market-rates.ts";
export type { FixtureNames } from "./match-rates.ts";
export { isKnownTeam, matchRates } from "./match-rates.ts";
export type { AccuracyProgress, AccuracySummary } from "./measure-accuracy.ts";
export { measureAccuracy } from "./measure-accuracy.ts";
export type { CalibratedMarket, CalibrationBins } from "./calibration-set.ts";
export type { InPlayScores } from "./measure-in-play.ts";
export type { ResultRow } from "./result-row.ts";
export { parseResults, ResultsFormatError } from "./result-row.ts";
export type { TextFile } from "./results-files.ts";
export { joinResults } from "./results-files.ts";
export { kickOffGrid } from "./score-grids.ts";
export type { GoalRates } from "./situation.ts";
export { allShippedParams, shippedParams } from "./shipped-params.ts";
export { resultsName, TEAM_ALIASES } from "./team-aliases.ts";
export { TimelineFormatError } from "./timeline.ts";
export { HttpPredictor, type HttpPredictorOptions, type PredictorWatch } from "./http-predictor.ts";
export type { AskedMarket, MatchRequest, ModelRequest } from "./http-predictor-request.ts";
export { PREDICTOR_FAILURES, PredictorError, type PredictorFailure } from "./predictor-error.ts";
export { BREAKER_STATES, type BreakerState } from "./call-breaker.ts";
