import { z } from "zod";
import { PERIOD_START_MINUTE, type Period, PERIODS, type SnapshotItem } from "@touchline/domain";
import { type Adapter, coverageOf, FeedError, type FeedDocument, type FeedInput } from "../adapter/adapter.ts";
import { namespacedId } from "../adapter/feed-id.ts";
import { fixtureFrom } from "../adapter/fixture-from.ts";
import { readJson } from "../adapter/read-document.ts";
import { FeedReport } from "../adapter/report.ts";
import { instantOf, periodStarts } from "../adapter/wall-clock.ts";
import { readStatsBomb, statsBombEnd, StatsBombEvent, type StatsBombMatch } from "./statsbomb.ts";

const NAME = "statsbomb";

const Lineup = z.looseObject({
  team_id: z.int(),
  team_name: z.string(),
  lineup: z.array(
    z.looseObject({ player_id: z.int(), player_name: z.string(), player_nickname: z.string().nullish() }),
  ),
});
type Lineup = z.output<typeof Lineup>;

/** One entry of a matches file. `kick_off` carries no zone and is read as UTC. */
const Match = z.looseObject({
  match_id: z.int(),
  match_date: z.string(),
  kick_off: z.string().nullish(),
  competition: z.looseObject({ competition_name: z.string() }).nullish(),
  season: z.looseObject({ season_name: z.string().nullish() }).nullish(),
  home_team: z.looseObject({ home_team_id: z.int(), home_team_name: z.string() }),
  away_team: z.looseObject({ away_team_id: z.int(), away_team_name: z.string() }),
  stadium: z.looseObject({ name: z.string().nullish() }).nullish(),
  referee: z.looseObject({ name: z.string().nullish() }).nullish(),
});
type Match = z.output<typeof Match>;

export const statsBomb: Adapter = {
  name: NAME,
  summary: "StatsBomb open-data events (JSON), with the line-ups and the matches file",
  parse(input) {
    const report = new FeedReport();
    const { events, lineups, record } = sorted(input.documents, report);
    const match = matchFrom(events, lineups, record, input);
    const items = events.flatMap((event) => {
      const read = readStatsBomb(event, match);
      if (read.length === 0 && !OTHER_HALF.has(event.type.name)) report.unmapped(event.type.name);
      return read;
    });
    const fixture = fixtureOf(lineups, record, match);
    const base = { source: match.source, matchId: match.matchId, occurredAt: startText(match) };
    const { referee, stadium } = record ?? {};
    const announced: SnapshotItem[] = [
      ...(fixture ? [{ ...base, id: "fixture", type: "fixture", payload: { ...fixture } }] : []),
      ...(referee?.name
        ? [{ ...base, id: "referee", type: "referee_assigned", payload: { referee: referee.name } }]
        : []),
      ...(stadium?.name ? [{ ...base, id: "venue", type: "venue_changed", payload: { venue: stadium.name } }] : []),
    ];
    const all = ["score", "scorers", "cards", "corners", "penalties", "substitutions", "lineups", "periods"] as const;
    return {
      matches: [
        {
          matchId: match.matchId,
          source: match.source,
          ...(fixture ? { fixture } : {}),
          coverage: coverageOf(...all),
          kind: "snapshot",
          items: [...announced, ...items, ...statsBombEnd(events, match)],
        },
      ],
      ...report.result(),
    };
  },
};

/** Both sides write down what concerns both; the other half of such a pair is not left out, it is counted once. */
const OTHER_HALF: ReadonlySet<string> = new Set(["Half Start", "Half End", "Own Goal Against"]);

interface Sorted {
  readonly events: readonly StatsBombEvent[];
  readonly lineups: readonly Lineup[];
  readonly record: Match | undefined;
}

