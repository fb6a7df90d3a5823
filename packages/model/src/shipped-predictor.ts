import { AdjustedOutlookBook } from "./adjusted-outlook.ts";
import { AverageOutlookBook } from "./average-outlook.ts";
import { BuiltinPredictor } from "./builtin-predictor.ts";

/** The built-in predictor as it is shipped. Workers and the soundness check use the same one. */
export function shippedPredictor(): BuiltinPredictor {
  return new BuiltinPredictor(new AdjustedOutlookBook(new AverageOutlookBook()));
}
