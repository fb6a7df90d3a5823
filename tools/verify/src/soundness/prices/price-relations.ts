import { CATALOGUE, groupBy, type Market } from "@touchline/domain";
import type { FinalFacts, Two } from "../settlement/final-facts.ts";
import { type Paid, RETURNED } from "../settlement/independent-bets.ts";
import { expectedSettlement } from "../settlement/independent-settlement.ts";
import { finalOfCount, finalOfHalves } from "../settlement/possible-finals.ts";

/** Lines of one kind, from the lowest: `first` is the outcome that is likelier the lower the line. */
export interface Family {
  readonly markets: readonly string[];
  readonly first: number;
  /** Places of the lines that cannot push, which together distinguish every result that any line distinguishes. */
  readonly halves: readonly number[];
}

/**
 * One market decides another: whatever the result, what wins under `fine` says what every outcome of `coarse` pays.
 * So the prices of the one follow from those of the other, without a look at the distribution behind them.
 */
export interface Relation {
  /** A market with one winner, or the half lines of a family: then the winner is how many of its lines are beaten. */
  readonly fine: string | Family;
  readonly coarse: string;
  /** Share of the stake won and lost, by winner of `fine`, then outcome of `coarse`. */
  readonly won: readonly (readonly number[])[];
  readonly lost: readonly (readonly number[])[];
}

/** Totals and handicaps of the catalogue, each family in the order of its lines. */
export function familiesIn(markets: readonly Market[]): Family[] {
  const families = new Map<string, { id: string; line: number }[]>();
  for (const { id } of markets) {
    const [, family, sign, size] =
      /^(.*over_under|.*asian_handicap_home|handicap_home)_(minus_|plus_)?(\d+(?:_\d+)?)$/.exec(id) ?? [];
    if (family === undefined || size === undefined) continue;
    // A lead beats a head start of -2 as a total beats a line of 2.
    const line = Number(size.replace("_", ".")) * (sign === "plus_" ? -1 : 1);
    families.set(family, [...(families.get(family) ?? []), { id, line }]);
  }
  return [...families].map(([family, members]) => {
    const rungs = members.toSorted((a, b) => a.line - b.line);
    const halves = rungs.flatMap(({ line }, place) => (Math.abs(line % 1) === 0.5 ? [place] : []));
    return { markets: rungs.map(({ id }) => id), first: 0, halves: family === "handicap_home" ? [] : halves };
  });
}

/**
 * Every relation between markets of the catalogue, found by asking independent rules about every result of some size.
 */
export function relationsIn(markets: readonly Market[] = CATALOGUE): Relation[] {
  const byPrimitive = groupBy(
    markets.filter(({ space }) => space !== "named"),
    ({ primitive }) => (GOALS.has(primitive) ? "goals" : primitive),
  );
  return [...byPrimitive.values()].flatMap((related) => relationsAmong(related, finalsFor(related)));
}

const GOALS: ReadonlySet<string> = new Set([
  "full_time_score",
  "first_half_score",
  "second_half_score",
  "half_and_full",
]);

/** Goals a side and half: enough to pass every line on goals. */
const MOST_GOALS = 4;
/** Of anything else that is counted. */
const MOST_COUNTED = 14;

function finalsFor([market]: readonly Market[]): FinalFacts[] {
  if (!market) return [];
  if (!GOALS.has(market.primitive))
    return pairsUpTo(MOST_COUNTED).flatMap((counted) => finalOfCount(market.primitive, counted) ?? []);
  const halves = pairsUpTo(MOST_GOALS);
  return halves.flatMap((first) => halves.map((second) => finalOfHalves(first, second)));
}

function pairsUpTo(most: number): Two[] {
  const counts = Array.from({ length: most + 1 }, (_unused, count) => count);
  return counts.flatMap((home) => counts.map((away): Two => [home, away]));
}

/** What each outcome pays, by result. */
type Payments = readonly (readonly Paid[])[];

function relationsAmong(markets: readonly Market[], finals: readonly FinalFacts[]): Relation[] {
  const payments = new Map(markets.map((market) => [market.id, paymentsOf(market, finals)]));
  const fines: { fine: string | Family; winners: readonly number[] }[] = [];
  for (const [id, paid] of payments) {
    const winners = paid.map(winnerIn);
    if (!winners.includes(-1)) fines.push({ fine: id, winners });
  }
  for (const family of familiesIn(markets)) {
    if (family.halves.length < 2) continue;
    const lines = family.halves.map((place) => payments.get(family.markets[place] ?? "") ?? []);
    const beaten = (final: number): number => lines.filter((paid) => paid[final]?.[family.first] === 1).length;
    fines.push({ fine: family, winners: finals.map((_final, index) => beaten(index)) });
  }
  return fines.flatMap(({ fine, winners }) =>
    [...payments].flatMap(([coarse, paid]) => (coarse === fine ? [] : (relationOf(fine, winners, coarse, paid) ?? []))),
  );
}

function paymentsOf(market: Market, finals: readonly FinalFacts[]): Payments {
  return finals.map((final) => {
    const expected = expectedSettlement(market.id, final);
    if (!expected || expected === "open") throw new Error(`no independent rule settles ${market.id}`);
    return market.outcomes.map((outcome) => expected[outcome] ?? RETURNED);
  });
}

/** Place of the one outcome that wins while all others lose; -1 where it is not like that. */
function winnerIn(paid: readonly Paid[]): number {
  const winner = paid.indexOf(1);
  return paid.every((each, index) => each === (index === winner ? 1 : 0)) ? winner : -1;
}

function relationOf(
  fine: string | Family,
  winners: readonly number[],
  coarse: string,
  payments: Payments,
): Relation | undefined {
  const paidBy: (readonly Paid[])[] = [];
  for (const [final, winner] of winners.entries()) {
    const paid = payments[final] ?? [];
    const known = (paidBy[winner] ??= paid);
    if (known.some((each, index) => each !== paid[index])) return undefined;
  }
  const winnersBelow = Array.from(paidBy, (paid) => paid ?? []);
  return {
    fine,
    coarse,
    won: winnersBelow.map((paid) => paid.map((each) => SHARES[String(each)]?.won ?? 0)),
    lost: winnersBelow.map((paid) => paid.map((each) => SHARES[String(each)]?.lost ?? 0)),
  };
}

/** Of a stake, by what it pays. */
const SHARES: Readonly<Record<string, { won: number; lost: number }>> = {
  "1": { won: 1, lost: 0 },
  "0.75": { won: 0.5, lost: 0 },
  "0.5": { won: 0, lost: 0 },
  "0.25": { won: 0, lost: 0.5 },
  "0": { won: 0, lost: 1 },
};
