import { z } from "zod";
import { Fixture, type MatchEventInput, withoutNullFields } from "@touchline/domain";
import { issuesOf, TimelineError, type TimelineLine } from "./timeline-file.ts";

/** What a line says happened, without identity, time and place. */
export type Happening = Pick<MatchEventInput, "type" | "payload">;

/** What a timeline knows of its fixture: the body that registers the match, and the payload of its `fixture` event. */
export type TimelineFixture = {
  home: string;
  away: string;
  kickoff: string;
  competition: string;
  clockRate: number;
  season?: string;
};

/** When the match starts (wall-clock milliseconds), and how many match seconds pass in a real one. */
export interface FixturePace {
  readonly kickoff: number;
  readonly speed: number;
}

/** What a line contains; `where` names the line in errors. */
export interface LineContent extends Pick<TimelineLine, "type" | "payload"> {
  readonly where: string;
}

/**
 * The fixture that a `match_info` line announces, with the names that results files and fitted parameters use.
 * @throws TimelineError when the line lacks what a fixture needs
 */
export function fixtureFrom(line: LineContent, { kickoff, speed }: FixturePace): TimelineFixture {
  const info = payloadOf(line, MatchInfo);
  return {
    home: info.results_key?.home ?? info.home.name,
    away: info.results_key?.away ?? info.away.name,
    kickoff: new Date(Math.floor(kickoff)).toISOString(),
    competition: info.competition,
    clockRate: speed,
    ...(info.season === undefined ? {} : { season: info.season }),
  };
}

const MatchInfo = z.looseObject({
  competition: Fixture.shape.competition,
  season: Fixture.shape.season,
  home: z.looseObject({ name: Fixture.shape.home }),
  away: z.looseObject({ name: Fixture.shape.away }),
  results_key: z.looseObject({ home: Fixture.shape.home, away: Fixture.shape.away }).optional(),
  venue: z.string().min(1).max(120).nullish(),
  referee: z.string().min(1).max(80).nullish(),
});

const TimelinePlayer = z.looseObject({
  id: z.int().nonnegative(),
  name: z.string().max(120).nullish(),
  pos: z.enum(["GK", "DF", "MD", "FW"]).nullish(),
});
const Lineup = z.looseObject({
  starters: z.array(TimelinePlayer),
  bench: z.array(TimelinePlayer).default([]),
});
const Card = z.looseObject({ colour: z.enum(["yellow", "second_yellow", "red"]) });
const Penalty = z.looseObject({ scored: z.boolean() });
const Substitution = z.looseObject({
  player_in: z.int().nonnegative().optional(),
  player_out: z.int().nonnegative().optional(),
});
const PeriodEnd = z.looseObject({ stoppage_s: z.number().optional() });

/**
 * The events that one line becomes, in match order; a type that the domain does not know passes through.
 * @throws TimelineError when the payload is not what its type promises
 */
export function happeningsOf(line: LineContent, pace: FixturePace): Happening[] {
  const { type, payload } = line;
  switch (type) {
    case "match_info":
      return announcements(payloadOf(line, MatchInfo), fixtureFrom(line, pace));
    case "lineup": {
      const { starters, bench } = payloadOf(line, Lineup);
      const players = { starters: starters.map(playerOf), bench: bench.map(playerOf) };
      return [{ type: "lineup_confirmed", payload: players }];
    }
    case "period_end": {
      const { stoppage_s: stoppageSeconds } = payloadOf(line, PeriodEnd);
      return [{ type, payload: stoppageSeconds === undefined ? {} : { stoppageSeconds } }];
    }
    case "period_start":
      return [{ type, payload: {} }];
    case "penalty_kick": {
      const { scored } = payloadOf(line, Penalty);
      return [
        { type: "penalty_awarded", payload: {} },
        { type: "penalty_taken", payload: { ...payload, scored } },
      ];
    }
    case "card": {
      const { colour } = payloadOf(line, Card);
      return [{ type: CARD_TYPES[colour], payload }];
    }
    case "substitution": {
      const { player_in: playerIn, player_out: playerOut, ...rest } = payload;
      payloadOf(line, Substitution);
      const players = {
        ...(playerIn == null ? {} : { playerIn }),
        ...(playerOut == null ? {} : { playerOut }),
      };
      return [{ type, payload: { ...rest, ...players } }];
    }
    case "shootout_kick":
      return [{ type, payload: { ...payload, scored: payloadOf(line, Penalty).scored } }];
    case "match_end":
      return [{ type: "full_time", payload }];
    default:
      return [{ type, payload }];
  }
}

const CARD_TYPES = {
  yellow: "yellow_card",
  second_yellow: "second_yellow_card",
  red: "red_card",
} as const;

function announcements(info: z.output<typeof MatchInfo>, fixture: TimelineFixture): Happening[] {
  const { referee, venue } = info;
  const announced: Happening[] = [{ type: "fixture", payload: { ...fixture } }];
  if (referee) announced.push({ type: "referee_assigned", payload: { referee } });
  if (venue) announced.push({ type: "venue_changed", payload: { venue } });
  return announced;
}

function playerOf({ id, name, pos }: z.output<typeof TimelinePlayer>): Record<string, z.core.util.JSONType> {
  return { id, ...(name ? { name } : {}), ...(pos ? { position: pos } : {}) };
}

function payloadOf<T extends z.ZodType>({ payload: raw, where }: LineContent, schema: T): z.output<T> {
  const payload = schema.safeParse(withoutNullFields(raw));
  if (payload.success) return payload.data;
  throw new TimelineError(`${where}: ${issuesOf(payload.error)}`);
}
