import {
  appendEvent,
  type EventLog,
  foldEvents,
  type MatchClock,
  MatchEvent,
  type MatchState,
  PERIOD_START_MINUTE,
  type Period,
} from "@touchline/domain";
import { sheet } from "./team-sheet.ts";

/** A match that has come so far. */
export interface SimulatedSituation {
  readonly name: string;
  readonly state: MatchState;
  readonly clock: MatchClock;
  /** Substitutions that each side may make in all. */
  readonly substitutions: 3 | 5;
}

export type Told = readonly [period: Period, minute: number, type: string, rest?: Record<string, unknown>];

const KICK_OFF = Date.parse("2026-05-01T19:00:00Z");
const home = { team: "home" };
const away = { team: "away" };
const goal = (side: "home" | "away", shirt: number, kind = "open_play") => ({
  team: side,
  player: `${side === "home" ? "h" : "a"}${shirt}`,
  payload: { kind },
});
const change = (side: "home" | "away", playerOut: number, playerIn: number) => {
  const letter = side === "home" ? "h" : "a";
  return { team: side, payload: { playerIn: `${letter}${playerIn}`, playerOut: `${letter}${playerOut}` } };
};

export interface Described {
  readonly name: string;
  readonly season?: string;
  readonly knockout?: boolean;
  readonly at?: readonly [Period, minute: number];
  readonly told?: readonly Told[];
  readonly breakAfter?: number;
}

const DESCRIBED: readonly Described[] = [
  { name: "before kick-off, three substitutions", season: "2017/18" },
  { name: "before kick-off, five substitutions" },
  { name: "10', 0-0", at: ["first_half", 10], told: [["first_half", 6, "corner", home]] },
  {
    name: "30', 1-0 by an own goal",
    at: ["first_half", 30],
    told: [
      ["first_half", 20, "goal", goal("home", 3, "own_goal")],
      ["first_half", 25, "yellow_card", { ...away, player: "a3" }],
    ],
  },
  {
    name: "44', 1-1, three minutes announced",
    at: ["first_half", 44],
    told: [
      ["first_half", 11, "goal", goal("home", 9)],
      ["first_half", 39, "goal", goal("away", 10)],
      ["first_half", 43, "stoppage_time_announced", { payload: { minutes: 3 } }],
    ],
  },
  { name: "half-time, 0-0", breakAfter: 1, told: [["first_half", 30, "corner", away]] },
  {
    name: "half-time, 2-1",
    breakAfter: 1,
    season: "2017/18",
    told: [
      ["first_half", 8, "goal", goal("home", 10)],
      ["first_half", 17, "goal", goal("home", 10)],
      ["first_half", 33, "goal", goal("away", 7)],
      ["first_half", 35, "yellow_card", { ...home, player: "h6" }],
    ],
  },
  { name: "50', 0-1", at: ["second_half", 50], told: [["first_half", 40, "goal", goal("away", 11)]] },
  {
    name: "63', 0-0, home penalty pending",
    at: ["second_half", 63],
    told: [["second_half", 62, "penalty_awarded", home]],
  },
  {
    name: "63', 1-2, away penalty pending",
    season: "2017/18",
    at: ["second_half", 63],
    told: [
      ["first_half", 9, "goal", goal("away", 9)],
      ["first_half", 29, "goal", goal("home", 8)],
      ["second_half", 55, "goal", goal("away", 9)],
      ["second_half", 62, "penalty_awarded", away],
    ],
  },
  {
    name: "20', a home man sent off",
    at: ["first_half", 20],
    told: [["first_half", 18, "red_card", { ...home, player: "h10" }]],
  },
  {
    name: "70', 1-1, two away men sent off",
    at: ["second_half", 70],
    told: [
      ["first_half", 22, "goal", goal("away", 9)],
      ["first_half", 40, "red_card", { ...away, player: "a4" }],
      ["second_half", 51, "goal", goal("home", 11)],
      ["second_half", 66, "red_card", { ...away, player: "a7" }],
    ],
  },
  {
    name: "60', 0-0, substitutes on both sides",
    at: ["second_half", 60],
    told: [
      ["second_half", 46, "substitution", change("home", 7, 16)],
      ["second_half", 52, "substitution", change("home", 9, 17)],
      ["second_half", 58, "substitution", change("away", 11, 18)],
    ],
  },
  {
    name: "75', 2-0, all home substitutions made",
    season: "2017/18",
    at: ["second_half", 75],
    told: [
      ["first_half", 14, "goal", goal("home", 9)],
      ["second_half", 50, "goal", goal("home", 11)],
      ["second_half", 55, "substitution", change("home", 9, 17)],
      ["second_half", 61, "substitution", change("home", 6, 15)],
      ["second_half", 70, "substitution", change("home", 11, 18)],
    ],
  },
  { name: "80', 0-0", at: ["second_half", 80] },
  {
    name: "85', 2-3",
    at: ["second_half", 85],
    told: [
      ["first_half", 5, "goal", goal("away", 9)],
      ["first_half", 15, "goal", goal("home", 10)],
      ["first_half", 41, "goal", goal("away", 8)],
      ["second_half", 57, "goal", goal("home", 10)],
      ["second_half", 78, "goal", goal("away", 11)],
    ],
  },
  {
    name: "88', 0-1, eight minutes announced",
    at: ["second_half", 88],
    told: [
      ["second_half", 71, "goal", goal("away", 9)],
      ["second_half", 87, "stoppage_time_announced", { payload: { minutes: 8 } }],
    ],
  },
  {
    name: "92', 1-1, six minutes announced",
    at: ["second_half", 92],
    told: [
      ["first_half", 31, "goal", goal("away", 6)],
      ["second_half", 80, "goal", goal("home", 9)],
      ["second_half", 89, "stoppage_time_announced", { payload: { minutes: 6 } }],
    ],
  },
  { name: "cup tie, 70', 0-0", knockout: true, at: ["second_half", 70] },
  {
    name: "cup tie, extra time, 5', 1-0 in it",
    knockout: true,
    at: ["extra_first_half", 95],
    told: [["extra_first_half", 92, "goal", goal("home", 9)]],
  },
  {
    name: "cup tie, extra time, 20', penalty pending",
    knockout: true,
    at: ["extra_second_half", 110],
    told: [["extra_second_half", 109, "penalty_awarded", away]],
  },
  {
    name: "cup tie, shoot-out, 1-1 of two kicks each",
    knockout: true,
    at: ["shoot_out", 120],
    told: [
      ["shoot_out", 120, "shootout_kick", { ...home, payload: { scored: true } }],
      ["shoot_out", 120, "shootout_kick", { ...away, payload: { scored: true } }],
      ["shoot_out", 120, "shootout_kick", { ...home, payload: { scored: false } }],
      ["shoot_out", 120, "shootout_kick", { ...away, payload: { scored: false } }],
    ],
  },
];

