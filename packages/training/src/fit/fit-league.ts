import type { Pair } from "@touchline/domain";
import { type LeagueParams, type Strength, viewOf, kickOffGrid } from "@touchline/model";
import { logLoss, MeanScore, outcomeOf, rankedProbabilityScore } from "../accuracy/forecast-scores.ts";
import { fitCounts, type FittedCounts } from "./fit-counts.ts";
import { type LeagueHistory, leagueHistory } from "../results/league-history.ts";
import { plainFit } from "./plain-fit.ts";
import type { ResultRow } from "../results/result-row.ts";
import { signalsIn } from "./signals.ts";
import { type GoalForecast, type LeagueStrength, WalkForward } from "./walk-forward.ts";

export interface FitOptions {
  /** ISO date; rows of this day and later are left out. The day after the last row when absent. */
  readonly asOf?: string;
  /**
   * Season the parameters are meant for: who did not play in the one before it is a newcomer. The last row's when
   * absent.
   */
  readonly season?: string;
  readonly leagueName?: string;
  /** Whom to credit for the rows. */
  readonly source?: string;
  readonly expectedStoppage?: { readonly first: number; readonly second: number };
  /** When the fit is made, ISO time; for the record. */
  readonly fittedAt?: string;
  readonly progress?: (now: FitProgress) => void;
}

/** Matches forecast so far, each from earlier weeks, and how many there are; called once a week of the data. */
export interface FitProgress {
  readonly season: string;
  readonly matches: number;
  readonly of: number;
}

/** Teams last seen longer ago than this are left out of the document: should they come back, they are newcomers. */
const FORGOTTEN_DAYS = 1500;
const DAY_MS = 86_400_000;
/** Mean of three leagues in 2017/18, minutes. */
const USUAL_STOPPAGE = { first: 1.31, second: 3.61 };
/** A league has two to five hundred matches a season; with fewer there is nothing to learn from. */
const FEWEST_MATCHES = 50;

/**
 * Fits one league: strengths from goals, shots and corners by what each has been worth in earlier forecasts, rho,
 * corner and card rates, referees. Ten seasons take about a second.
 * @throws RangeError with fewer than 50 matches before `asOf`, or rows of several divisions
 */
export function fitLeague(rows: readonly ResultRow[], options: FitOptions = {}): LeagueParams {
  const last = rows.reduce((day, row) => Math.max(day, row.day), 0);
  const day = options.asOf === undefined ? last + 1 : Date.parse(options.asOf) / DAY_MS;
  const known = rows.filter((row) => row.day < day);
  if (known.length < FEWEST_MATCHES)
    throw new RangeError(`${known.length} matches before ${dateOf(day)}: too few to fit, it takes ${FEWEST_MATCHES}`);
  const divisions = new Set(known.map((row) => row.division));
  if (divisions.size > 1) throw new RangeError(`rows of several divisions: ${[...divisions].join(", ")}`);
  const history = leagueHistory(known);
  const moment = { known: known.length, day, season: options.season ?? history.rows.at(-1)!.season };
  const signals = signalsIn(known);
  const walk = new WalkForward(history, signals);
  const checks = new LastSeason(history);
  let forecast = 0;
  walk.run(known.length, (round) => {
    checks.add(round);
    forecast += round.length;
    options.progress?.({ season: round.at(-1)!.row.season, matches: forecast, of: known.length });
  });
  const strength = walk.strengthAt(moment);
  const corners = fitCounts("corners", history, moment);
  const cards = fitCounts("cards", history, moment);
  const plain = plainFit(known);
  const division = history.rows[0]!.division;
  return {
    format: "touchline-league-parameters",
    version: 1,
    league: { division, name: options.leagueName ?? division },
    season: moment.season,
    asOf: dateOf(day),
    ...(options.fittedAt === undefined ? {} : { fittedAt: options.fittedAt }),
    data: {
      from: history.rows[0]!.date,
      to: history.rows.at(-1)!.date,
      matches: known.length,
      source: options.source ?? "unknown",
    },
    goals: { level: strength.level, homeAdvantage: strength.homeAdvantage, rho: strength.rho },
    ...(corners ? { corners: corners.levels } : {}),
    ...(cards ? { cards: cards.levels } : {}),
    newcomer: strength.newcomer,
    teams: teamsOf(history, day, strength, corners, cards),
    referees: Object.fromEntries(cards?.referees ?? []),
    expectedStoppage: options.expectedStoppage ?? USUAL_STOPPAGE,
    fit: {
      logLikelihood: strength.logLikelihood,
      signalWeights: Object.fromEntries(signals.map(({ name }, index) => [name, strength.weights.signals[index]!])),
      openness: strength.weights.openness,
    },
    checks: { ...checks.summary(), ...(plain ? { plain } : {}) },
  };
}

function teamsOf(
  history: LeagueHistory,
  day: number,
  strength: LeagueStrength,
  corners: FittedCounts | undefined,
  cards: FittedCounts | undefined,
): LeagueParams["teams"] {
  const recent = new Set<string>();
  for (const row of history.rows) if (row.day >= day - FORGOTTEN_DAYS) recent.add(row.home).add(row.away);
  const strengthOf = (from: { attack: Float64Array; defence: Float64Array }, team: number): Strength => ({
    attack: from.attack[team]!,
    defence: from.defence[team]!,
  });
  return Object.fromEntries(
    history.teams.flatMap((name, team) => {
      if (!recent.has(name)) return [];
      const counts = {
        ...(corners ? { corners: strengthOf(corners.effects, team) } : {}),
        ...(cards ? { cards: strengthOf(cards.effects, team) } : {}),
      };
      return [[name, { goals: strengthOf(strength, team), ...counts }]];
    }),
  );
}

/** Scores of the forecasts of the last season in the data. */
class LastSeason {
  readonly #season: string;
  readonly #shares: readonly number[];
  readonly #rps = new MeanScore();
  readonly #loss = new MeanScore();
  readonly #baseLoss = new MeanScore();

  constructor(history: LeagueHistory) {
    this.#season = history.rows.at(-1)!.season;
    this.#shares = outcomeShares(history.rows.filter((row) => row.season !== this.#season).map((row) => row.goals));
  }

  add(round: readonly GoalForecast[]): void {
    for (const forecast of round) {
      if (forecast.row.season !== this.#season) continue;
      const { home, draw, away } = viewOf(kickOffGrid(forecast));
      const outcome = outcomeOf(forecast.row.goals.home, forecast.row.goals.away);
      this.#rps.add(rankedProbabilityScore([home, draw, away], outcome));
      this.#loss.add(logLoss([home, draw, away][outcome]!));
      this.#baseLoss.add(logLoss(this.#shares[outcome]!));
    }
  }

  summary(): LeagueParams["checks"] {
    if (this.#rps.count === 0) return { matches: 0 };
    return {
      matches: this.#rps.count,
      rps: this.#rps.mean,
      logLoss: this.#loss.mean,
      baseRateLogLoss: this.#baseLoss.mean,
    };
  }
}

/** Shares of home wins, draws, away wins, each with one match to begin with. */
function outcomeShares(scores: readonly Pair[]): number[] {
  const counts = [1, 1, 1];
  for (const { home, away } of scores) counts[outcomeOf(home, away)]!++;
  return counts.map((count) => count / (scores.length + 3));
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
