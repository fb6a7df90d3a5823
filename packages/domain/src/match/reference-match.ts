import { MatchEvent, type MatchEventInput } from "../events/event.ts";
import { appendEvent, type EventLog } from "../events/event-log.ts";
import { foldEvents } from "./fold-events.ts";
import type { MatchState } from "./match-state.ts";
import type { Period } from "../events/period.ts";

type Told = readonly [type: string, at: readonly [Period, minute: number] | null, rest?: Partial<MatchEventInput>];

const squad = (side: string) => ({
  starters: [1, 2, 3].map((n) => ({ id: `${side}${n}`, position: n === 1 ? ("GK" as const) : ("FW" as const) })),
  bench: [{ id: `${side}4` }, { id: `${side}5` }],
});
const home = { team: "home" } as const;
const away = { team: "away" } as const;

/** A cup tie with a bit of everything in it, up to the last kick of the shoot-out. */
const TOLD: readonly Told[] = [
  [
    "fixture",
    null,
    { payload: { home: "A", away: "B", kickoff: "2026-05-01T19:00:00Z", competition: "C", knockout: true } },
  ],
  ["lineup_confirmed", null, { ...home, payload: squad("h") }],
  ["lineup_confirmed", null, { ...away, payload: squad("a") }],
  ["kick_off", null],
  ["corner", ["first_half", 3], home],
  ["yellow_card", ["first_half", 9], away],
  ["penalty_awarded", ["first_half", 17], home],
  ["goal", ["first_half", 18], { ...home, player: "h2", payload: { kind: "penalty" } }],
  ["substitution", ["first_half", 31], { ...away, payload: { playerIn: "a4", playerOut: "a2" } }],
  ["goal", ["first_half", 40], { ...away, player: "h3", payload: { kind: "own_goal" } }],
  ["stoppage_time_announced", ["first_half", 44], { payload: { minutes: 2 } }],
  ["period_end", null, { period: "first_half" }],
  ["period_start", null, { period: "second_half" }],
  ["goal", ["second_half", 52], { ...home, player: "h2", payload: { confirmation: "tbd" } }],
  ["goal", ["second_half", 63], { ...away, payload: { confirmation: "possible" } }],
  ["goal", ["second_half", 64], { ...away, player: "a4" }],
  ["second_yellow_card", ["second_half", 70], { ...away, player: "a3" }],
  ["var_review_started", ["second_half", 71]],
  ["abandoned", ["second_half", 72]],
  ["feed_gap", ["second_half", 72]],
  ["resumed", ["second_half", 72]],
  ["feed_recovered", ["second_half", 73]],
  ["substitution", ["second_half", 80], { ...home, payload: { playerIn: "h4", playerOut: "h1" } }],
  ["period_end", null, { period: "second_half" }],
  ["corner", ["extra_first_half", 92], away],
  ["goal", ["extra_first_half", 95], { ...home, player: "h4" }],
  ["red_card", ["extra_first_half", 99], home],
  ["goal", ["extra_second_half", 110], { ...away, player: "a5" }],
  ["period_end", null, { period: "extra_second_half" }],
  ["shootout_kick", ["shoot_out", 120], { ...home, payload: { scored: true } }],
  ["shootout_kick", ["shoot_out", 120], { ...away, payload: { scored: false } }],
  ["full_time", null],
];

/** The states of one made-up match, one after each event: equal for two builds that fold events alike. */
export function referenceStates(): MatchState[] {
  let log: EventLog = new Map();
  return TOLD.map(([type, at, rest = {}], index) => {
    const event = MatchEvent.parse({
      id: `e${index}`,
      source: "reference",
      matchId: "reference",
      sequence: index,
      type,
      occurredAt: new Date(Date.UTC(2026, 4, 1, 19, 3 * index)).toISOString(),
      ...(at ? { period: at[0], minute: at[1] } : {}),
      ...rest,
    });
    log = appendEvent(log, event);
    return foldEvents(log);
  });
}
