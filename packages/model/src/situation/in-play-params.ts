/**
 * Constants of the in-play model that hold for all teams. Clock profiles, red cards and penalties are measured on 1,066
 * matches of three leagues, 2017/18 (timelines: Pappalardo et al. 2019, CC BY 4.0); lead factors and the halves' shares
 * on half-time and final scores of the nine other seasons 2011/12 to 2020/21 (9,594 matches, football-data.co.uk), by
 * maximum likelihood given the odds.
 */
export interface InPlayParams {
  readonly goalProfile: ClockProfile;
  readonly cornerProfile: ClockProfile;
  readonly cardProfile: ClockProfile;
  /** Factor on a side's scoring intensity by its own lead -2 or worse, -1, 0, +1, +2 or better. */
  readonly leadFactors: { readonly home: readonly number[]; readonly away: readonly number[] };
  /**
   * What goal rates mean: "match", the goals of a whole match, so that the intensity at a level score is solved for; or
   * "level", the intensity at a level score itself, as when factors are measured against given rates.
   */
  readonly ratesMean: "match" | "level";
  /** Factors per man of difference after red cards. */
  readonly redFactors: { readonly short: number; readonly opponent: number };
  /** By how much each goal of the opponent beyond those expected raises a side's intensity; see `withPace`. */
  readonly openness: number;
  /** Share of penalties that are scored. */
  readonly penaltyConversion: number;
  /**
   * Beta concentration of the home share of corners and of cards: smaller than the size makes the sides' counts
   * correlate negatively.
   */
  readonly shareConcentration: { readonly corners: number; readonly cards: number };
  /** Standard deviation of stoppage around its expectation, minutes, before and after it is announced. */
  readonly stoppageSpread: {
    readonly expected: { readonly first: number; readonly second: number };
    readonly announced: number;
  };
  /** How much longer than announced a half goes on, minutes. Not in the data; from watching football. */
  readonly stoppageOverrun: number;
  /** Goals of 30 minutes of extra time as a share of a match's. Not in the data: 30/90 less a tenth for tired legs. */
  readonly extraTimeShare: number;
}

/**
 * How a match's events spread over its clock, in any unit (shares are taken later).
 * `first` and `second` hold the weight of equally long bins of 45 minutes; stoppage is a weight per minute.
 */
export interface ClockProfile {
  readonly first: readonly number[];
  readonly firstStoppagePerMinute: number;
  readonly second: readonly number[];
  readonly secondStoppagePerMinute: number;
}

/** Of a match's goals, 0.441 +- 0.003 fall in the first half. */
const FIRST_HALF_SHARE = 0.44;

export const DEFAULT_IN_PLAY: InPlayParams = {
  goalProfile: halvesInShares(FIRST_HALF_SHARE, {
    first: [3.6, 3.9, 4.2, 5.1, 5.4, 5.3, 4.6, 4.8, 4.5],
    firstStoppagePerMinute: 1.6 / 1.31,
    second: [4.9, 6.3, 5.5, 6.0, 5.5, 6.0, 6.2, 5.7, 6.0],
    secondStoppagePerMinute: 4.9 / 3.61,
  }),
  cornerProfile: {
    first: [14.5, 15.6, 16.2],
    firstStoppagePerMinute: 1.8 / 1.31,
    second: [15.7, 16.3, 15.5],
    secondStoppagePerMinute: 4.4 / 3.61,
  },
  cardProfile: {
    first: [5.5, 10.7, 15.3],
    firstStoppagePerMinute: 1.2 / 1.31,
    second: [16.3, 18.7, 23.5],
    secondStoppagePerMinute: 8.8 / 3.61,
  },
  // Shrunk towards 1 by a prior deviation of 0.05; standard errors before that 0.02 to 0.045.
  leadFactors: { home: [1.035, 0.99, 1, 0.937, 0.913], away: [0.99, 1.062, 1, 1.005, 1.045] },
  ratesMean: "match",
  redFactors: { short: 0.68, opponent: 1.45 },
  // 0.025 +- 0.012 by maximum likelihood on the same nine seasons, shrunk by a third. A side's own goals: 0.006 +-
  // 0.01, so none.
  openness: 1 / 60,
  penaltyConversion: 0.717,
  // By moments of the split given the total, 2013/14 to 2020/21; cards split at least as evenly as coin tosses.
  shareConcentration: { corners: 16, cards: 2000 },
  stoppageSpread: { expected: { first: 1.2, second: 1.5 }, announced: 0.6 },
  stoppageOverrun: 0.4,
  extraTimeShare: 0.3,
};

/** The profile with its first half, 1.31 and 3.61 minutes of stoppage included, scaled to `share` of the whole. */
export function halvesInShares(share: number, profile: ClockProfile): ClockProfile {
  const first = sum(profile.first) + 1.31 * profile.firstStoppagePerMinute;
  const second = sum(profile.second) + 3.61 * profile.secondStoppagePerMinute;
  return {
    first: profile.first.map((weight) => (weight * share) / first),
    firstStoppagePerMinute: (profile.firstStoppagePerMinute * share) / first,
    second: profile.second.map((weight) => (weight * (1 - share)) / second),
    secondStoppagePerMinute: (profile.secondStoppagePerMinute * (1 - share)) / second,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
