import { z } from "zod";
import type { Side } from "@touchline/domain";
import { type Adapter, coverageOf, FeedError, type FeedInput, type ParsedMatch } from "../adapter/adapter.ts";
import { namespacedId } from "../adapter/feed-id.ts";
import { fixtureFrom } from "../adapter/fixture-from.ts";
import { FeedReport } from "../adapter/report.ts";
import { instantOf } from "../adapter/wall-clock.ts";
import { lastChange, OptaEvent } from "../opta/opta-event.ts";
import { itemsOfOpta, type OptaMatch, type OptaPlayer } from "../opta/opta-match.ts";
import { LineUp, MatchInfo, matchesOfMa, type MaMatch } from "./ma-document.ts";

const NAME = "stats-perform-ma3";

export const statsPerformMa3: Adapter = {
  name: NAME,
  summary: "Stats Perform MA3 events (JSON or XML), with the MA1 of the match for names and line-ups",
  parse(input) {
    const report = new FeedReport();
    const all = input.documents.flatMap(matchesOfMa);
    const played = all.filter(({ events }) => events.length > 0);
    if (played.length === 0)
      throw new FeedError(`${input.documents.map(({ name }) => name).join(", ")}: no MA3 among them, no events`);
    if (played.length > 1 && input.matchId !== undefined)
      throw new FeedError(`${played.length} matches, and one match id given for all of them`);
    return { matches: played.map((match) => readMatch(match, all, input, report)), ...report.result() };
  },
};

function readMatch(ma3: MaMatch, all: readonly MaMatch[], input: FeedInput, report: FeedReport): ParsedMatch {
  const info = report.check(MatchInfo, ma3.matchInfo, `${ma3.document}, matchInfo`);
  const home = info?.contestant.find(({ position }) => position === "home");
  const away = info?.contestant.find(({ position }) => position === "away");
  const kickoff = instantOf(info?.date && info.time ? `${info.date.replace(/Z$/, "")}T${info.time}` : undefined);
  const start = kickoff ?? input.kickoff;
  if (!info || !home || !away || start === undefined)
    throw new FeedError(`${ma3.document}: matchInfo names no home and away contestant, or no date and time`);
  // Line-ups of another match would name the wrong teams: they go by contestant.
  const sheets = all
    .flatMap(({ lineUps, document }) => lineUps.map((lineUp) => report.check(LineUp, lineUp, `${document}, lineUp`)))
    .filter((sheet) => sheet !== undefined);
  const lineups = {
    ...lineupFor("home", home.id, sheets),
    ...lineupFor("away", away.id, sheets),
  };
  const match: OptaMatch = {
    matchId: input.matchId ?? namespacedId("stats-perform", info.id),
    source: input.source ?? NAME,
    home: home.id,
    away: away.id,
    kickoff: start,
    fixture: fixtureFrom({
      home: home.name,
      away: away.name,
      kickoff: start,
      competition: info.competition?.name,
      season: info.tournamentCalendar?.name,
    }),
    lineups,
    referee: refereeIn(all),
    venue: info.venue?.longName ?? info.venue?.name,
  };
  const events = ma3.events.flatMap((event) => readEvent(event, ma3.document, report) ?? []);
  return {
    matchId: match.matchId,
    source: match.source,
    ...(match.fixture ? { fixture: match.fixture } : {}),
    coverage: coverageOf("score", "scorers", "cards", "corners", "penalties", "substitutions", "lineups", "periods"),
    kind: "snapshot",
    items: itemsOfOpta(events, match, report),
  };
}

const LINES: Readonly<Record<string, OptaPlayer["position"]>> = {
  Goalkeeper: "GK",
  Defender: "DF",
  "Wing Back": "DF",
  "Defensive Midfielder": "MD",
  Midfielder: "MD",
  "Attacking Midfielder": "MD",
  Attacker: "FW",
  Striker: "FW",
  Forward: "FW",
};

function lineupFor(side: Side, team: string, sheets: readonly LineUp[]): Partial<Record<Side, readonly OptaPlayer[]>> {
  const players = sheets.find(({ contestantId, player }) => contestantId === team && player.length > 0)?.player ?? [];
  const lineup = players.map(({ playerId, matchName, position, subPosition }): OptaPlayer => {
    const starts = position !== undefined && position !== "Substitute";
    const line = LINES[(starts ? position : subPosition) ?? ""];
    return { id: playerId, starts, ...(matchName ? { name: matchName } : {}), ...(line ? { position: line } : {}) };
  });
  return lineup.some(({ starts }) => starts) ? { [side]: lineup } : {};
}

const Official = z.looseObject({ type: z.string(), firstName: z.string().nullish(), lastName: z.string().nullish() });

function refereeIn(all: readonly MaMatch[]): string | undefined {
  for (const candidate of all.flatMap(({ officials }) => officials)) {
    const official = Official.safeParse(candidate);
    if (!official.success || official.data.type !== "Main") continue;
    const { firstName, lastName } = official.data;
    return (
      [firstName, lastName]
        .flatMap((part) => part ?? [])
        .join(" ")
        .slice(0, 80) || undefined
    );
  }
  return undefined;
}

const RawEvent = z.looseObject({
  timeStamp: z.string(),
  lastModified: z.string().nullish(),
  qualifier: z.array(z.looseObject({ qualifierId: z.coerce.number(), value: z.coerce.string().nullish() })).default([]),
});

function readEvent(event: unknown, document: string, report: FeedReport): OptaEvent | undefined {
  const id = z.looseObject({ id: z.unknown() }).safeParse(event).data?.id;
  const where = `${document}, event ${typeof id === "string" || typeof id === "number" ? id : "without id"}`;
  const raw = report.check(RawEvent, event, where);
  if (!raw) return undefined;
  const at = instantOf(raw.timeStamp) ?? Number.NaN;
  return report.check(
    OptaEvent,
    {
      ...raw,
      min: raw["timeMin"],
      sec: raw["timeSec"],
      team: raw["contestantId"],
      player: raw["playerId"],
      at,
      changedAt: lastChange(raw.lastModified ?? undefined, at),
      qualifiers: new Map(raw.qualifier.map(({ qualifierId, value }) => [qualifierId, value ?? ""])),
    },
    where,
  );
}
