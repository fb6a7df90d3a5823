import type { LeagueParams } from "@touchline/model";
import type { ResultRow } from "../results/result-row.ts";
import { fitTeamCounts, type TeamCounts } from "../results/team-counts.ts";

/**
 * Maximum likelihood as textbooks have it: every match weighs the same, nothing is shrunk, goals alone. It forecasts
 * worse than what is used, and is there to be compared with other programs on the same matches (the R package
 * goalmodel, say).
 * @returns undefined where the likelihood has no maximum, as with a team that has not scored
 */
export function plainFit(rows: readonly ResultRow[]): LeagueParams["checks"]["plain"] {
  const teams = [...new Set(rows.flatMap(({ home, away }) => [home, away]))].toSorted();
  const index = new Map(teams.map((team, at) => [team, at]));
  const counts: TeamCounts = {
    teams: teams.length,
    homeTeam: rows.map(({ home }) => index.get(home)!),
    awayTeam: rows.map(({ away }) => index.get(away)!),
    homeCount: rows.map(({ goals }) => goals.home),
    awayCount: rows.map(({ goals }) => goals.away),
    weight: rows.map(() => 1),
  };
  const hasScored = new Set(
    rows.flatMap(({ home, away, goals }) => [goals.home > 0 ? home : "", goals.away > 0 ? away : ""]),
  );
  const hasConceded = new Set(
    rows.flatMap(({ home, away, goals }) => [goals.away > 0 ? home : "", goals.home > 0 ? away : ""]),
  );
  if (!teams.every((team) => hasScored.has(team) && hasConceded.has(team))) return undefined;
  const poisson = fitTeamCounts(counts, { rho: "none", shrinkage: 0 });
  const { logLikelihood, level, homeAdvantage, rho } = fitTeamCounts(counts, {
    rho: "fit",
    shrinkage: 0,
    start: poisson,
  });
  const found = { poissonLogLikelihood: poisson.logLikelihood, logLikelihood, level, homeAdvantage, rho };
  return Object.values(found).every(Number.isFinite) ? found : undefined;
}
