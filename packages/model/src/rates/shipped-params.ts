import england2017 from "../../params/ENG-Premier-League_as-of-2017-08-01.json" with { type: "json" };
import england2021 from "../../params/ENG-Premier-League_as-of-2021-05-24.json" with { type: "json" };
import spain2017 from "../../params/ESP-La-Liga_as-of-2017-08-01.json" with { type: "json" };
import spain2021 from "../../params/ESP-La-Liga_as-of-2021-05-24.json" with { type: "json" };
import germany2017 from "../../params/GER-Bundesliga_as-of-2017-08-01.json" with { type: "json" };
import germany2021 from "../../params/GER-Bundesliga_as-of-2021-05-24.json" with { type: "json" };
import { LeagueParams } from "./league-params.ts";

/** Fitted on results from football-data.co.uk; see `params/README.md`. Newest first within a league. */
const SHIPPED: readonly LeagueParams[] = [england2021, england2017, spain2021, spain2017, germany2021, germany2017].map(
  (document) => LeagueParams.parse(document),
);

/**
 * The newest shipped parameters of a league that were fitted before a match.
 * @param league division ("E0") or name ("ENG-Premier League")   @param date ISO date or time of the match
 * @returns undefined for another league, or a match from before all of them
 */
export function shippedParams(league: string, date: string): LeagueParams | undefined {
  return SHIPPED.find(
    (params) =>
      (params.league.division === league || params.league.name === league) && params.asOf <= date.slice(0, 10),
  );
}

/** All shipped documents. */
export function allShippedParams(): readonly LeagueParams[] {
  return SHIPPED;
}
