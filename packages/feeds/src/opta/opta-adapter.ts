import type { XmlElement } from "@rgrove/parse-xml";
import { type Adapter, coverageOf, FeedError, type FeedInput, type ParsedFeed } from "../adapter/adapter.ts";
import { namespacedId } from "../adapter/feed-id.ts";
import { fixtureFrom } from "../adapter/fixture-from.ts";
import { childrenOf, readXml } from "../adapter/read-document.ts";
import { FeedReport } from "../adapter/report.ts";
import { type F7, readF7 } from "./f7.ts";
import { londonTime } from "./london-time.ts";
import { lastChange, OptaEvent, versionTime } from "./opta-event.ts";
import { itemsOfOpta, type OptaMatch } from "./opta-match.ts";

const NAME = "opta-f24";

export const optaF24: Adapter = {
  name: NAME,
  summary: "Opta F24 events (XML), with the F7 of the match for names and line-ups",
  parse(input) {
    const roots = input.documents.map((document) => ({ document, root: readXml(document) }));
    const f7s = roots.filter(({ root }) => root.name === "SoccerFeed").map(({ root }) => readF7(root));
    const games = roots
      .filter(({ root }) => root.name === "Games")
      .flatMap(({ document, root }) => childrenOf(root, "Game").map((game) => ({ document, game })));
    if (games.length === 0)
      throw new FeedError(`${input.documents.map(({ name }) => name).join(", ")}: no F24 among them, no Game in Games`);
    if (games.length > 1 && input.matchId !== undefined)
      throw new FeedError(`${games.length} games, and one match id given for all of them`);
    const report = new FeedReport();
    const matches = games.map(({ document, game }) => readGame(game, document.name, f7s, input, report));
    return { matches, ...report.result() };
  },
};

function readGame(
  game: XmlElement,
  document: string,
  f7s: readonly F7[],
  input: FeedInput,
  report: FeedReport,
): ParsedFeed["matches"][number] {
  const has = game.attributes;
  const f7 = f7s.find(({ matchId }) => matchId === has["id"]) ?? f7s[0];
  const home = has["home_team_id"] ?? f7?.teams.home?.id;
  const away = has["away_team_id"] ?? f7?.teams.away?.id;
  const kickoff = f7?.kickoff ?? londonTime(has["game_date"]) ?? input.kickoff;
  if (home === undefined || away === undefined || kickoff === undefined)
    throw new FeedError(
      `${document}: Game ${has["id"] ?? ""} names no home and away team, or no game_date; add its F7`,
    );
  const ownId = has["id"] ?? f7?.matchId;
  const matchId = input.matchId ?? (ownId === undefined ? undefined : namespacedId("opta", ownId));
  if (matchId === undefined) throw new FeedError(`${document}: the game has no id; give the match id by hand`);
  const match: OptaMatch = {
    matchId,
    source: input.source ?? NAME,
    home,
    away,
    kickoff,
    fixture: fixtureFrom({
      home: has["home_team_name"] ?? f7?.teams.home?.name,
      away: has["away_team_name"] ?? f7?.teams.away?.name,
      kickoff,
      competition: has["competition_name"] ?? f7?.competition,
      season: has["season_name"]?.replace(/^Season /, "") ?? f7?.season,
    }),
    lineups: f7?.lineups ?? {},
    referee: f7?.referee,
    venue: f7?.venue,
  };
  const events = childrenOf(game, "Event").flatMap((element) => readEvent(element, document, report) ?? []);
  return {
    matchId: match.matchId,
    source: match.source,
    ...(match.fixture ? { fixture: match.fixture } : {}),
    coverage: coverageOf("score", "scorers", "cards", "corners", "penalties", "substitutions", "lineups", "periods"),
    kind: "snapshot",
    items: itemsOfOpta(events, match, report),
  };
}

function readEvent(element: XmlElement, document: string, report: FeedReport): OptaEvent | undefined {
  const has = element.attributes;
  const at = londonTime(has["timestamp_utc"] === undefined ? has["timestamp"] : `${has["timestamp_utc"]}Z`);
  const qualifiers = childrenOf(element, "Q").map(
    ({ attributes }) => [Number(attributes["qualifier_id"]), attributes["value"] ?? ""] as const,
  );
  const changed = londonTime(has["last_modified"]);
  const event = {
    id: has["id"],
    eventId: has["event_id"],
    typeId: has["type_id"],
    periodId: has["period_id"],
    min: has["min"],
    sec: has["sec"],
    team: has["team_id"],
    player: has["player_id"],
    outcome: has["outcome"],
    at,
    changedAt: versionTime(has["version"]) ?? changed ?? lastChange(undefined, at ?? 0),
    qualifiers: new Map(qualifiers),
  };
  return report.check(OptaEvent, event, `${document}, event ${has["id"] ?? "without id"}`);
}
