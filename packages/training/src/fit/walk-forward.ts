import type { Pair } from "@touchline/model";
import { type LeagueHistory, type Moment, rateTeams } from "../results/league-history.ts";
import type { ResultRow } from "../results/result-row.ts";
import {
  expectedGoalsOf,
  ForecastRecord,
  type MatchEdges,
  plainWeights,
  PRIOR_RHO,
  type SignalWeights,
} from "./signal-weights.ts";
import type { Signal } from "./signals.ts";
import type { TeamCountFit } from "../results/team-counts.ts";

/** Expected goals of a match, forecast from what was known the week before. */
export interface GoalForecast extends Pair {
  readonly rho: number;
  readonly row: ResultRow;
}

/** Strength of all teams at a moment: log mean goals = level (+ home advantage) + attack - defence. */
export interface LeagueStrength {
  readonly level: number;
  readonly homeAdvantage: number;
  readonly attack: Float64Array;
  readonly defence: Float64Array;
  readonly rho: number;
  readonly weights: SignalWeights;
  readonly newcomer: { readonly attack: number; readonly defence: number };
  /** Weighted log-likelihood of the goals under their own rating. */
  readonly logLikelihood: number;
}

const ROUND_DAYS = 7;
/** Weights move slowly; learning them once in four rounds is enough. */
const ROUNDS_BETWEEN_LEARNING = 4;
/** Fewer past forecasts than this say nothing about the weights. */
const FEWEST_FORECASTS = 60;
/** Of a league of one season this many matches are read before the first forecast; else the first season is. */
const MATCHES_BEFORE_FORECASTS = 100;

/**
 * Walks through a league week by week; each match is forecast from earlier weeks alone: the ratings, the weights of the
 * signals and rho all come from before it.
 */
export class WalkForward {
  readonly #history: LeagueHistory;
  readonly #signals: readonly Signal[];
  readonly #record: ForecastRecord;
  #ratings: (TeamCountFit | undefined)[];
  #weights: SignalWeights;
  #rho = PRIOR_RHO;
  #rounds = 0;
  #next: number;

  constructor(history: LeagueHistory, signals: readonly Signal[]) {
    this.#history = history;
    this.#signals = signals;
    this.#record = new ForecastRecord(signals.length);
    this.#ratings = signals.map(() => undefined);
    this.#weights = plainWeights(signals.length);
    const second = history.rows.findIndex((row) => row.season !== history.seasons[0]);
    this.#next = second < 0 ? Math.min(history.rows.length, MATCHES_BEFORE_FORECASTS) : second;
  }

  /** Forecasts of the next week of matches before row `until`; none when there are no more. */
  nextRound(until: number = this.#history.rows.length): GoalForecast[] {
    const { rows } = this.#history;
    const first = this.#next;
    if (first >= until) return [];
    const { day, season } = rows[first]!;
    this.#rate({ known: first, day, season });
    let end = first;
    while (end < until && rows[end]!.day < day + ROUND_DAYS && rows[end]!.season === season) end++;
    const edges = Array.from({ length: end - first }, (_, index) => this.#edgesOf(first + index));
    const forecasts = edges.map((edge, index) => ({
      ...expectedGoalsOf(edge, this.#weights),
      rho: this.#rho,
      row: rows[first + index]!,
    }));
    // Only now the results: nothing of this week may reach its own forecasts.
    edges.forEach((edge, index) => this.#record.add(edge, rows[first + index]!.goals));
    this.#next = end;
    return forecasts;
  }

  /** Forecasts every match before row `until`, handing each week to `visit`. */
  run(until: number, visit: (forecasts: readonly GoalForecast[]) => void = () => {}): void {
    for (let round = this.nextRound(until); round.length > 0; round = this.nextRound(until)) visit(round);
  }

  /** Strength as of a moment, by all that the walk has learnt so far. */
  strengthAt(moment: Moment): LeagueStrength {
    this.#rounds = 0;
    this.#rate(moment);
    const teams = this.#history.teams.length;
    const attack = new Float64Array(teams);
    const defence = new Float64Array(teams);
    const newcomer = { attack: 0, defence: 0 };
    const { shift, openness, signals } = this.#weights;
    this.#signals.forEach((signal, index) => {
      const rating = this.#ratings[index]!;
      const weight = signals[index]!;
      for (let team = 0; team < teams; team++) {
        const better = (weight * (rating.attack[team]! + rating.defence[team]!)) / 2;
        const open = (openness * weight * (rating.attack[team]! - rating.defence[team]!)) / 2;
        attack[team]! += better + open;
        defence[team]! += better - open;
      }
      newcomer.attack -= weight * signal.newcomerDeficit;
      newcomer.defence -= weight * signal.newcomerDeficit;
    });
    const { level, homeAdvantage, logLikelihood } = this.#ratings[0]!;
    return {
      level: level + shift,
      homeAdvantage,
      attack,
      defence,
      rho: this.#rho,
      weights: this.#weights,
      newcomer,
      logLikelihood,
    };
  }

  #rate(moment: Moment): void {
    this.#ratings = this.#signals.map((signal, index) =>
      rateTeams(this.#history, signal, moment, this.#ratings[index]),
    );
    const learns = this.#rounds++ % ROUNDS_BETWEEN_LEARNING === 0 && this.#record.length >= FEWEST_FORECASTS;
    if (!learns) return;
    if (this.#signals.length > 1) this.#weights = this.#record.learnWeights(this.#weights);
    this.#rho = this.#record.learnRho(this.#weights);
  }

  #edgesOf(match: number): MatchEdges {
    const home = this.#history.homeTeam[match]!;
    const away = this.#history.awayTeam[match]!;
    const { level, homeAdvantage } = this.#ratings[0]!;
    const better: number[] = [];
    const open: number[] = [];
    for (const rating of this.#ratings) {
      const homeEdge = rating!.attack[home]! - rating!.defence[away]!;
      const awayEdge = rating!.attack[away]! - rating!.defence[home]!;
      better.push((homeEdge - awayEdge) / 2);
      open.push((homeEdge + awayEdge) / 2);
    }
    return { homeBase: level + homeAdvantage, awayBase: level, better, open };
  }
}
