/**
 * Probabilities behind decimal odds. Bookmakers' inverse odds add up to more than 1; what is taken off whom is an
 * assumption: in proportion, by a power (favourites are trusted more), or Shin's (1993), which blames insiders.
 */
export type MarginMethod = "proportional" | "power" | "shin";

/**
 * @param odds decimal odds of outcomes of which exactly one happens, all above 1
 * @returns probabilities in the same order, summing to 1   @throws RangeError on odds that cannot be
 */
export function removeMargin(odds: readonly number[], method: MarginMethod = "proportional"): number[] {
  const inverse = odds.map((price) => 1 / price);
  if (odds.length < 2 || !inverse.every((share) => share > 0 && share < 1)) {
    throw new RangeError(`not decimal odds: ${odds.join(", ")}`);
  }
  const booked = sum(inverse);
  // Below 1 there is no margin to explain, only stale prices: scale them up.
  if (method === "proportional" || booked <= 1) return inverse.map((share) => share / booked);
  return method === "power" ? byPower(inverse) : byShin(inverse, booked);
}

/** q^k with k such that the powers add up to 1; k > 1 since each q is below 1. */
function byPower(inverse: readonly number[]): number[] {
  const powers = (exponent: number) => inverse.map((share) => share ** exponent);
  const exponent = bisect((candidate) => sum(powers(candidate)) - 1, 1, 50);
  return scaled(powers(exponent));
}

/** p = (sqrt(z^2 + 4 (1 - z) q^2 / B) - z) / (2 (1 - z)) with the share z of insiders such that they add up to 1. */
function byShin(inverse: readonly number[], booked: number): number[] {
  const shares = (insiders: number) =>
    inverse.map(
      (share) =>
        (Math.sqrt(insiders ** 2 + (4 * (1 - insiders) * share ** 2) / booked) - insiders) / (2 * (1 - insiders)),
    );
  const insiders = bisect((candidate) => sum(shares(candidate)) - 1, 0, 0.9);
  return scaled(shares(insiders));
}

/** Zero of a falling function between two points; the nearer end when there is none. */
function bisect(falling: (at: number) => number, from: number, to: number): number {
  let low = from;
  let high = to;
  for (let halving = 0; halving < 80; halving++) {
    const middle = (low + high) / 2;
    if (falling(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function scaled(values: readonly number[]): number[] {
  const total = sum(values);
  return values.map((value) => value / total);
}
