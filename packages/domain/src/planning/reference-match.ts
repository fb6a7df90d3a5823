import { MatchEvent, type MatchEventInput } from "../events/event.ts";
import { appendEvent, type EventLog } from "../events/event-log.ts";
import { FACT_FAMILIES } from "../events/fact-family.ts";
import type { Period } from "../events/period.ts";

type Reported = readonly [
  type: string,
  at: readonly [Period, minute: number] | null,
  rest?: Partial<MatchEventInput>,
  landmark?: "landmark",
];

const squad = (side: string) => ({
  starters: [1, 2, 3].map((n) => ({ id: `${side}${n}`, position: n === 1 ? ("GK" as const) : ("FW" as const) })),
  bench: [{ id: `${side}4` }, { id: `${side}5` }],
});
const EVERYTHING = [...FACT_FAMILIES];
const home = { team: "home" } as const;
const away = { team: "away" } as const;

/** A cup tie with a bit of everything in it, up to the last kick of the shoot-out. */
const CUP_TIE: readonly Reported[] = [
  [
    "fixture",
    null,
    { payload: { home: "A", away: "B", kickoff: "2026-05-01T19:00:00Z", competition: "C", knockout: true } },
  ],
  ["lineup_confirmed", null, { ...home, payload: squad("h") }],
  ["lineup_confirmed", null, { ...away, payload: squad("a") }],
  ["kick_off", null, {}, "landmark"],
  ["corner", ["first_half", 3], home],
  ["yellow_card", ["first_half", 9], away],
  ["penalty_awarded", ["first_half", 17], home],
  ["goal", ["first_half", 18], { ...home, player: "h2", payload: { kind: "penalty" } }],
  ["substitution", ["first_half", 31], { ...away, payload: { playerIn: "a4", playerOut: "a2" } }],
  ["goal", ["first_half", 40], { ...away, player: "h3", payload: { kind: "own_goal" } }],
  ["stoppage_time_announced", ["first_half", 44], { payload: { minutes: 2 } }],
  ["coverage_changed", ["first_half", 44], { payload: { coverage: ["goals", "scorers", "cards"] } }, "landmark"],
  ["period_end", null, { period: "first_half" }],
  ["period_start", null, { period: "second_half" }],
  ["goal", ["second_half", 52], { ...home, player: "h2", payload: { confirmation: "tbd" } }, "landmark"],
  ["goal", ["second_half", 63], { ...away, payload: { confirmation: "possible" } }],
  ["goal", ["second_half", 64], { ...away, player: "a4" }],
  ["coverage_changed", ["second_half", 65], { payload: { coverage: ["corners"] } }],
  ["coverage_changed", ["second_half", 66], { payload: { coverage: EVERYTHING, complete: true } }, "landmark"],
  ["second_yellow_card", ["second_half", 70], { ...away, player: "a3" }],
  ["var_review_started", ["second_half", 71]],
  ["abandoned", ["second_half", 72]],
  ["feed_gap", ["second_half", 72], {}, "landmark"],
  ["resumed", ["second_half", 72]],
  ["feed_recovered", ["second_half", 73]],
  ["substitution", ["second_half", 80], { ...home, payload: { playerIn: "h4", playerOut: "h1" } }],
  ["period_end", null, { period: "second_half" }, "landmark"],
  ["corner", ["extra_first_half", 92], away],
  ["goal", ["extra_first_half", 95], { ...home, player: "h4" }],
  ["red_card", ["extra_first_half", 99], home],
  ["goal", ["extra_second_half", 110], { ...away, player: "a5" }],
  ["period_end", null, { period: "extra_second_half" }],
  ["shootout_kick", ["shoot_out", 120], { ...home, payload: { scored: true } }],
  ["shootout_kick", ["shoot_out", 120], { ...away, payload: { scored: false } }],
  ["full_time", null, {}, "landmark"],
];

const league = { home: "C", away: "D", kickoff: "2026-05-01T19:00:00Z", competition: "L" };
const price = (type: string, homePrice: number): Reported => [
  type,
  null,
  { payload: { market: "match_result", prices: { home: homePrice, draw: 3.4, away: 3.6 } } },
];

/**
 * A league match with all else that can be reported: panicking prices, corrections, retractions, late events, a halt.
 */
