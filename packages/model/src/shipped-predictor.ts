import { AdjustedOutlookBook } from "./adjusted-outlook.ts";
import { BuiltinPredictor } from "./builtin-predictor.ts";
import { FittedOutlookBook } from "./fitted-outlook.ts";

/** The built-in predictor as it is shipped. Workers and the soundness check use the same one. */
export function shippedPredictor(): BuiltinPredictor {
  return new BuiltinPredictor(new AdjustedOutlookBook(new FittedOutlookBook()));
}
