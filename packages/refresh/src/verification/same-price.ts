/**
 * Whether two prices are the same: JSON objects of outcomes as they are stored. To the bit, or, with a tolerance above
 * 0, with the same outcomes and no number further from its like than that.
 */
export function samePrice(a: string, b: string, tolerance: number): boolean {
  if (a === b) return true;
  if (tolerance <= 0) return false;
  const [one, other] = [outcomesIn(a), outcomesIn(b)];
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => {
    const [x, y] = [one[name], other[name]];
    if (typeof x !== "number" || typeof y !== "number") return x === y;
    return Math.abs(x - y) <= tolerance;
  });
}

function outcomesIn(text: string): Readonly<Record<string, unknown>> {
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}
