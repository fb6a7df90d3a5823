import type { Pair } from "@touchline/model";
import { type LeagueHistory, type Moment, type Rating, rateTeams } from "../results/league-history.ts";
import type { ResultRow } from "../results/result-row.ts";
import type { TeamCountFit } from "../results/team-counts.ts";

/** Team effects on corners or cards, and how far totals scatter around them. */
export interface FittedCounts {
  readonly levels: { readonly level: number; readonly homeAdvantage: number; readonly size: number };
  readonly effects: TeamCountFit;
  /** Factor on the cards of a match by its referee. */
  readonly referees: ReadonlyMap<string, number>;
}

const COUNTS: Record<"corners" | "cards", (row: ResultRow) => Pair | undefined> = {
  corners: (row) => row.corners,
  // A sending-off is a card like a caution: markets on cards count both.
  cards: ({ yellows, reds }) =>
    yellows && { home: yellows.home + (reds?.home ?? 0), away: yellows.away + (reds?.away ?? 0) },
};
const DECAY_PER_DAY = 0.0019;
/** Best of 1.5 to 16 in forecasts of 2014/15 to 2020/21: teams differ little in corners and hardly in cards. */
const SHRINKAGE_MATCHES = { corners: 8, cards: 16 };
const NEWCOMER_DEFICIT = { corners: 0.08, cards: 0 };
/** A referee's record counts as much as the average referee's after this many cards (about ten matches). */
const REFEREE_CARDS = 40;
const ROUNDS = 3;
/** Sizes are estimated badly: one of 80 is believed as firmly as two hundred matches. */
const USUAL_SIZE = 80;
const SIZE_MATCHES = 200;
const LEAST_SIZE = 4;
const LARGEST_SIZE = 400;

/** Fits one kind of count; undefined when the rows hardly record it. Referees are told apart for cards only. */
export function fitCounts(what: "corners" | "cards", history: LeagueHistory, moment: Moment): FittedCounts | undefined {
  const countsOf = COUNTS[what];
  const recorded = history.rows.filter((row) => countsOf(row) !== undefined).length;
  if (recorded < history.rows.length / 2) return undefined;
  let referees = new Map<string, number>();
  const rating: Rating = {
    countsOf,
    decayPerDay: DECAY_PER_DAY,
    shrinkageMatches: SHRINKAGE_MATCHES[what],
    newcomerDeficit: NEWCOMER_DEFICIT[what],
    offset: (row) => Math.log(referees.get(row.referee ?? "") ?? 1),
  };
  let effects = rateTeams(history, rating, moment);
  // Referees and teams explain each other's cards; going back and forth settles in a few rounds.
  for (let round = 0; what === "cards" && round < ROUNDS; round++) {
    referees = refereeFactors(history, effects, countsOf, moment);
    effects = rateTeams(history, rating, moment, effects);
  }
  const { level, homeAdvantage } = effects;
  const size = totalSize(history, effects, rating, moment);
  return { levels: { level, homeAdvantage, size }, effects, referees };
}

/** Mean total of a match without its referee. */
function meanTotal(history: LeagueHistory, effects: TeamCountFit, match: number): number {
  const home = history.homeTeam[match]!;
  const away = history.awayTeam[match]!;
  const { level, homeAdvantage, attack, defence } = effects;
  return (
    Math.exp(level + homeAdvantage + attack[home]! - defence[away]!) + Math.exp(level + attack[away]! - defence[home]!)
  );
}

function refereeFactors(
  history: LeagueHistory,
  effects: TeamCountFit,
  countsOf: Rating["countsOf"],
  moment: Moment,
): Map<string, number> {
  const shown = new Map<string, { cards: number; expected: number }>();
  for (let match = 0; match < moment.known; match++) {
    const row = history.rows[match]!;
    const counts = countsOf(row);
    if (!counts || !row.referee) continue;
    const weight = Math.exp(-DECAY_PER_DAY * (moment.day - row.day));
    const so = shown.get(row.referee) ?? { cards: 0, expected: 0 };
    so.cards += weight * (counts.home + counts.away);
    so.expected += weight * meanTotal(history, effects, match);
    shown.set(row.referee, so);
  }
  return new Map(
    [...shown]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, { cards, expected }]) => [name, (cards + REFEREE_CARDS) / (expected + REFEREE_CARDS)]),
  );
}

/** Gamma size by moments: mean² over (squared residual - mean) of the match totals, shrunk. */
function totalSize(history: LeagueHistory, effects: TeamCountFit, rating: Rating, moment: Moment): number {
  let squaredMeans = 0;
  let extra = 0;
  let weights = 0;
  for (let match = 0; match < moment.known; match++) {
    const row = history.rows[match]!;
    const counts = rating.countsOf(row);
    if (!counts) continue;
    const weight = Math.exp(-rating.decayPerDay * (moment.day - row.day));
    const mean = meanTotal(history, effects, match) * Math.exp(rating.offset?.(row) ?? 0);
    const residual = counts.home + counts.away - mean;
    weights += weight;
    squaredMeans += weight * mean * mean;
    extra += weight * (residual * residual - mean);
  }
  const believed = (SIZE_MATCHES * squaredMeans) / weights;
  const inverse = (extra + believed / USUAL_SIZE) / (squaredMeans + believed);
  return 1 / Math.min(1 / LEAST_SIZE, Math.max(1 / LARGEST_SIZE, inverse));
}
