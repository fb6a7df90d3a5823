import fc from "fast-check";
import { MatchEvent } from "../events/event.ts";
import { FACT_FAMILIES } from "../events/fact-family.ts";
import { PERIOD_START_MINUTE, PERIODS } from "../events/period.ts";
import { KICK_OFF_AT } from "./example-events.ts";

/**
 * Any event at all, decoded from one number: cheap to draw by the hundred thousand, and a log shrinks to its few
 * events that matter. Identities come from a small pool, so that revisions and contradictions meet.
 */
function eventFrom(code: number): MatchEvent {
  let rest = code;
  const pick = (size: number): number => {
    const value = rest % size;
    rest = Math.floor(rest / size);
    return value;
  };
  const identity = pick(19);
  const revision = pick(3) + 1;
  const team = pick(2) === 0 ? "home" : "away";
  const minutes = pick(130);
  const happened = HAPPENINGS[pick(HAPPENINGS.length)];
  const shape = pick(7);
  const variant = pick(5);
  const retracted = pick(9) === 0;
  const period = PERIODS[pick(6)];
  // What a feed sends of the time: number and clock, clock alone, number alone, neither.
  const clocked = shape < 5 && period !== undefined;
  const [type, payload] = happened?.(variant) ?? ["corner", {}];
  const needsPeriod = type === "period_start" || type === "period_end";
  return MatchEvent.parse({
    id: `e${identity}`,
    source: identity % 3 === 0 ? "operator" : "feed",
    matchId: "m1",
    revision,
    type,
    team,
    ...(variant < 3 ? { player: `${team[0]}${variant + 1}` } : {}),
    occurredAt: new Date(KICK_OFF_AT + (minutes - 10) * 60_000).toISOString(),
    payload,
    retracted,
    ...(clocked ? { period } : needsPeriod ? { period: "first_half" } : {}),
    ...(clocked && shape !== 4 ? { minute: PERIOD_START_MINUTE[period] + (minutes % 50) } : {}),
    ...(shape % 3 === 0 ? { second: minutes % 60 } : {}),
    ...(shape === 1 || shape > 4 ? { sequence: minutes } : {}),
  });
}

type Happening = (variant: number) => readonly [type: string, payload: object];

const CONFIRMATIONS = ["confirmed", "tbd", "cancelled", "possible", "confirmed"];
const KINDS = ["open_play", "penalty", "own_goal", "header", "free_kick"];
const GROUPS = [["all"], ["corners"], ["goals", "cards"], [], ["result"]];
const squad = (side: string) => Array.from({ length: 3 }, (_unused, index) => ({ id: `${side}${index + 1}` }));

const HAPPENINGS: readonly Happening[] = [
  () => ["kick_off", {}],
  () => ["period_start", {}],
  () => ["period_end", {}],
  (n) => (n === 0 ? ["full_time", {}] : ["period_end", {}]),
  (n) => ["goal", { kind: KINDS[n], confirmation: CONFIRMATIONS[n] }],
  (n) => ["goal", { kind: KINDS[(n + 1) % 5], confirmation: CONFIRMATIONS[n] }],
  () => ["goal", {}],
  () => ["corner", {}],
  () => ["corner", {}],
  () => ["yellow_card", {}],
  () => ["second_yellow_card", {}],
  () => ["red_card", {}],
  (n) => ["substitution", { playerOut: `h${n}`, playerIn: `h${n + 2}` }],
  () => ["penalty_awarded", {}],
  (n) => ["penalty_taken", { scored: n > 1 }],
  () => ["penalty_missed", {}],
  (n) => ["shootout_kick", { scored: n > 1 }],
  (n) => ["stoppage_time_announced", { minutes: n }],
  () => ["var_review_started", {}],
  () => ["var_review_ended", {}],
  (n) => ["bet_stop", n > 1 ? { groups: GROUPS[n] } : {}],
  (n) => ["bet_start", n > 1 ? { groups: GROUPS[n] } : {}],
  (n) => ["odds_update", { market: n > 2 ? "match_result" : `m${n}`, prices: { home: 1.5 + n, away: 2 } }],
  (n) => ["fixture", { home: "A", away: "B", kickoff: "2026-05-01T19:00:00Z", competition: "C", knockout: n > 2 }],
  (n) => ["lineup_confirmed", { starters: squad(n > 2 ? "h" : "a"), bench: [{ id: `b${n}`, position: "GK" }] }],
  (n) => ["goalkeeper_change", { goalkeeper: `h${n}` }],
  () => ["player_injury", {}],
  (n) => [["postponed", "abandoned", "resumed", "feed_gap", "feed_recovered"][n] ?? "resumed", {}],
  (n) => ["weather", { condition: n > 2 ? "rain" : "snow" }],
  () => ["cooling_break", {}],
  (n) => ["coverage_changed", carried(n)],
  () => ["player_off", {}],
  () => ["player_on", {}],
  (n) => [n > 2 ? "red_card" : "yellow_card", n === 1 ? { shownTo: "staff" } : {}],
  (n) => (n === 0 ? ["awarded", { score: { home: 3, away: 0 } }] : n === 1 ? ["void", {}] : ["abandoned", {}]),
  (n) => ["substitution", n > 2 ? { playerOut: `a${n}` } : { playerIn: `a${n}` }],
  (n) => (n < 2 ? ["sources_policy", believed(n)] : ["heartbeat", {}]),
  (n) => [n > 2 ? "source_silent" : "source_back", { source: n % 2 === 0 ? "feed" : "operator", complete: n === 1 }],
  (n) => ["confirmation_lapsed", { source: "operator", id: `e${3 * n}` }],
];

/** One of both feeds is the authority, and the other may report what it does not. */
const believed = (n: number): object => ({
  policy: {
    order: {
      default: [{ source: n === 0 ? "feed" : "operator" }, { source: n === 0 ? "operator" : "feed" }],
      corners: [{ source: "feed" }, { source: "operator", may: "count" }],
    },
  },
});

/** What feeds say that they carry: all but one family, one alone, everything after all. */
const carried = (n: number): object =>
  n === 4
    ? { coverage: FACT_FAMILIES, complete: true }
    : { coverage: FACT_FAMILIES.filter((_family, index) => (n === 3 ? index === 2 : index !== n + 1)) };

const anyEvent: fc.Arbitrary<MatchEvent> = fc.nat().map(eventFrom);

/** Up to thirty events of one match in the order in which they arrive: contradictory, incomplete, corrected. */
export const anyLog: fc.Arbitrary<readonly MatchEvent[]> = fc.array(anyEvent, { maxLength: 30, size: "max" });
