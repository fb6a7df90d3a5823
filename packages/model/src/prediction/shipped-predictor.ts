import { AdjustedExpectations } from "../expectation/adjusted-expectations.ts";
import { BuiltinPredictor } from "./builtin-predictor.ts";
import { FittedExpectations } from "../expectation/fitted-expectations.ts";

/**
 * The built-in predictor as it is shipped. Workers and the soundness check use the same one.
 * @param now a monotonic clock in milliseconds, by which costs are measured; without one, all costs are 0
 */
export function shippedPredictor(now?: () => number): BuiltinPredictor {
  return new BuiltinPredictor(new AdjustedExpectations(new FittedExpectations()), now);
}
