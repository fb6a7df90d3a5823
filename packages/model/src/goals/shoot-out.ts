import type { Pair, Side } from "@touchline/domain";

/** How a shoot-out stands. */
export interface ShootOut {
  readonly scored: Pair;
  readonly taken: Pair;
  /** Who kicks first in each round; unknown before the toss, then both orders count alike. */
  readonly first?: Side;
}

/**
 * Kicks of a shoot-out are scored a little more often than penalties in play (no rebounds, chosen takers): about three
 * in four. Not in the data.
 */
export const CONVERSION = 0.75;
const ROUNDS = 5;
const NOT_STARTED: ShootOut = { scored: { home: 0, away: 0 }, taken: { home: 0, away: 0 } };

/**
 * P(home wins the shoot-out): five kicks each, stopped when decided, then pairs of kicks until one side is ahead.
 * @param conversion chance of each side's kicks, in [0, 1]
 */
export function shootOutWin(
  shootOut: ShootOut = NOT_STARTED,
  conversion: Pair = { home: CONVERSION, away: CONVERSION },
): number {
  const { scored, taken, first } = shootOut;
  const inOrder = (opens: Side) => {
    known.fill(Number.NaN);
    return homeWins(scored.home, scored.away, taken.home, taken.away, opens, conversion);
  };
  return first ? inOrder(first) : (inOrder("home") + inOrder("away")) / 2;
}

/** Answers within the five rounds, by kicks taken and goals of each side. */
const known = new Float64Array((2 * ROUNDS + 1) * (ROUNDS + 1) * (ROUNDS + 1));

function homeWins(
  homeGoals: number,
  awayGoals: number,
  homeTaken: number,
  awayTaken: number,
  first: Side,
  conversion: Pair,
): number {
  const rounds = Math.max(ROUNDS, homeTaken, awayTaken);
  if (homeGoals > awayGoals + rounds - awayTaken) return 1;
  if (awayGoals > homeGoals + rounds - homeTaken) return 0;
  if (rounds === homeTaken && rounds === awayTaken) return suddenDeath(conversion);
  const key = ((homeTaken + awayTaken) * (ROUNDS + 1) + homeGoals) * (ROUNDS + 1) + awayGoals;
  const before = known[key];
  if (rounds === ROUNDS && before !== undefined && !Number.isNaN(before)) return before;
  const homeKicks = homeTaken === awayTaken ? first === "home" : homeTaken < awayTaken;
  const nextHome = homeKicks ? homeTaken + 1 : homeTaken;
  const nextAway = homeKicks ? awayTaken : awayTaken + 1;
  const goal = homeWins(
    homeKicks ? homeGoals + 1 : homeGoals,
    homeKicks ? awayGoals : awayGoals + 1,
    nextHome,
    nextAway,
    first,
    conversion,
  );
  const miss = homeWins(homeGoals, awayGoals, nextHome, nextAway, first, conversion);
  const scores = homeKicks ? conversion.home : conversion.away;
  const chance = scores * goal + (1 - scores) * miss;
  if (rounds === ROUNDS) known[key] = chance;
  return chance;
}

/** Level after full rounds: pairs of kicks until only one of them is scored. */
function suddenDeath(conversion: Pair): number {
  const home = conversion.home * (1 - conversion.away);
  const away = conversion.away * (1 - conversion.home);
  return home + away > 0 ? home / (home + away) : 0.5;
}
