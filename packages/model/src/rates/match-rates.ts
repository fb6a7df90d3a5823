import type { CountRates, MatchRates } from "../situation/situation.ts";
import type { LeagueParams, Strength } from "./league-params.ts";
import { resultsName } from "./team-aliases.ts";

/** Who plays, and who is in charge; names as in the results files or as in `team-aliases`. */
export interface FixtureNames {
  readonly home: string;
  readonly away: string;
  readonly referee?: string;
}

const AVERAGE: Strength = { attack: 0, defence: 0 };
/** Where a league's files record no corners or cards: means of three leagues, 2011/12 to 2020/21. */
const USUAL_CORNERS: CountRates = { home: 5.65, away: 4.5, size: 80 };
const USUAL_CARDS: CountRates = { home: 1.97, away: 2.24, size: 80 };

/** Expected goals, corners and cards of a fixture. A team the parameters do not know is rated as a newcomer. */
export function matchRates(params: LeagueParams, fixture: FixtureNames): MatchRates {
  const home = teamOf(params, fixture.home);
  const away = teamOf(params, fixture.away);
  const { level, homeAdvantage, rho } = params.goals;
  const goals = (team: typeof home) => team?.goals ?? params.newcomer;
  const referee = fixture.referee === undefined ? 1 : (params.referees[fixture.referee] ?? 1);
  return {
    ...sides({ level, homeAdvantage }, goals(home), goals(away), 1),
    rho,
    corners: params.corners
      ? { ...sides(params.corners, home?.corners, away?.corners, 1), size: params.corners.size }
      : USUAL_CORNERS,
    cards: params.cards
      ? { ...sides(params.cards, home?.cards, away?.cards, referee), size: params.cards.size }
      : USUAL_CARDS,
  };
}

/** Whether a team is rated by its own record. */
export function isKnownTeam(params: LeagueParams, name: string): boolean {
  return teamOf(params, name) !== undefined;
}

function teamOf(params: LeagueParams, name: string): LeagueParams["teams"][string] | undefined {
  const own = Object.hasOwn(params.teams, name) ? name : resultsName(name);
  return Object.hasOwn(params.teams, own) ? params.teams[own] : undefined;
}

function sides(
  { level, homeAdvantage }: { readonly level: number; readonly homeAdvantage: number },
  home: Strength = AVERAGE,
  away: Strength = AVERAGE,
  factor = 1,
): { readonly home: number; readonly away: number } {
  return {
    home: factor * Math.exp(level + homeAdvantage + home.attack - away.defence),
    away: factor * Math.exp(level + away.attack - home.defence),
  };
}
