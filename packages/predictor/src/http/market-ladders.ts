import { CATALOGUE } from "@touchline/domain";
import type { PredictedProbabilities } from "@touchline/model";

export type PricedMarkets = ReadonlyMap<string, PredictedProbabilities>;

/** Markets of one family, in the order in which the probability of an outcome can only fall. */
interface Ladder {
  readonly markets: readonly string[];
  /** The outcome that falls; undefined: every outcome does. */
  readonly outcome: string | undefined;
}

/** What scaling to a sum of 1 may turn round. */
const TOLERANCE = 2e-6;

/** Families of lines: over a higher total, with a smaller head start, scoring more often. */
const LADDERS: readonly Ladder[] = [
  ...familiesOf(/^(.*over_under)_(\d+(?:_\d+)?)$/, (line) => Number(line.replace("_", ".")), "over"),
  ...familiesOf(/^(.*asian_handicap_home)_((?:minus|plus)_\d+(?:_\d+)?)$/, (line) => -signed(line), "home"),
  ...familiesOf(/^(handicap_home)_((?:minus|plus)_\d+(?:_\d+)?)$/, (line) => -signed(line), "home"),
  { markets: ["anytime_scorer", "scorer_two_or_more", "scorer_three_or_more"], outcome: undefined },
];

function familiesOf(pattern: RegExp, place: (line: string) => number, outcome: string): Ladder[] {
  const families = new Map<string, { id: string; at: number }[]>();
  for (const { id } of CATALOGUE) {
    const [, family = "", line = ""] = pattern.exec(id) ?? [];
    if (line === "") continue;
    const rungs = families.get(family) ?? [];
    rungs.push({ id, at: place(line) });
    families.set(family, rungs);
  }
  return [...families.values()].map((rungs) => ({
    markets: rungs.toSorted((one, other) => one.at - other.at).map(({ id }) => id),
    outcome,
  }));
}

function signed(line: string): number {
  const size = Number(line.replace(/^(minus|plus)_/, "").replace("_", "."));
  return line.startsWith("minus") ? -size : size;
}

/**
 * The first two lines of a family whose probabilities stand the wrong way round, in words; undefined when there are
 * none.
 * @param outcomesOf names of a market's probabilities, in their order
 */
export function brokenLadder(
  prices: PricedMarkets,
  outcomesOf: (market: string) => readonly string[],
): string | undefined {
  for (const { markets, outcome } of LADDERS) {
    let before: { readonly id: string; readonly at: ReadonlyMap<string, number> } | undefined;
    for (const id of markets) {
      const price = prices.get(id);
      if (!price) continue;
      const names = outcomesOf(id);
      const at = new Map(names.map((name, index) => [name, price.probabilities[index] ?? 0]));
      for (const name of outcome === undefined ? names : [outcome]) {
        const higher = before?.at.get(name);
        const lower = at.get(name);
        if (before && higher !== undefined && lower !== undefined && lower > higher + TOLERANCE)
          return `${name} is likelier in ${id} (${lower}) than in ${before.id} (${higher})`;
      }
      before = { id, at };
    }
  }
  return undefined;
}