/** Which document is which, by what is in it. */
function sorted(documents: readonly FeedDocument[], report: FeedReport): Sorted {
  const events: StatsBombEvent[] = [];
  const lineups: Lineup[] = [];
  const matches: Match[] = [];
  for (const document of documents) {
    const json = readJson(document);
    const entries: unknown[] = Array.isArray(json) ? json : [json];
    for (const [k, entry] of entries.entries()) {
      const where = `${document.name}, entry ${k}`;
      if (has(entry, "match_date")) matches.push(...wrapped(report.check(Match, entry, where)));
      else if (has(entry, "lineup") && has(entry, "team_id"))
        lineups.push(...wrapped(report.check(Lineup, entry, where)));
      else events.push(...wrapped(report.check(StatsBombEvent, entry, where)));
    }
  }
  if (events.length === 0)
    throw new FeedError(`${documents.map(({ name }) => name).join(", ")}: no StatsBomb events among them`);
  const teams = new Set(events.map(({ team }) => team.id));
  const record = matches.find(
    ({ home_team: home, away_team: away }) => teams.has(home.home_team_id) && teams.has(away.away_team_id),
  );
  return { events: events.sort((a, b) => a.index - b.index), lineups, record };
}

function wrapped<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

function has(entry: unknown, field: string): boolean {
  return entry !== null && typeof entry === "object" && field in entry;
}

/** @throws FeedError where nobody says which match it is, or when it started */
function matchFrom(
  events: readonly StatsBombEvent[],
  lineups: readonly Lineup[],
  record: Match | undefined,
  input: FeedInput,
): StatsBombMatch {
  const matchId = input.matchId ?? (record ? namespacedId(NAME, record.match_id) : undefined);
  if (matchId === undefined)
    throw new FeedError("a StatsBomb events file names no match: give its id, or the matches file");
  const kickoff =
    instantOf(record ? `${record.match_date}T${record.kick_off ?? "00:00"}Z` : undefined) ?? input.kickoff;
  if (kickoff === undefined)
    throw new FeedError("a StatsBomb events file does not say when it started: give the kick-off, or the matches file");
  const named = events.find(({ team }) => String(team.id) === input.home || team.name === input.home)?.team.id;
  // The file starts with the home side's line-up.
  const homeTeam = record?.home_team.home_team_id ?? named ?? events[0]?.team.id ?? 0;
  const squads = new Map(
    lineups.map(({ team_id: team, lineup }) => [
      team,
      lineup.map((each) => ({
        id: String(each.player_id),
        name: (each.player_nickname ?? each.player_name).slice(0, 120),
      })),
    ]),
  );
  const starts = periodStarts(kickoff, {}, lengthsOf(events));
  return {
    matchId,
    source: input.source ?? NAME,
    homeTeam,
    periodStarts: PERIODS.map((period) => starts[period]),
    squads,
  };
}

function lengthsOf(events: readonly StatsBombEvent[]): Partial<Record<Period, number>> {
  const lengths: Partial<Record<Period, number>> = {};
  for (const { period: number, minute, second } of events) {
    const period = PERIODS[number - 1] ?? "first_half";
    lengths[period] = Math.max(lengths[period] ?? 0, (minute - PERIOD_START_MINUTE[period]) * 60 + second);
  }
  return lengths;
}

function fixtureOf(
  lineups: readonly Lineup[],
  record: Match | undefined,
  match: StatsBombMatch,
): ReturnType<typeof fixtureFrom> {
  const nameOf = (home: boolean): string | undefined =>
    lineups.find(({ team_id: team }) => (team === match.homeTeam) === home)?.team_name;
  return fixtureFrom({
    home: record?.home_team.home_team_name ?? nameOf(true),
    away: record?.away_team.away_team_name ?? nameOf(false),
    kickoff: match.periodStarts[0],
    competition: record?.competition?.competition_name,
    season: record?.season?.season_name,
  });
}

function startText({ periodStarts: [start = 0] }: StatsBombMatch): string {
  return new Date(start).toISOString();
}
