import type { MatchState } from "@touchline/domain";
import type { MatchRates, Situation } from "../situation/situation.ts";

/** What the model expects of a match before it starts. */
export interface MatchOutlook {
  readonly rates: MatchRates;
  readonly expectedStoppage: Situation["expectedStoppage"];
}

/** Where outlooks come from: fitted parameters, and market prices where the variant listens to them. */
export interface OutlookBook {
  /** Equal facts give the same object, so that derived tables can be kept by it. @throws Error without a fixture */
  outlookOf(state: MatchState, blend: "none" | "market"): MatchOutlook;
}
