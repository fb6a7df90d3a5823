import {
  brierScore,
  logLoss,
  MeanScore,
  type Outcome,
  type OutcomeForecast,
  outcomeOf,
  rankedProbabilityScore,
} from "./forecast-scores.ts";
import type { ResultRow } from "../results/result-row.ts";

/** Mean scores of one way to forecast the outcome, all on the same matches. */
export interface OutcomeScores {
  readonly matches: number;
  readonly rps: number;
  readonly logLoss: number;
  readonly brier: number;
}

export interface SeasonScores {
  readonly division: string;
  readonly season: string;
  readonly matches: number;
  readonly rps: number;
  readonly closingRps: number;
}

/** Means of the three scores of an outcome forecast. */
export class OutcomeMeans {
  readonly #rps = new MeanScore();
  readonly #loss = new MeanScore();
  readonly #brier = new MeanScore();

  add(forecast: OutcomeForecast, outcome: Outcome): void {
    this.#rps.add(rankedProbabilityScore(forecast, outcome));
    this.#loss.add(logLoss(forecast[outcome]));
    this.#brier.add(brierScore(forecast, outcome));
  }

  scores(): OutcomeScores {
    return { matches: this.#rps.count, rps: this.#rps.mean, logLoss: this.#loss.mean, brier: this.#brier.mean };
  }
}

/** Shares of home wins, draws and away wins among all earlier rows, three imagined matches to begin with. */
export class BaseRates {
  readonly #rows: readonly ResultRow[];
  readonly #counts: [number, number, number] = [1, 1, 1];
  #next = 0;

  constructor(rows: readonly ResultRow[]) {
    this.#rows = rows;
  }

  before(row: ResultRow): OutcomeForecast {
    for (; this.#next < this.#rows.length && this.#rows[this.#next]!.day < row.day; this.#next++) {
      const { home, away } = this.#rows[this.#next]!.goals;
      this.#counts[outcomeOf(home, away)]++;
    }
    const [home, draw, away] = this.#counts;
    const total = home + draw + away;
    return [home / total, draw / total, away / total];
  }
}

/** Means of the season being read; handed on when the next one begins. */
export class SeasonMeans {
  readonly #finish: (scores: SeasonScores) => void;
  #row: ResultRow | undefined;
  #rps = new MeanScore();
  #closing = new MeanScore();

  constructor(finish: (scores: SeasonScores) => void) {
    this.#finish = finish;
  }

  add(row: ResultRow, forecast: OutcomeForecast, closing: OutcomeForecast | undefined, outcome: Outcome): void {
    if (this.#row && this.#row.season !== row.season) this.close();
    this.#row = row;
    this.#rps.add(rankedProbabilityScore(forecast, outcome));
    if (closing) this.#closing.add(rankedProbabilityScore(closing, outcome));
  }

  close(): void {
    if (!this.#row) return;
    const { division, season } = this.#row;
    const { count: matches, mean: rps } = this.#rps;
    this.#finish({ division, season, matches, rps, closingRps: this.#closing.mean });
    this.#row = undefined;
    this.#rps = new MeanScore();
    this.#closing = new MeanScore();
  }
}
