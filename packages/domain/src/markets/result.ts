import { countMarket, REFUND, type Market } from "../market.ts";

/** 0 home, 1 draw, 2 away. */
export function resultOf(home: number, away: number): number {
  return home > away ? 0 : home === away ? 1 : 2;
}

/** Who wins the match. */
export const resultMarkets: readonly Market[] = [
  countMarket({
    id: "match_result",
    name: "Match result",
    category: "result",
    outcomes: ["home", "draw", "away"],
    aliases: { home: "home_win", draw: "draw", away: "away_win" },
    primitive: "full_time_score",
    lines: [resultOf],
  }),
  countMarket({
    id: "double_chance",
    name: "Double chance",
    category: "result",
    outcomes: ["home_or_draw", "draw_or_away", "home_or_away"],
    aliases: { home_or_draw: "dc_1x", draw_or_away: "dc_x2", home_or_away: "dc_12" },
    winners: "overlapping",
    primitive: "full_time_score",
    // Two of the three win, whatever the result.
    lines: [(home, away) => (home >= away ? 0 : 1), (home, away) => (home === away ? 1 : 2)],
  }),
  countMarket({
    id: "draw_no_bet",
    name: "Draw no bet",
    category: "result",
    outcomes: ["home", "away"],
    aliases: { home: "dnb_home", away: "dnb_away" },
    primitive: "full_time_score",
    lines: [(home, away) => (home === away ? REFUND : home > away ? 0 : 1)],
  }),
];
