import { type CountLine, lineId, countMarket, type Market, REFUND } from "../market.ts";
import { splitLine } from "./totals.ts";

function asianLine(line: number): CountLine {
  return (home, away) => {
    const margin = home + line - away;
    return margin === 0 ? REFUND : margin > 0 ? 0 : 1;
  };
}

/** Asian handicap by the home side's line: the whole goals may push, the quarters are half on each neighbour. */
function asianHandicap(line: number): Market {
  const seed = `${String(Math.abs(line)).replace(".", "")}${Number.isInteger(line) ? "0" : ""}`;
  return countMarket({
    id: `asian_handicap_home_${lineId(line, true)}`,
    name: `Asian handicap, home ${line > 0 ? "+" : ""}${line}`,
    category: "handicap",
    outcomes: ["home", "away"],
    aliases: SEED_LINES.has(line) ? { home: `ah_home_m${seed}`, away: `ah_away_p${seed}` } : {},
    primitive: "full_time_score",
    lines: splitLine(line).map(asianLine),
  });
}

const SEED_LINES: ReadonlySet<number> = new Set([-0.5, -1, -1.5, -2]);

export const handicapMarkets: readonly Market[] = [-0.5, -1, -1.5, -2].map(asianHandicap);
