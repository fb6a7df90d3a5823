import { z } from "zod";
import type { Pair, Period, Totals } from "@touchline/domain";
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
import { instantOf } from "../adapter/wall-clock.ts";

const NAME = "football-data";

const count = z.int().min(0).max(50).nullish();
const score = z
  .looseObject({ home: count, away: count })
  .nullish()
  .transform((value): Pair | undefined => {
    const { home, away } = value ?? {};
    return home == null || away == null ? undefined : { home, away };
  });
const team = z.looseObject({ id: z.int().nullish(), name: z.string().nullish() });

/** A match as version 4 gives it; `minute` comes with some plans only. */
const Match = z.looseObject({
  id: z.int(),
  utcDate: z.string(),
  status: z.string(),
  minute: z.union([z.int(), z.string()]).nullish(),
  lastUpdated: z.string().nullish(),
  competition: z.looseObject({ name: z.string().nullish() }).nullish(),
  season: z.looseObject({ startDate: z.string().nullish() }).nullish(),
  stage: z.string().nullish(),
  homeTeam: team,
  awayTeam: team,
  score: z.looseObject({
    duration: z.string().nullish(),
    fullTime: score,
    halfTime: score,
    regularTime: score,
    extraTime: score,
    penalties: score,
  }),
});
type Match = z.output<typeof Match>;

const Answer = z.looseObject({
  matches: z.array(z.unknown()).optional(),
  match: z.unknown().optional(),
  message: z.string().optional(),
  competition: z.looseObject({ name: z.string().nullish() }).nullish(),
});

export const footballData: Adapter = {
  name: NAME,
  summary: "football-data.org v4 matches (JSON): scores only",
  parse(input) {
    const report = new FeedReport();
    const matches = input.documents.flatMap((document) => matchesIn(document, input, report));
    if (matches.length > 1 && input.matchId !== undefined)
      throw new FeedError(`${matches.length} matches, and one match id given for all of them`);
    return { matches, ...report.result() };
  },
};

/** @throws FeedError for a document without matches, with the provider's own words where it refused */
function matchesIn(document: FeedDocument, input: FeedInput, report: FeedReport): ParsedMatch[] {
  const json = readJson(document);
  const answer = Answer.safeParse(json).data;
  const alone = json !== null && typeof json === "object" && "utcDate" in json ? [json] : undefined;
  const list = answer?.matches ?? alone ?? (answer?.match === undefined ? undefined : [answer.match]);
  if (!list)
    throw new FeedError(`${document.name} is no football-data.org answer: ${answer?.message ?? "it has no matches"}`);
  return list.flatMap((raw, k) => {
    const where = `${document.name}, ${alone ? "match" : `matches.${k}`}`;
    const match = report.check(Match, raw, where);
    const read = match && readMatch(match, answer?.competition?.name, input, where, report);
    return read ? [read] : [];
  });
}

function readMatch(
  match: Match,
  competition: string | null | undefined,
  input: FeedInput,
  where: string,
  report: FeedReport,
): ParsedMatch | undefined {
  const kickoff = instantOf(match.utcDate);
  const standing = standingOf(match);
  if (kickoff === undefined) report.fault(where, `utcDate: "${match.utcDate}" is no time`);
  if (!standing) report.unmapped(`status ${match.status}`);
  const goals = goalsOf(match.score, standing?.period ?? null);
  if (!goals)
    report.fault(where, "score: the half-time score, or extra time and penalties, exceed what they are part of");
  if (kickoff === undefined || !standing || !goals) return undefined;
  const season = match.season?.startDate?.slice(0, 4);
  const fixture = fixtureFrom({
    home: match.homeTeam.name,
    away: match.awayTeam.name,
    kickoff,
    competition: match.competition?.name ?? competition,
    season,
  });
  const asOf = new Date(instantOf(match.lastUpdated) ?? kickoff).toISOString();
  return {
    matchId: input.matchId ?? namespacedId(NAME, match.id),
    source: input.source ?? NAME,
    ...(fixture ? { fixture } : {}),
    coverage: coverageOf("score", "periods"),
    kind: "totals",
    totals: { ...standing, score: goals },
    asOf,
  };
}

/** Where the match stands. The status alone does not tell the halves apart: the half-time score does. */
function standingOf({ status, score: { duration, halfTime } }: Match): Pick<Totals, "period" | "phase"> | undefined {
  const period: Period =
    duration === "PENALTY_SHOOTOUT"
      ? "shoot_out"
      : duration === "EXTRA_TIME"
        ? "extra_first_half"
        : halfTime
          ? "second_half"
          : "first_half";
  switch (status) {
    case "SCHEDULED":
    case "TIMED":
      return { period: null, phase: "scheduled" };
    case "LIVE":
    case "IN_PLAY":
      return { period, phase: "playing" };
    case "EXTRA_TIME":
      return { period: "extra_first_half", phase: "playing" };
    case "PENALTY_SHOOTOUT":
      return { period: "shoot_out", phase: "playing" };
    case "PAUSED":
      // The half-time score is set with the break of half-time; a later break keeps the period that `duration` names.
      return {
        period: duration === "EXTRA_TIME" || duration === "PENALTY_SHOOTOUT" ? period : "first_half",
        phase: "break",
      };
    case "FINISHED":
      return { period: period === "first_half" ? "second_half" : period, phase: "ended" };
    case "POSTPONED":
      return { period: null, phase: "postponed" };
    case "SUSPENDED":
    case "CANCELLED":
    case "CANCELED":
      return { period: null, phase: "abandoned" };
    default:
      return undefined;
  }
}

/** Goals by period. `fullTime` is the running score, with extra time and shoot-out in it. */
function goalsOf(given: Match["score"], period: Period | null): Partial<Record<Period, Pair>> | undefined {
  const { fullTime, halfTime, regularTime, extraTime, penalties } = given;
  if (!fullTime) return {};
  const regular = regularTime ?? less(less(fullTime, extraTime), penalties);
  if (!regular) return undefined;
  if (period === null || period === "first_half") return { first_half: regular };
  const second = halfTime ? less(regular, halfTime) : undefined;
  if (!second && halfTime) return undefined;
  return {
    first_half: halfTime ?? { home: 0, away: 0 },
    // Without a half-time score nobody can say when they fell.
    second_half: second ?? regular,
    ...(extraTime ? { extra_first_half: extraTime } : {}),
    ...(penalties ? { shoot_out: penalties } : {}),
  };
}

function less(whole: Pair | undefined, part: Pair | undefined): Pair | undefined {
  if (!whole || !part) return whole;
  const rest = { home: whole.home - part.home, away: whole.away - part.away };
  return rest.home < 0 || rest.away < 0 ? undefined : rest;
}
