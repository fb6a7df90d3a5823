import type { XmlElement } from "@rgrove/parse-xml";
import type { Side } from "@touchline/domain";
import { childrenOf, elementAt } from "../adapter/read-document.ts";
import { validTime } from "./london-time.ts";
import type { OptaPlayer } from "./opta-match.ts";

/** What F7 adds to the events: names, line-ups, officials, and times with their zone. */
export interface F7 {
  readonly matchId: string | undefined;
  readonly teams: Readonly<Partial<Record<Side, { readonly id: string; readonly name: string | undefined }>>>;
  readonly kickoff: number | undefined;
  readonly competition: string | undefined;
  readonly season: string | undefined;
  readonly referee: string | undefined;
  readonly venue: string | undefined;
  readonly lineups: Readonly<Partial<Record<Side, readonly OptaPlayer[]>>>;
}

const LINES: Readonly<Record<string, OptaPlayer["position"]>> = {
  Goalkeeper: "GK",
  Defender: "DF",
  Midfielder: "MD",
  Forward: "FW",
  Striker: "FW",
};

/** @param root the `SoccerFeed` element */
export function readF7(root: XmlElement): F7 {
  const document = elementAt(root, "SoccerDocument");
  const match = elementAt(document, "MatchData");
  const sides = childrenOf(match, "TeamData");
  const teams = childrenOf(document, "Team");
  const names = new Map(teams.flatMap((team) => childrenOf(team, "Player").map(nameOf)));
  const teamOf = (side: Side): F7["teams"][Side] => {
    const data = sides.find(({ attributes }) => attributes["Side"] === (side === "home" ? "Home" : "Away"));
    const ref = data?.attributes["TeamRef"];
    if (ref === undefined) return undefined;
    const team = teams.find(({ attributes }) => attributes["uID"] === ref);
    return { id: bareId(ref), name: textAt(team, "Name") };
  };
  const lineupOf = (side: Side): readonly OptaPlayer[] | undefined => {
    const data = sides.find(({ attributes }) => attributes["Side"] === (side === "home" ? "Home" : "Away"));
    const players = childrenOf(elementAt(data, "PlayerLineUp"), "MatchPlayer").flatMap((player) =>
      playerOf(player, names),
    );
    return players.some(({ starts }) => starts) ? players : undefined;
  };
  const official = elementAt(match, "MatchOfficial", "OfficialName");
  const [home, away] = [teamOf("home"), teamOf("away")];
  const [homeLineup, awayLineup] = [lineupOf("home"), lineupOf("away")];
  const id = document?.attributes["uID"];
  return {
    matchId: id === undefined ? undefined : bareId(id),
    teams: { ...(home ? { home } : {}), ...(away ? { away } : {}) },
    kickoff: validTime(textAt(elementAt(match, "MatchInfo"), "Date")),
    competition: textAt(elementAt(document, "Competition"), "Name"),
    season: seasonOf(elementAt(document, "Competition")),
    referee: joined(textAt(official, "First"), textAt(official, "Last")),
    venue: textAt(elementAt(document, "Venue"), "Name"),
    lineups: { ...(homeLineup ? { home: homeLineup } : {}), ...(awayLineup ? { away: awayLineup } : {}) },
  };
}

/** F7 puts a letter before each id (`t174`, `p242831`, `f1009316`), F24 does not. */
export function bareId(id: string): string {
  return id.replace(/^[a-z](?=\d)/, "");
}

function playerOf({ attributes }: XmlElement, names: ReadonlyMap<string, string | undefined>): OptaPlayer[] {
  const ref = attributes["PlayerRef"];
  if (ref === undefined) return [];
  const line = attributes["Position"] === "Substitute" ? attributes["SubPosition"] : attributes["Position"];
  const position = LINES[line ?? ""];
  const name = names.get(ref);
  return [
    {
      id: bareId(ref),
      starts: attributes["Status"] === "Start",
      ...(name ? { name } : {}),
      ...(position ? { position } : {}),
    },
  ];
}

function nameOf(player: XmlElement): [string, string | undefined] {
  const person = elementAt(player, "PersonName");
  const name = textAt(person, "Known") ?? joined(textAt(person, "First"), textAt(person, "Last"));
  return [player.attributes["uID"] ?? "", name];
}

function seasonOf(competition: XmlElement | undefined): string | undefined {
  const stat = childrenOf(competition, "Stat").find(({ attributes }) => attributes["Type"] === "season_name");
  return stat?.text.trim().replace(/^Season /, "") || undefined;
}

function textAt(element: XmlElement | undefined, name: string): string | undefined {
  return elementAt(element, name)?.text.trim() || undefined;
}

function joined(...parts: readonly (string | undefined)[]): string | undefined {
  return parts.filter((part) => part !== undefined).join(" ") || undefined;
}
