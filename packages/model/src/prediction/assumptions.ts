import { PENALTIES_PER_MATCH, RED_SHARE_OF_CARDS } from "../counts/specials.ts";
import { CONVERSION } from "../goals/shoot-out.ts";
import { PENALTY_WEIGHTS, POSITION_WEIGHTS } from "../scorers/position.ts";
import { OWN_GOAL_SHARE } from "../scorers/scorers.ts";
import { ENTERS, LEAVES, LEAVES_AGAIN, MADE_BY, MADE_BY_THE_END } from "../scorers/substitution-law.ts";

/** What the model assumes, for a simulation that shares its assumptions and none of its computations. */
export const SIMULATED_RATES = {
  penalties: PENALTIES_PER_MATCH,
  redsOfCards: RED_SHARE_OF_CARDS,
  ownGoals: OWN_GOAL_SHARE,
  kicks: CONVERSION,
} as const;

export const SUBSTITUTION_LAW = {
  madeBy: MADE_BY,
  madeByTheEnd: MADE_BY_THE_END,
  leaves: LEAVES,
  leavesAgain: LEAVES_AGAIN,
  enters: ENTERS,
  scores: POSITION_WEIGHTS,
  takes: PENALTY_WEIGHTS,
} as const;
