import { type Category, type CatalogueMarket, namedMarket } from "../market.ts";
import type { NamedPrimitiveId } from "../../dependencies/primitives/named-primitives.ts";

const NEXT = ["home", "away", "none"] as const;
const YES_NO = ["yes", "no"] as const;

function happening(
  id: NamedPrimitiveId,
  name: string,
  category: Category,
  outcomes: readonly string[],
): CatalogueMarket {
  return namedMarket({ id, name, category, outcomes, primitive: id });
}

/** Outcomes are the players of both team sheets, by id; of the first scorer also `other` and `none`. */
function scorer(id: NamedPrimitiveId, name: string, winners: CatalogueMarket["winners"]): CatalogueMarket {
  return namedMarket({ id, name, category: "scorers", outcomes: [], winners, primitive: id });
}

/** Who or what comes, rather than how many: each from a distribution of its own. */
export const happeningMarkets: readonly CatalogueMarket[] = [
  happening("next_goal", "Next goal", "next_goal", NEXT),
  happening("next_goal_first_half", "Next goal before half-time", "next_goal", NEXT),
  happening("first_goal", "First goal", "next_goal", NEXT),
  happening("last_goal", "Last goal", "next_goal", NEXT),
  // One wins, yet each has a price of its own: stakes on who never came on are returned.
  scorer("first_scorer", "First scorer", "overlapping"),
  scorer("anytime_scorer", "Scorer at any time", "overlapping"),
  scorer("scorer_two_or_more", "Player to score two or more", "overlapping"),
  scorer("scorer_three_or_more", "Player to score three or more", "overlapping"),
  happening("penalty_awarded", "Penalty awarded", "specials", YES_NO),
  happening("red_card_shown", "Red card shown", "specials", YES_NO),
  happening("own_goal_scored", "Own goal", "specials", YES_NO),
];
