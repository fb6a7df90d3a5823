import { z } from "zod";
import { FACT_FAMILIES } from "./fact-family.ts";
import { Id } from "./ids.ts";
import { Instant } from "./instant.ts";
import { Side } from "./side.ts";
import { SourcesPolicy } from "./sources-policy.ts";

/** Payload rules by event type. Objects are loose: a feed's extra fields are kept and mean nothing here. */
const nothing = z.looseObject({});

export const POSITIONS = ["GK", "DF", "MD", "FW"] as const;

const playerId = z.union([Id, z.int().nonnegative()]).transform(String);
const player = z.object({
  id: playerId,
  name: z.string().max(120).optional(),
  position: z.enum(POSITIONS).optional().catch(undefined),
});
export type Player = z.infer<typeof player>;

const teamName = z.string().min(1).max(80);
const price = z.number().gt(1).max(10_000);

export const GOAL_KINDS = ["open_play", "free_kick", "penalty", "own_goal", "corner_direct", "header"] as const;

export const STAKES = ["low", "medium", "high"] as const;

/** Each family once, in one order, so that equal coverage is equal text. */
const coverage = z
  .array(z.enum(FACT_FAMILIES))
  .max(4 * FACT_FAMILIES.length)
  .overwrite((families) => FACT_FAMILIES.filter((family) => families.includes(family)));

/** What a fixture is: also the body of `PUT /v1/matches/{matchId}`. */
export const Fixture = z.object({
  home: teamName,
  away: teamName,
  kickoff: Instant,
  competition: z.string().min(1).max(80),
  season: z.string().max(16).optional(),
  stakes: z.enum(STAKES).optional(),
  /** A level score leads to extra time and penalties. */
  knockout: z.boolean().default(false),
  /**
   * Match seconds per real second: 1 in life, 60 in a sixty-fold replay. So slow that a match lasts a week is no match.
   */
  clockRate: z.number().min(0.01).max(1_000).default(1),
  /**
   * What the feed of this match carries; all of it when absent. Markets on the rest are neither offered nor settled.
   */
  coverage: coverage.optional().meta({ description: "what the feed of this match carries; everything when absent" }),
  /** Whom to believe where several sources report the match; all of them count when absent. */
  sources: SourcesPolicy.optional().meta({ description: "whom to believe where several sources report this match" }),
});
export type Fixture = z.infer<typeof Fixture>;
export type FixtureInput = z.input<typeof Fixture>;

const card = z.looseObject({
  /** `staff` for a coach or anybody else who is not in the squad: it takes nobody off and counts for no market. */
  shownTo: z.enum(["player", "staff"]).optional().catch(undefined),
});

export const PAYLOADS = {
  fixture: Fixture,
  lineup_confirmed: z.looseObject({
    starters: z.array(player).max(11),
    bench: z.array(player).max(30).default([]),
  }),
  kick_off: nothing,
  period_start: nothing,
  period_end: nothing,
  stoppage_time_announced: z.looseObject({ minutes: z.number().min(0).max(60).optional() }),
  full_time: nothing,

  goal: z.looseObject({
    kind: z.enum(GOAL_KINDS).catch("open_play").default("open_play"),
    /** `possible` does not count yet, `tbd` counts and may be taken back, `cancelled` does not count. */
    confirmation: z.enum(["possible", "tbd", "confirmed", "cancelled"]).default("confirmed"),
  }),
  penalty_awarded: nothing,
  penalty_taken: z.looseObject({ scored: z.boolean() }),
  penalty_missed: nothing,
  shootout_kick: z.looseObject({ scored: z.boolean() }),
  var_review_started: z.looseObject({ subject: z.string().max(40).optional() }),
  var_review_ended: nothing,

  corner: nothing,
  yellow_card: card,
  second_yellow_card: card,
  red_card: card,

  substitution: z.looseObject({ playerIn: playerId.optional(), playerOut: playerId.optional() }),
  /** A player leaves the pitch and nobody comes for him: his side plays on with one less, until he is back. */
  player_off: nothing,
  player_on: nothing,
  player_injury: nothing,
  key_player_suspended: nothing,
  goalkeeper_change: z.looseObject({ goalkeeper: playerId.optional() }),
  formation_change: z.looseObject({ formation: z.string().max(20).optional() }),

  referee_assigned: z.looseObject({ referee: z.string().min(1).max(80).optional() }),
  venue_changed: z.looseObject({
    venue: z.string().min(1).max(120).optional(),
    neutral: z.boolean().default(false),
  }),
  weather: z.looseObject({ condition: z.enum(["clear", "rain", "snow", "wind"]) }),

  odds_update: z.looseObject({ market: Id, prices: z.record(Id, price) }),
  odds_steam: z.looseObject({ market: Id, prices: z.record(Id, price).optional() }),
  line_movement: z.looseObject({ market: Id, prices: z.record(Id, price).optional() }),
  sharp_money: z.looseObject({ market: Id, outcome: Id.optional() }),
  bet_stop: z.looseObject({
    groups: z.array(Id).max(50).optional(),
    reason: z.string().max(120).optional(),
  }),
  bet_start: z.looseObject({ groups: z.array(Id).max(50).optional() }),

  postponed: nothing,
  abandoned: nothing,
  resumed: nothing,
  /** What was not decided on the pitch is void; `winner` goes through, by default the side with more of `score`. */
  awarded: z.looseObject({
    score: z.object({ home: z.int().min(0).max(99), away: z.int().min(0).max(99) }).optional(),
    winner: Side.optional(),
  }),
  /** What was not decided on the pitch is void. */
  void: z.looseObject({ reason: z.string().max(120).optional() }),
  feed_gap: nothing,
  feed_recovered: nothing,
  /** What its source carries from now on. Sources that say so take the place of the fixture's word. */
  coverage_changed: z.looseObject({
    coverage,
    /** What was missed while it was not carried has been reported since. */
    complete: z.boolean().default(false),
  }),
  /** Whom to believe, apart from a fixture: what a fixture says of it counts more. */
  sources_policy: z.looseObject({ policy: SourcesPolicy }),
  /**
   * Nothing was received from a source `since` then (`occurredAt` when absent); without `source`, of the one that says
   * so.
   */
  source_silent: z.looseObject({ source: Id.optional(), since: Instant.optional() }),
  /**
   * A source reports again. `complete`: it has reported since what it missed, so nothing else happened in its silence.
   */
  source_back: z.looseObject({ source: Id.optional(), complete: z.boolean().default(false) }),
  /** Nobody waits any longer for the confirmation of that report. */
  confirmation_lapsed: z.looseObject({ source: Id, id: Id }),
  /** Its source is alive and has nothing to report. */
  heartbeat: nothing,
  model_refitted: z.looseObject({ parameters: Id }),
} as const satisfies Record<string, z.ZodType<Record<string, unknown>>>;

export type EventType = keyof typeof PAYLOADS;
export type PayloadOf<T extends EventType> = z.output<(typeof PAYLOADS)[T]>;

/** Types that mean nothing without the side they happened to. */
export const SIDED_TYPES: ReadonlySet<string> = new Set<EventType>([
  "lineup_confirmed",
  "goal",
  "penalty_awarded",
  "penalty_taken",
  "penalty_missed",
  "shootout_kick",
  "corner",
  "yellow_card",
  "second_yellow_card",
  "red_card",
  "substitution",
  "player_off",
  "player_on",
  "player_injury",
  "key_player_suspended",
  "goalkeeper_change",
  "formation_change",
]);
