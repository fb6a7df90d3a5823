import type { Side, SnapshotItem } from "@touchline/domain";
import {
  type Adapter,
  coverageOf,
  FeedError,
  type FeedDocument,
  type FeedInput,
  type ParsedMatch,
} from "../adapter/adapter.ts";
import { namespacedId } from "../adapter/feed-id.ts";
import { fixtureFrom } from "../adapter/fixture-from.ts";
import { readJson } from "../adapter/read-document.ts";
import { FeedReport } from "../adapter/report.ts";
import { instantOf, periodStarts, type PeriodStarts, timeAt } from "../adapter/wall-clock.ts";
import { type Row, rowsOf } from "./api-football-events.ts";
import { ApiFootballAnswer, ApiFootballEvent, ApiFootballFixture, ApiFootballLineup } from "./api-football-fixture.ts";
import { frameOf, KNOWN_STATUS } from "./api-football-status.ts";

const NAME = "api-football";

export const apiFootball: Adapter = {
  name: NAME,
  summary: "API-Football v3 /fixtures answers (JSON): a complete list without ids, at every poll",
  parse(input) {
    const report = new FeedReport();
    const fixtures = input.documents.flatMap((document) => fixturesIn(document, report));
    if (fixtures.length > 1 && input.matchId !== undefined)
      throw new FeedError(`${fixtures.length} fixtures, and one match id given for all of them`);
    return {
      matches: fixtures.map(({ entry, where }) => readFixture(entry, where, input, report)),
      ...report.result(),
    };
  },
};

/** @throws FeedError with the provider's own words when it refused to answer */
function fixturesIn(document: FeedDocument, report: FeedReport): { entry: ApiFootballFixture; where: string }[] {
  const answer = ApiFootballAnswer.safeParse(readJson(document));
  if (!answer.success) throw new FeedError(`${document.name} is no API-Football answer: it has no list "response"`);
  const { errors, response } = answer.data;
  if (errors && Object.keys(errors).length > 0)
    throw new FeedError(`${document.name}: the provider answered with errors: ${JSON.stringify(errors).slice(0, 300)}`);
  return response.flatMap((raw, k) => {
    const where = `${document.name}, response.${k}`;
    const entry = report.check(ApiFootballFixture, raw, where);
    return entry ? [{ entry, where }] : [];
  });
}

function readFixture(entry: ApiFootballFixture, where: string, input: FeedInput, report: FeedReport): ParsedMatch {
  const { fixture: facts, league, teams, lineups: sheets } = entry;
  const kickoff = instantOf(facts.date) ?? input.kickoff;
  if (kickoff === undefined) throw new FeedError(`${where}: fixture.date "${facts.date}" is no time`);
  const base = {
    source: input.source ?? NAME,
    matchId: input.matchId ?? namespacedId(NAME, facts.id),
  };
  const fixture = fixtureFrom({
    home: teams.home.name,
    away: teams.away.name,
    kickoff,
    competition: league?.name,
    season: league?.season == null ? undefined : String(league.season),
  });
  const starts = startsOf(entry, kickoff);
  const sideOf = (team: string): Side | undefined =>
    team === teams.home.id ? "home" : team === teams.away.id ? "away" : undefined;
  const events = report.list(ApiFootballEvent, entry.events, `${where}.events`);
  const lineups = report.list(ApiFootballLineup, sheets, `${where}.lineups`);
  if (!KNOWN_STATUS.has(facts.status.short)) report.unmapped(`status ${facts.status.short}`);
  const rows = [...frameRows(entry), ...lineupRows(lineups, sideOf), ...rowsOf(events, lineups, sideOf, report)];
  const before = { ...base, occurredAt: new Date(kickoff).toISOString() };
  const announced: SnapshotItem[] = [
    ...(fixture ? [{ ...before, type: "fixture", payload: { ...fixture } }] : []),
    ...(facts.referee
      ? [{ ...before, type: "referee_assigned", payload: { referee: facts.referee.slice(0, 80) } }]
      : []),
    ...(facts.venue?.name
      ? [{ ...before, type: "venue_changed", payload: { venue: facts.venue.name.slice(0, 120) } }]
      : []),
  ];
  const reported = ["score", "scorers", "cards", "penalties", "substitutions", "periods"] as const;
  return {
    ...base,
    ...(fixture ? { fixture } : {}),
    // Corners are in another answer, as totals.
    coverage: lineups.length > 0 ? coverageOf(...reported, "lineups") : coverageOf(...reported),
    kind: "snapshot",
    items: [...announced, ...rows.map((row) => ({ ...base, ...row, occurredAt: occurredAt(row, starts, kickoff) }))],
  };
}

function startsOf({ fixture: { periods } }: ApiFootballFixture, kickoff: number): PeriodStarts {
  return periodStarts(kickoff, {
    ...(periods?.first ? { first_half: periods.first * 1000 } : {}),
    ...(periods?.second ? { second_half: periods.second * 1000 } : {}),
  });
}

function occurredAt({ period, minute, type }: Row, starts: PeriodStarts, kickoff: number): string {
  if (type === "lineup_confirmed" || type === "formation_change") return new Date(kickoff - 3_600_000).toISOString();
  if (period != null && minute != null) return timeAt(starts, period, minute);
  const lasts = { first_half: 45, second_half: 45, extra_first_half: 15, extra_second_half: 15, shoot_out: 10 };
  if (period == null) return new Date(starts.shoot_out).toISOString();
  return new Date(starts[period] + (type === "period_end" ? lasts[period] * 60_000 : 0)).toISOString();
}

function frameRows({ fixture: { status }, score }: ApiFootballFixture): Row[] {
  const extraTimePlayed = !/^P(?:EN)?$/.test(status.short) || score?.extratime?.home != null;
  const { begun, ended, last } = frameOf(status.short, extraTimePlayed);
  return [
    ...begun.map((period): Row => ({ type: "period_start", period })),
    ...ended.map((period): Row => ({ type: "period_end", period })),
    ...(last ? [{ type: last }] : []),
  ];
}

const LINES: Readonly<Record<string, string>> = { G: "GK", D: "DF", M: "MD", F: "FW" };

function lineupRows(lineups: readonly ApiFootballLineup[], sideOf: (team: string) => Side | undefined): Row[] {
  return lineups.flatMap(({ team, startXI, substitutes, formation }): Row[] => {
    const side = sideOf(team.id);
    const sheet = (list: typeof startXI): Record<string, string>[] =>
      (list ?? []).flatMap(({ player: { id, name, pos } }) => {
        const position = LINES[pos ?? ""];
        if (id == null) return [];
        return [{ id, ...(name ? { name: name.slice(0, 120) } : {}), ...(position ? { position } : {}) }];
      });
    const starters = sheet(startXI);
    if (!side || starters.length === 0) return [];
    return [
      { type: "lineup_confirmed", team: side, payload: { starters, bench: sheet(substitutes) } },
      ...(formation ? [{ type: "formation_change", team: side, payload: { formation } }] : []),
    ];
  });
}
