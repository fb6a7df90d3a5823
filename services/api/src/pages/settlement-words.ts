import { type CatalogueMarket, dependsOnGoals, type Market, payoffReads, type PrimitiveId } from "@touchline/domain";

type Window = Extract<PrimitiveId, `goals_${string}`>;

/** The rule of each computation in words: what it counts or asks, and when nothing can change that any more. */
const RULES: Readonly<Record<Exclude<PrimitiveId, Window>, string>> = {
  full_time_score: "Counts goals of regular time, stoppage included, extra time not",
  first_half_score: "Counts goals of the first half, stoppage included",
  second_half_score: "Counts goals of the second half, stoppage included",
  half_and_full: "Counts goals of each half, stoppage included, extra time not",
  extra_time_score: "Counts goals of extra time alone; void when none is played",
  corners: "Counts corners of regular time",
  first_half_corners: "Counts corners of the first half",
  cards: "Counts cards of regular time; a yellow, a second yellow and a straight red are one each",
  first_half_cards: "Counts cards of the first half; a yellow, a second yellow and a straight red are one each",
  next_goal: "The side of the next goal of regular time, or none; open again after each goal",
  next_goal_first_half: "The side of the next goal of the first half, or none; open again after each goal",
  first_goal: "The side of the first goal of regular time, or none",
  last_goal: "The side of the last goal of regular time, or none",
  first_scorer: "Who scores first in regular time, own goals left out; void for who is not on by then",
  anytime_scorer: "Who scores in regular time, own goals left out; void for who never plays",
  scorer_two_or_more: "Who scores twice or more in regular time, own goals left out; void for who never plays",
  scorer_three_or_more: "Who scores three times or more in regular time, own goals left out; void for who never plays",
  penalty_awarded: "Whether a penalty is awarded in regular time",
  red_card_shown: "Whether a red card, or a second yellow, is shown in regular time",
  own_goal_scored: "Whether an own goal is scored in regular time",
  to_qualify: "Who goes through, after extra time and shoot-out where there are any",
  shoot_out_winner: "Who wins the shoot-out; void when there is none",
};
const WINDOW_RULE = "Counts goals of the stretch of the match that its name says";

/** How a market settles, as people say it. */
export function settlementWords(market: Market): string {
  if (market.space === "own") return `${market.settlement}. ${provisionalWords(market)}.`;
  const words = [
    ruleOf(market.primitive),
    "Settles as soon as nothing that can still happen would change the result",
    ...(market.space === "named" ? [] : payoffWords(market)),
    provisionalWords(market),
  ];
  return `${words.join(". ")}.`;
}

/** Feeds confirm goals; corners, cards and penalties they correct as late as they like. */
function provisionalWords(market: Market): string {
  const always = "Provisional in breaks and while the feed has a gap";
  return dependsOnGoals(payoffReads(market))
    ? `${always}, and while a goal it rests on awaits confirmation`
    : "Provisional until the match is over";
}

function ruleOf(primitive: PrimitiveId): string {
  return primitive in RULES ? RULES[primitive as keyof typeof RULES] : WINDOW_RULE;
}

type LinedMarket = Exclude<CatalogueMarket, { readonly space: "named" }>;

/** Said by the payoff itself. */
function payoffWords(market: LinedMarket): string[] {
  const words: string[] = [];
  if (market.winners === "overlapping") words.push("Several outcomes may win, each in full");
  else if (market.lines.length > 1) words.push("Half the stake is on each of the two neighbouring lines");
  if (mayRefund(market)) words.push("A tie with the line returns the stake");
  return words;
}

/** A returned stake, as lines say it. */
const REFUND = -1;
/** Counts that are tried in search of one; every line of the catalogue is below. */
const TRIED = 16;

function mayRefund(market: LinedMarket): boolean {
  if (market.space === "halves") return false;
  return market.lines.some((line) => {
    for (let home = 0; home <= TRIED; home++)
      for (let away = 0; away <= TRIED; away++) if (line(home, away) === REFUND) return true;
    return false;
  });
}
