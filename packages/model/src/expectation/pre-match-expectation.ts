import type { MatchState } from "@touchline/domain";
import type { MatchRates, Situation } from "../situation/situation.ts";

/** What the model expects of a match before it starts. */
export interface PreMatchExpectation {
  readonly rates: MatchRates;
  readonly expectedStoppage: Situation["expectedStoppage"];
}

/** Where expectations come from: fitted parameters, and market prices where the variant listens to them. */
export interface ExpectationSource {
  /** Equal facts give the same object, so that derived tables can be kept by it. @throws Error without a fixture */
  expectationOf(state: MatchState, blend: "none" | "market"): PreMatchExpectation;
}
