import { type MatchEventInput, PERIOD_START_MINUTE, type Period } from "@touchline/domain";
import type { TimelineLine } from "@touchline/feeds";
import type { EventEffect } from "./tracker.ts";

/** Player names by id, as a match's line-ups give them. */
export type PlayerNames = ReadonlyMap<string, string>;

export function playerNamesOf(lines: readonly TimelineLine[]): PlayerNames {
  const lineups = lines.filter(({ type }) => type === "lineup");
  const players = lineups.flatMap(({ payload: { starters, bench } }) => [starters, bench]).flat();
  return new Map(
    players.flatMap((player): [string, string][] => {
      if (typeof player !== "object" || player === null || Array.isArray(player)) return [];
      const [id, name] = [text(player["id"]), text(player["name"])];
      return name === "" ? [] : [[id, name]];
    }),
  );
}

const REGULAR_MINUTES: Record<Period, number> = {
  first_half: 45,
  second_half: 90,
  extra_first_half: 105,
  extra_second_half: 120,
  shoot_out: Infinity,
};

/**
 * Match clock as people read it: `67:12` elapsed, `45+2:05` in stoppage, `66'` where only the minute is known, `pre`
 * before kick-off, `end` after the final whistle.
 */
export function clockText(event: MatchEventInput): string {
  const { period, minute, second, type } = event;
  if (type === "full_time") return "end";
  if (period == null) return "pre";
  const elapsed = minute ?? PERIOD_START_MINUTE[period];
  const regular = REGULAR_MINUTES[period];
  const shown = elapsed < regular ? `${elapsed}` : `${regular}+${elapsed - regular}`;
  return second == null ? `${shown}'` : `${shown}:${String(second).padStart(2, "0")}`;
}

type Describe = (event: MatchEventInput, names: PlayerNames) => string;

const withPlayer =
  (what: string): Describe =>
  (event, names) =>
    [what, event.team, names.get(String(event.player))].filter(Boolean).join(" ");

const withTeam =
  (what: string): Describe =>
  ({ team }) =>
    [what, team].filter(Boolean).join(" ");

const PERIOD_BEGINS: Record<Period, string> = {
  first_half: "kick-off",
  second_half: "second half begins",
  extra_first_half: "extra time begins",
  extra_second_half: "second half of extra time begins",
  shoot_out: "shoot-out begins",
};
const PERIOD_ENDS: Record<Period, string> = {
  first_half: "half-time",
  second_half: "end of the second half",
  extra_first_half: "half-time of extra time",
  extra_second_half: "end of extra time",
  shoot_out: "end of the shoot-out",
};

const DESCRIPTIONS: Readonly<Record<string, Describe>> = {
  fixture: ({ payload }) => `fixture ${text(payload?.["home"])} v ${text(payload?.["away"])}`,
  referee_assigned: ({ payload }) => `referee ${text(payload?.["referee"])}`,
  venue_changed: ({ payload }) => `venue ${text(payload?.["venue"])}`,
  lineup_confirmed: withTeam("line-up"),
  period_start: ({ period }) => PERIOD_BEGINS[period ?? "first_half"],
  period_end: ({ period }) => PERIOD_ENDS[period ?? "first_half"],
  full_time: () => "full time",
  goal: describeGoal,
  penalty_awarded: withTeam("penalty"),
  penalty_taken: ({ team, payload }) =>
    `penalty ${payload?.["scored"] === true ? "scored" : "missed"} ${team ?? ""}`.trim(),
  shootout_kick: ({ team, payload }) =>
    `kick ${payload?.["scored"] === true ? "scored" : "missed"} ${team ?? ""}`.trim(),
  corner: withTeam("corner"),
  yellow_card: withPlayer("yellow card"),
  second_yellow_card: withPlayer("second yellow card"),
  red_card: withPlayer("red card"),
  substitution: ({ team, payload }, names) => {
    const named = (key: string) => names.get(text(payload?.[key]));
    const [on, off] = [named("playerIn"), named("playerOut")];
    return ["substitution", team, on, ...(off ? ["for", off] : [])].filter(Boolean).join(" ");
  },
};

/** What happened, in a few words. A type that has none of its own is spelled out. */
export function describeEvent(event: MatchEventInput, names: PlayerNames): string {
  const describe = DESCRIPTIONS[event.type] ?? withTeam(event.type.replaceAll("_", " "));
  return describe(event, names);
}

/** False for types that are not shown when they change nothing: shots, and unknown types. */
export function isDescribed(event: MatchEventInput): boolean {
  return Object.hasOwn(DESCRIPTIONS, event.type);
}

/** What the event did, in the words of the summary line: the part after the first `·`. */
export function effectText(effect: EventEffect): string {
  const { outcome, touched, freshMs, freshByRead, settledFirst } = effect;
  if (outcome === "duplicate") return "already known";
  if (outcome === "rejected") return "rejected";
  if (!touched) return outcome === "overdue" ? "not applied in time" : "nothing touched";
  const hard = touched.touched.filter(({ severity }) => severity === "hard").length;
  const count = touched.touched.length;
  const parts = [
    count > 0 && touchedText(count, touched.openMarkets),
    touched.settled.length > 0 && `${touched.settled.length} settled`,
    touched.reopened.length > 0 && `${touched.reopened.length} reopened`,
    touched.offerChanged.length > 0 && `${touched.offerChanged.length} with another offer`,
    hard > 0 && `${hard} suspended`,
  ].filter((part) => part !== false);
  if (parts.length === 0) return "nothing touched";
  parts.push(plural(touched.cache_keys_deleted_actual, "entry", "entries"));
  if (outcome === "overdue") parts.push("not fresh in time");
  else if (settledFirst) parts.push("settled before it was fresh");
  else if (freshMs !== undefined) parts.push(`${freshByRead ? "at most " : ""}${durationText(freshMs)} to fresh`);
  return parts.join(" · ");
}

/** An event can open markets too, as line-ups do: then more are touched than were open before it. */
function touchedText(count: number, openBefore: number): string {
  if (count > openBefore) return `${count} markets touched, ${openBefore} open before`;
  return `${count} of ${openBefore} markets touched`;
}

/** One line for people: clock, event, effect. */
export function effectLine(
  effect: EventEffect,
  names: PlayerNames,
  bold: (line: string) => string = (line) => line,
): string {
  const { event } = effect;
  const line = `${clockText(event).padStart(7)} ${describeEvent(event, names)} · ${effectText(effect)}`;
  return event.type === "goal" ? bold(line) : line;
}

export function durationText(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms >= 1_000 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}

export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function describeGoal(event: MatchEventInput, names: PlayerNames): string {
  const { payload } = event;
  const score = Array.isArray(payload?.["score"]) ? payload["score"].map(String).join("–") : "";
  const kind = GOAL_KINDS[text(payload?.["kind"])] ?? "";
  return ["goal", event.team, score, names.get(String(event.player)), kind].filter(Boolean).join(" ");
}

const GOAL_KINDS: Readonly<Record<string, string>> = {
  own_goal: "(own goal)",
  penalty: "(penalty)",
  free_kick: "(free kick)",
  corner_direct: "(from the corner)",
};

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