const ORDER: readonly Period[] = ["first_half", "second_half", "extra_first_half", "extra_second_half", "shoot_out"];

/** Matches of every kind, each as its events make it. */
export function simulatedSituations(): SimulatedSituation[] {
  return DESCRIBED.map(situationOfStory);
}

/** What the events of a story make of a match. */
export function situationOfStory({
  name,
  season,
  knockout = false,
  at,
  told = [],
  breakAfter = 0,
}: Described): SimulatedSituation {
  let number = 0;
  let log: EventLog = new Map();
  const tell = (type: string, rest: Record<string, unknown> = {}): void => {
    number++;
    const occurredAt = new Date(KICK_OFF + number * 1000).toISOString();
    const event = {
      id: `e${number}`,
      source: "feed",
      matchId: "simulated",
      sequence: number,
      type,
      occurredAt,
      ...rest,
    };
    log = appendEvent(log, MatchEvent.parse(event));
  };
  const kickoff = new Date(KICK_OFF).toISOString();
  const named = { home: "A", away: "B", kickoff, competition: "Simulated", knockout };
  tell("fixture", { payload: { ...named, ...(season === undefined ? {} : { season }) } });
  for (const side of ["home", "away"]) tell("lineup_confirmed", { team: side, payload: sheet(side.charAt(0)) });
  const last = at ? ORDER.indexOf(at[0]) : breakAfter - 1;
  for (const [index, period] of ORDER.slice(0, last + 1).entries()) {
    tell("period_start", { period, minute: PERIOD_START_MINUTE[period] });
    for (const [where, minute, type, rest] of told) if (where === period) tell(type, { period, minute, ...rest });
    if (index < last || !at) tell("period_end", { period });
  }
  const phase = at?.[0] ?? (breakAfter === 1 ? "half_time" : "pre_match");
  const minutesIntoPeriod = at && at[0] !== "shoot_out" ? at[1] - PERIOD_START_MINUTE[at[0]] : 0;
  const clock: MatchClock = { phase, minutesIntoPeriod, rate: at ? 1 : 0 };
  return { name, state: foldEvents(log), clock, substitutions: season === "2017/18" ? 3 : 5 };
}
