import type { Pair } from "@touchline/domain";
import { solveSymmetric } from "../results/cholesky.ts";

/** What a match looked like before it, by the ratings of that day. */
export interface MatchEdges {
  /** Log mean goals of each side between average teams. */
  readonly homeBase: number;
  readonly awayBase: number;
  /**
   * By signal: how much better the home side is, and how open the two sides' matches are; in log mean goals of the home
   * side.
   */
  readonly better: ArrayLike<number>;
  readonly open: ArrayLike<number>;
}

/**
 * How edges become forecasts: log mean goals of the home side = base + shift + sum over signals of weight * (better +
 * openness * open), of the away side the same with `better` turned round. Which side is better is known better than how
 * many goals a pairing brings; `openness`, below 1, says how much less the second is to be believed.
 */
export interface SignalWeights {
  readonly shift: number;
  readonly openness: number;
  readonly signals: Float64Array;
}

/** Goals alone at their word. */
export function plainWeights(signals: number): SignalWeights {
  const weights = new Float64Array(signals);
  weights[0] = 1;
  return { shift: 0, openness: 1, signals: weights };
}

export function expectedGoalsOf(edges: MatchEdges, weights: SignalWeights): Pair {
  let better = 0;
  let open = weights.shift;
  for (let signal = 0; signal < weights.signals.length; signal++) {
    better += weights.signals[signal]! * edges.better[signal]!;
    open += weights.openness * weights.signals[signal]! * edges.open[signal]!;
  }
  return { home: Math.exp(edges.homeBase + open + better), away: Math.exp(edges.awayBase + open - better) };
}

export const PRIOR_RHO = -0.05;
/**
 * Prior precisions, in goals' information: weights stay near "goals alone, taken at their word" until matches say
 * otherwise.
 */
const WEIGHT_PRECISION = 50;
const OPENNESS_PRECISION = 10;
const RHO_PRECISION = 400;
/** Weights and openness depend on each other a little; twice round is enough. */
const ALTERNATIONS = 2;

/** Past forecasts and what came of them; learns weights and rho from them. */
export class ForecastRecord {
  readonly #signals: number;
  readonly #edges: MatchEdges[] = [];
  readonly #goals: Pair[] = [];

  constructor(signals: number) {
    this.#signals = signals;
  }

  get length(): number {
    return this.#goals.length;
  }

  add(edges: MatchEdges, goals: Pair): void {
    this.#edges.push(edges);
    this.#goals.push(goals);
  }

  /** Poisson regression of goals on the edges, penalised towards `plainWeights`. */
  learnWeights(start: SignalWeights = plainWeights(this.#signals)): SignalWeights {
    let weights = start;
    for (let round = 0; round < ALTERNATIONS; round++) {
      weights = this.#learnSignals(weights);
      weights = { ...weights, openness: this.#learnOpenness(weights) };
    }
    return weights;
  }

  #learnSignals(start: SignalWeights): SignalWeights {
    const size = this.#signals + 1;
    const prior = plainWeights(this.#signals);
    const point = Float64Array.of(start.shift, ...start.signals);
    const centre = Float64Array.of(prior.shift, ...prior.signals);
    const edges = new Float64Array(size);
    edges[0] = 1;
    for (let round = 0; round < 20; round++) {
      const slope = point.map((value, index) => -WEIGHT_PRECISION * (value - centre[index]!));
      const information = new Float64Array(size * size);
      for (let index = 0; index < size; index++) information[index * size + index] = WEIGHT_PRECISION;
      for (let match = 0; match < this.length; match++) {
        const entry = this.#edges[match]!;
        const goals = this.#goals[match]!;
        for (let signal = 1; signal < size; signal++) {
          edges[signal] = entry.better[signal - 1]! + start.openness * entry.open[signal - 1]!;
        }
        addSide(point, entry.homeBase, edges, goals.home, slope, information);
        for (let signal = 1; signal < size; signal++) {
          edges[signal] = -entry.better[signal - 1]! + start.openness * entry.open[signal - 1]!;
        }
        addSide(point, entry.awayBase, edges, goals.away, slope, information);
      }
      solveSymmetric(information, slope, size);
      let moved = 0;
      for (let index = 0; index < size; index++) {
        point[index]! += slope[index]!;
        moved = Math.max(moved, Math.abs(slope[index]!));
      }
      if (moved < 1e-8) break;
    }
    return { shift: point[0]!, openness: start.openness, signals: point.slice(1) };
  }

  #learnOpenness(weights: SignalWeights): number {
    let openness = weights.openness;
    for (let round = 0; round < 10; round++) {
      let slope = -OPENNESS_PRECISION * (openness - 1);
      let information = OPENNESS_PRECISION;
      for (let match = 0; match < this.length; match++) {
        const entry = this.#edges[match]!;
        const mean = expectedGoalsOf(entry, { ...weights, openness });
        let open = 0;
        for (let signal = 0; signal < this.#signals; signal++) open += weights.signals[signal]! * entry.open[signal]!;
        const { home, away } = this.#goals[match]!;
        slope += (home + away - mean.home - mean.away) * open;
        information += (mean.home + mean.away) * open * open;
      }
      openness += slope / information;
      if (Math.abs(slope / information) < 1e-8) break;
    }
    return Math.min(1.5, Math.max(0, openness));
  }

  /**
   * Dixon-Coles rho of the matches given their forecast means, with a normal prior of mean -0.05 and deviation 0.05.
   */
  learnRho(weights: SignalWeights): number {
    const gains: number[] = [];
    for (let match = 0; match < this.length; match++) {
      const goals = this.#goals[match]!;
      if (goals.home > 1 || goals.away > 1) continue;
      const { home, away } = expectedGoalsOf(this.#edges[match]!, weights);
      // tau = 1 + rho * gain, where gain is -home*away, home, away, -1 at 0-0, 0-1, 1-0, 1-1.
      const gain = goals.home === 0 ? (goals.away === 0 ? -home * away : home) : goals.away === 0 ? away : -1;
      gains.push(gain);
    }
    let rho = PRIOR_RHO;
    for (let round = 0; round < 12; round++) {
      let slope = -RHO_PRECISION * (rho - PRIOR_RHO);
      let information = RHO_PRECISION;
      for (const gain of gains) {
        const tau = Math.max(0.05, 1 + rho * gain);
        slope += gain / tau;
        information += (gain / tau) ** 2;
      }
      rho = Math.min(0.15, Math.max(-0.25, rho + slope / information));
    }
    return rho;
  }
}

function addSide(
  point: Float64Array,
  base: number,
  edges: Float64Array,
  goals: number,
  slope: Float64Array,
  information: Float64Array,
): void {
  const size = edges.length;
  let log = base;
  for (let index = 0; index < size; index++) log += point[index]! * edges[index]!;
  const mean = Math.exp(log);
  for (let row = 0; row < size; row++) {
    slope[row]! += (goals - mean) * edges[row]!;
    for (let col = 0; col <= row; col++) information[row * size + col]! += mean * edges[row]! * edges[col]!;
  }
}
