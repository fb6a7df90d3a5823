import type { Pair } from "@touchline/model";
import type { ResultRow } from "./result-row.ts";
import { fitTeamCounts, type TeamCountFit, type TeamEffects } from "./team-counts.ts";

/** The rows of one league in order of date, with team and season numbers. */
export interface LeagueHistory {
  readonly rows: readonly ResultRow[];
  readonly teams: readonly string[];
  readonly homeTeam: Int32Array;
  readonly awayTeam: Int32Array;
  readonly seasons: readonly string[];
  /** By season: 1 for each team that played in it. */
  readonly played: readonly Uint8Array[];
}

/** Matches older than this weigh too little to be worth reading. */
const MEMORY_DAYS = 1500;

export function leagueHistory(rows: readonly ResultRow[]): LeagueHistory {
  const ordered = rows.toSorted((one, other) => one.day - other.day);
  const teams = [...new Set(ordered.flatMap((row) => [row.home, row.away]))].toSorted();
  const numbers = new Map(teams.map((team, index) => [team, index]));
  const numberOf = (team: string) => numbers.get(team)!;
  const seasons = [...new Set(ordered.map((row) => row.season))];
  const played = seasons.map(() => new Uint8Array(teams.length));
  for (const row of ordered) {
    const season = played[seasons.indexOf(row.season)]!;
    season[numberOf(row.home)] = 1;
    season[numberOf(row.away)] = 1;
  }
  return {
    rows: ordered,
    teams,
    homeTeam: Int32Array.from(ordered, (row) => numberOf(row.home)),
    awayTeam: Int32Array.from(ordered, (row) => numberOf(row.away)),
    seasons,
    played,
  };
}

/** From which rows, and as of which moment, teams are rated. */
export interface Moment {
  /** Rows before this index are known. */
  readonly known: number;
  /** Today, in days since 1970-01-01. */
  readonly day: number;
  /** The season to come or going on: newcomers are those who did not play in the one before. */
  readonly season: string;
}

/** Teams of which nothing is known in the season before `season`; nobody when that season is not in the rows. */
export function newcomersOf(history: LeagueHistory, season: string, known: number): Uint8Array {
  const newcomers = new Uint8Array(history.teams.length);
  const before = seasonBefore(history, season, known);
  if (before === undefined) return newcomers;
  return newcomers.map((_, team) => 1 - history.played[before]![team]!);
}

/** The last season among the known rows that is not `season` itself. */
function seasonBefore(history: LeagueHistory, season: string, known: number): number | undefined {
  for (let index = known - 1; index >= 0; index--) {
    const played = history.rows[index]!.season;
    if (played !== season) return history.seasons.indexOf(played);
  }
  return undefined;
}

/** How one measure is rated; see `Signal` for the numbers. */
export interface Rating {
  readonly countsOf: (row: ResultRow) => Pair | undefined;
  readonly decayPerDay: number;
  readonly shrinkageMatches: number;
  readonly newcomerDeficit: number;
  /** Log of a known factor on a match's counts. */
  readonly offset?: (row: ResultRow) => number;
}

/**
 * Team effects of one measure at a moment, from the rows before it alone.
 * @throws RangeError when no known row carries the measure
 */
export function rateTeams(history: LeagueHistory, rating: Rating, moment: Moment, start?: TeamEffects): TeamCountFit {
  const first = firstKept(history, moment);
  const size = moment.known - first;
  const homeCount = new Float64Array(size);
  const awayCount = new Float64Array(size);
  const weight = new Float64Array(size);
  const offset = new Float64Array(size);
  let counted = 0;
  let weights = 0;
  for (let index = 0; index < size; index++) {
    const row = history.rows[first + index]!;
    const counts = rating.countsOf(row);
    if (!counts) continue;
    homeCount[index] = counts.home;
    awayCount[index] = counts.away;
    weight[index] = Math.exp(-rating.decayPerDay * (moment.day - row.day));
    offset[index] = rating.offset?.(row) ?? 0;
    counted += weight[index]! * (counts.home + counts.away);
    weights += 2 * weight[index]!;
  }
  const counts = {
    teams: history.teams.length,
    homeTeam: history.homeTeam.subarray(first, moment.known),
    awayTeam: history.awayTeam.subarray(first, moment.known),
    homeCount,
    awayCount,
    weight,
    offset,
  };
  return fitTeamCounts(counts, {
    rho: "none",
    shrinkage: (rating.shrinkageMatches * counted) / weights,
    prior: newcomerPrior(history, rating, moment),
    ...(start ? { start } : {}),
  });
}

function newcomerPrior(history: LeagueHistory, rating: Rating, moment: Moment): Float64Array {
  const newcomers = newcomersOf(history, moment.season, moment.known);
  const teams = newcomers.length;
  const prior = new Float64Array(2 * teams);
  for (let team = 0; team < teams; team++) {
    prior[team] = -rating.newcomerDeficit * newcomers[team]!;
    prior[teams + team] = -rating.newcomerDeficit * newcomers[team]!;
  }
  return prior;
}

function firstKept(history: LeagueHistory, moment: Moment): number {
  let first = moment.known;
  while (first > 0 && history.rows[first - 1]!.day >= moment.day - MEMORY_DAYS) first--;
  return first;
}
