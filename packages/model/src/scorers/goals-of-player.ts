/** P(player scores at least 1, 2, 3) when each goal of the team is his with chance `share`. */
export function atLeastOf(toCome: Float64Array, share: number): [number, number, number] {
  const others = 1 - share;
  let atLeastOne = 0;
  let atLeastTwo = 0;
  let atLeastThree = 0;
  // Of n team goals, 0, 1 or 2 are his: binomial, from n to n + 1 by one more goal of his or of others.
  let none = 1;
  let one = 0;
  let two = 0;
  for (let n = 1; n < toCome.length; n++) {
    two = two * others + one * share;
    one = one * others + none * share;
    none *= others;
    const mass = toCome[n]!;
    atLeastOne += mass * (1 - none);
    atLeastTwo += mass * Math.max(0, 1 - none - one);
    atLeastThree += mass * Math.max(0, 1 - none - one - two);
  }
  return [atLeastOne, atLeastTwo, atLeastThree];
}
