/** Confidence of every bound and of every promise when something is found. */
export const CONFIDENCE = 0.95;

/**
 * Upper bound of the share of misses among all that was left alone, after `misses` among `comparisons` that were drawn
 * at random: the largest rate at which so few misses would still come with a probability of 1 - `confidence`. One-sided
 * and exact (Clopper–Pearson). For no miss it is 1 - 0.05^(1/N), which is about 3/N: the rule of three.
 * @returns from 0 to 1; 1 while there is no comparison
 * @throws RangeError when `misses` is no count of `comparisons`
 * @see Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
 * Biometrika 26 (1934); Hanley and Lippman-Hand, "If nothing goes wrong, is everything all right?", JAMA 249 (1983)
 */
export function missRateBound(comparisons: number, misses: number, confidence: number = CONFIDENCE): number {
  if (!(misses >= 0 && misses <= comparisons)) throw new RangeError(`${misses} misses of ${comparisons} comparisons`);
  if (misses === comparisons) return 1;
  if (misses === 0) return 1 - (1 - confidence) ** (1 / comparisons);
  let low = misses / comparisons;
  let high = 1;
  for (let step = 0; step < BISECTIONS; step++) {
    const rate = (low + high) / 2;
    if (chanceOfAtMost(misses, comparisons, rate) > 1 - confidence) low = rate;
    else high = rate;
  }
  return high;
}

/**
 * After so many events that change a hidden fact, a market that hides it has been compared after one of them with a
 * probability of at least `confidence`: the smallest n with 1 - (1 - share)^(n · markets) >= confidence.
 * @param share of what events leave alone that is compared, in (0, 1]   @param markets that hide the same fact
 * @throws RangeError when `share` is not in (0, 1]
 */
export function eventsUntilFound(share: number, markets = 1, confidence: number = CONFIDENCE): number {
  if (!(share > 0 && share <= 1)) throw new RangeError(`share ${share} is not in (0, 1]`);
  if (share === 1) return 1;
  return Math.ceil(Math.log(1 - confidence) / (markets * Math.log1p(-share)));
}

/** Halvings of [0, 1] after which no digit of a number is left to find. */
const BISECTIONS = 60;
/** A term this small beside the sum changes no digit of it. */
const NEGLIGIBLE = 1e-17;

/** Probability of at most `successes` in `trials`, for a rate above `successes / trials`, where terms only fall. */
function chanceOfAtMost(successes: number, trials: number, rate: number): number {
  const odds = rate / (1 - rate);
  let logTerm = trials * Math.log1p(-rate) + successes * Math.log(odds);
  for (let i = 1; i <= successes; i++) logTerm += Math.log((trials - successes + i) / i);
  const largest = Math.exp(logTerm);
  let term = 1;
  let sum = 1;
  for (let i = successes; i > 0 && term > NEGLIGIBLE * sum; i--) {
    term *= i / (trials - i + 1) / odds;
    sum += term;
  }
  return largest * sum;
}
