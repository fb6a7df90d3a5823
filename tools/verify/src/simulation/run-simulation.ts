import type { Pair } from "@touchline/domain";
import {
  AverageExpectations,
  BuiltinPredictor,
  DEFAULT_IN_PLAY,
  type MatchRates,
  paceOf,
  situationOf,
} from "@touchline/model";
import { type Comparison, PriceComparison } from "./compare-prices.ts";
import { RandomDraws } from "./random-draws.ts";
import { levelRates } from "./goal-path.ts";
import { MatchSimulation } from "./simulate-match.ts";
import { simulatedSituations } from "./situations.ts";

export interface SimulatedResult {
  readonly situation: string;
  readonly endings: number;
  readonly outcomes: number;
  readonly apart: readonly Comparison[];
  readonly worst: Comparison | undefined;
}

/** So many standard errors apart is an outcome that is wrong, or one of a few thousand that chance has moved. */
export const MOST_APART = 4;

/**
 * Prices of many situations held against endings drawn for each by the same assumptions and other computations.
 * @param endings of each situation   @param seed of the first; each has one of its own
 */
export function* runSimulation(endings: number, seed: number): Generator<SimulatedResult> {
  const expectations = new AverageExpectations();
  const predictor = new BuiltinPredictor(expectations);
  const levels = new Map<MatchRates, Pair>();
  for (const [index, { name, state, clock, substitutions }] of simulatedSituations().entries()) {
    const { rates, expectedStoppage } = expectations.expectationOf(state);
    const situation = situationOf(state, clock, expectedStoppage);
    const now = { ...situation, pace: paceOf(rates, situation, DEFAULT_IN_PLAY) };
    const level = levels.get(rates) ?? levelRates(rates, DEFAULT_IN_PLAY);
    levels.set(rates, level);
    const simulation = new MatchSimulation(state, now, rates, level, substitutions);
    const comparison = new PriceComparison(state, clock, predictor);
    const draws = new RandomDraws(seed + 7919 * index);
    for (let n = 0; n < endings; n++) comparison.add(simulation.ending(draws));
    const results = comparison.results().toSorted((a, b) => b.apart - a.apart);
    yield {
      situation: name,
      endings,
      outcomes: results.length,
      apart: results.filter(({ apart }) => apart > MOST_APART),
      worst: results[0],
    };
  }
}
