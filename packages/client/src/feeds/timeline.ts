import { Fixture, type MatchEventInput } from "@touchline/domain";
import { z } from "zod";
import { type Pace, PERIOD_OF, wallTimesOf } from "./timeline-clock.ts";
import { issuesOf, TimelineError, type TimelineLine } from "./timeline-file.ts";

export interface TimelineOptions extends Pace {
  /** Replays the match under another id; its own by default. */
  readonly matchId?: string;
  /** Wall-clock milliseconds between the first announcements and kick-off. Default: an hour of match time. */
  readonly leadMs?: number;
  /** Put before each event id. A queue that many matches share needs ids that differ between matches. */
  readonly idPrefix?: string;
}

/** What the feed calls itself. */
export const TIMELINE_SOURCE = "wyscout";

/** Events that one line may become: leaves gaps in `sequence` for them. */
const SEQUENCE_STEP = 10;

/**
 * The lines of one match as match events, in match order.
 *
 * Ids come from `seq` alone (`e12`; `e12-1` for a line's second event), so that the same match published twice is
 * a duplicate. A line type that the domain does not know passes through under its own name.
 * @throws TimelineError when the lines name no teams, or a payload is not what its type promises
 */
export function timelineToEvents(lines: readonly TimelineLine[], options: TimelineOptions): MatchEventInput[] {
  const fixture = fixtureOf(lines, options);
  const times = wallTimesOf(lines, options);
  const lead = options.leadMs ?? 3_600_000 / options.speed;
  return lines.flatMap((line, index) => {
    const early = leadShareOf(line.type) * lead;
    const at = (times[index] ?? options.kickoff) - early;
    return eventsOf(line, fixture).map((event, k): MatchEventInput => {
      const prefix = options.idPrefix ?? "";
      return {
        id: `${prefix}e${line.seq}${k === 0 ? "" : `-${k}`}`,
        source: TIMELINE_SOURCE,
        matchId: options.matchId ?? line.match_id,
        sequence: line.seq * SEQUENCE_STEP + k,
        occurredAt: new Date(Math.floor(at)).toISOString(),
        ...clockOf(line),
        ...event,
      };
    });
  });
}

/** What a timeline knows of its fixture: the body that registers the match, and the payload of its `fixture` event. */
export type TimelineFixture = {
  home: string;
  away: string;
  kickoff: string;
  competition: string;
  clockRate: number;
  season?: string;
};

/**
 * The fixture that a match's lines announce, with the names that results files and fitted parameters use.
 * @throws TimelineError when there is no `match_info`
 */
export function fixtureOf(lines: readonly TimelineLine[], pace: Pace): TimelineFixture {
  const line = lines.find(({ type }) => type === "match_info");
  if (!line) throw new TimelineError(`match ${lines[0]?.match_id ?? ""} has no match_info line`);
  const info = payloadOf(line, MatchInfo);
  return {
    home: info.results_key?.home ?? info.home.name,
    away: info.results_key?.away ?? info.away.name,
    kickoff: new Date(Math.floor(pace.kickoff)).toISOString(),
    competition: info.competition,
    clockRate: pace.speed,
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

/** What a line says happened, without identity, time and place. */
type Happening = Pick<MatchEventInput, "type" | "payload">;

function eventsOf(line: TimelineLine, fixture: TimelineFixture): Happening[] {
  const { type, payload } = line;
  switch (type) {
    case "match_info":
      return announcements(payloadOf(line, MatchInfo), fixture);
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
        ...(playerIn === undefined ? {} : { playerIn }),
        ...(playerOut === undefined ? {} : { playerOut }),
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

function clockOf(line: TimelineLine): Partial<MatchEventInput> {
  const { period, minute, second, team, player } = line;
  return {
    ...(period === undefined ? {} : { period: PERIOD_OF[period] }),
    ...(minute === undefined ? {} : { minute }),
    ...(second == null ? {} : { second }),
    ...(team === undefined ? {} : { team }),
    ...(player === undefined ? {} : { player }),
  };
}

/** Share of the lead time by which a line comes before kick-off. Line-ups are known halfway. */
function leadShareOf(type: string): number {
  return type === "match_info" ? 1 : type === "lineup" ? 0.5 : 0;
}

function payloadOf<T extends z.ZodType>(line: TimelineLine, schema: T): z.output<T> {
  const payload = schema.safeParse(line.payload);
  if (payload.success) return payload.data;
  const where = `match ${line.match_id}, seq ${line.seq} (${line.type})`;
  throw new TimelineError(`${where}: ${issuesOf(payload.error)}`);
}