const LEAGUE_MATCH: readonly Reported[] = [
  ["fixture", null, { payload: { ...league, stakes: "high" } }],
  ["lineup_confirmed", null, { ...home, payload: squad("h") }],
  ["lineup_confirmed", null, { ...away, payload: squad("a") }, "landmark"],
  ["referee_assigned", null, { payload: { referee: "R" } }],
  ["venue_changed", null, { payload: { venue: "V", neutral: true } }],
  ["weather", null, { payload: { condition: "rain" } }],
  ["key_player_suspended", null, { ...away, player: "a9" }],
  ["formation_change", null, { ...home, payload: { formation: "4-4-2" } }],
  ["model_refitted", null, { payload: { parameters: "p1" } }],
  price("odds_update", 2),
  price("odds_update", 2.01),
  price("odds_update", 2),
  price("line_movement", 2.05),
  price("odds_steam", 1.5),
  ["sharp_money", null, { payload: { market: "match_result", outcome: "home" } }],
  ["postponed", null],
  ["resumed", null],
  ["kick_off", null, { id: "kick-off" }],
  ["bet_stop", ["first_half", 4]],
  ["bet_start", ["first_half", 5]],
  ["bet_stop", ["first_half", 5], { payload: { groups: ["corners"] } }],
  ["penalty_awarded", ["first_half", 10], home],
  ["penalty_missed", ["first_half", 11], home],
  ["penalty_taken", ["first_half", 15], { ...away, payload: { scored: true } }],
  ["goal", ["first_half", 16], { ...away, id: "early", player: "a2", payload: { kind: "penalty" } }, "landmark"],
  ["var_review_started", ["first_half", 17]],
  ["var_review_ended", ["first_half", 18]],
  ["player_injury", ["first_half", 20], { ...home, player: "h3" }],
  ["goalkeeper_change", ["first_half", 22], { ...home, payload: { goalkeeper: "h5" } }],
  // The sheet and the scorers' markets leave the match, a goal falls, and they come back.
  ["lineup_confirmed", null, { ...home, id: "e1", revision: 2, retracted: true, payload: squad("h") }, "landmark"],
  ["goal", ["first_half", 31], { ...home, id: "seen", player: "h2" }, "landmark"],
  ["lineup_confirmed", null, { ...home, id: "e1", revision: 3, payload: squad("h") }, "landmark"],
  ["fixture", null, { id: "e0", revision: 2, payload: { ...league, knockout: true } }],
  ["fixture", null, { id: "e0", revision: 3, payload: league }],
  // Reported late, without numbers: by the clock, and by the time alone.
  ["goal", ["first_half", 8], { ...home, id: "late", sequence: undefined, player: "h1" }],
  ["bet_start", null, { sequence: undefined }],
  ["goal", ["first_half", 16], { ...away, id: "early", revision: 2, retracted: true }],
  ["goal", ["first_half", 33], { ...home, id: "seen", revision: 2, player: "h3" }],
  ["kick_off", null, { id: "kick-off", revision: 2, occurredAt: "2026-05-01T19:40:00Z" }],
  ["period_end", null, { period: "first_half" }, "landmark"],
  ["period_start", null, { period: "second_half" }],
  ["abandoned", ["second_half", 60]],
  ["full_time", null, { id: "whistle" }, "landmark"],
  ["goal", ["second_half", 58], { ...away }, "landmark"],
  ["full_time", null, { id: "whistle", revision: 2, retracted: true }, "landmark"],
];

/** Two ties that are decided away from the pitch: one side goes on with ten, play is abandoned, and a panel decides. */
const DECIDED_BY_AWARD: readonly Reported[] = [
  ["fixture", null, { payload: { ...league, knockout: true } }],
  ["kick_off", null],
  ["player_off", ["first_half", 20], { ...home, player: "h2" }, "landmark"],
  ["player_on", ["first_half", 24], { ...home, player: "h2" }, "landmark"],
  ["abandoned", ["first_half", 30]],
  ["awarded", null, { payload: { winner: "home" } }, "landmark"],
];
const DECIDED_AS_VOID: readonly Reported[] = [
  ["fixture", null, { payload: { ...league, coverage: ["goals", "corners"] } }],
  ["kick_off", null],
  ["abandoned", ["first_half", 30]],
  ["void", null, {}, "landmark"],
];

const second = { source: "second" } as const;

/** Two sources: both report a goal, the second alone more of them, and it stands in while the first is silent. */
const TWO_SOURCES: readonly Reported[] = [
  ["fixture", null, { payload: league }],
  ["sources_policy", null, { payload: { policy: { order: { default: [{ source: "reference" }, second] } } } }],
  ["lineup_confirmed", null, { ...home, payload: squad("h") }],
  ["kick_off", null],
  ["goal", ["first_half", 10], { ...home, ...second }, "landmark"],
  ["goal", ["first_half", 11], { ...home, player: "h2" }, "landmark"],
  ["goal", ["first_half", 18], { ...home, ...second, id: "made-up" }],
  ["confirmation_lapsed", null, { payload: { source: "second", id: "made-up" } }],
  ["red_card", ["first_half", 20], { ...away, ...second }],
  ["heartbeat", null, second],
  ["source_silent", null, { payload: { source: "reference" } }, "landmark"],
  ["goal", ["first_half", 31], { ...away, ...second }],
  ["source_back", null, { payload: { source: "reference" } }],
  ["goal", ["first_half", 40], { ...away, ...second }],
  ["source_back", null, { payload: { source: "reference", complete: true } }, "landmark"],
  ["period_end", null, { ...second, period: "first_half" }],
  [
    "fixture",
    null,
    { id: "e0", revision: 2, payload: { ...league, sources: { order: { cards: [{ ...second, may: "count" }] } } } },
  ],
  ["period_end", null, { period: "first_half" }],
];

/** What a reference match consists of after one of its events. */
export interface ReferenceStep {
  readonly log: EventLog;
  /** One of the few steps at which also the dearer rules are shown. */
  readonly isLandmark: boolean;
}

let known: readonly (readonly ReferenceStep[])[] | undefined;

/** Made-up matches, event by event: a build's rules show in what they make of them. */
export function referenceLogs(): readonly (readonly ReferenceStep[])[] {
  return (known ??= [CUP_TIE, LEAGUE_MATCH, DECIDED_BY_AWARD, DECIDED_AS_VOID, TWO_SOURCES].map((match) =>
    stepsOf(match),
  ));
}

function stepsOf(reported: readonly Reported[]): ReferenceStep[] {
  let log: EventLog = new Map();
  return reported.map(([type, at, rest = {}, landmark], index) => {
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
    return { log, isLandmark: landmark !== undefined };
  });
}
