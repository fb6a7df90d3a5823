import { type EventLog, eventKey } from "../event-log.ts";
import { type MatchEvent, sideOf } from "../event.ts";
import { kindOf } from "../../sources/happening-kind.ts";
import type { MatchState } from "../../match/match-state.ts";
import type { EventWarning } from "./event-warning.ts";

/** How far apart two sources may report one goal, in seconds. */
const SAME_GOAL_SECONDS = 90;

/** What is to be said of a source that has no place among those that are believed about what it reports. */
export function unlistedSource(event: MatchEvent, { sources }: MatchState): EventWarning | undefined {
  const family = kindOf(event)?.family;
  const order = family && sources?.families[family]?.order;
  if (!order || order.includes(event.source)) return undefined;
  return {
    code: "source_not_listed",
    path: "source",
    message:
      `${event.source} is not among the sources of ${family} (${order.join(", ")}), so its report is recorded and counts ` +
      "for nothing: list it in sources of the fixture",
  };
}

/** Whether a second source may have repeated a goal, by what is known of the match: a reason to look into its log. */
export function mayRepeatGoal(event: MatchEvent, state: MatchState): boolean {
  if (event.type !== "goal" || event.retracted || state.sources) return false;
  return state.goals.some((goal) => goal.side === sideOf(event) && (!event.period || goal.period === event.period));
}

/**
 * What is to be said of a goal that another source has reported already, where nobody has said whom to believe: both
 * count.
 * @param log of its match
 */
export function repeatedGoal(event: MatchEvent, log: EventLog): EventWarning | undefined {
  if (event.type !== "goal" || event.retracted) return undefined;
  const first = [...log.values()].find((known) => isSameGoal(event, known));
  if (!first) return undefined;
  return {
    code: "repeated_by_source",
    path: "source",
    message:
      `${eventKey(first)} is a goal of the same side at nearly the same time by another source, and both count: say in ` +
      "sources of the fixture which source is the authority",
  };
}

function isSameGoal(event: MatchEvent, known: MatchEvent): boolean {
  if (known.type !== "goal" || known.retracted || known.source === event.source) return false;
  if (known.team !== event.team || (known.period ?? event.period) !== (event.period ?? known.period)) return false;
  return secondsBetween(event, known) <= SAME_GOAL_SECONDS;
}

function secondsBetween(a: MatchEvent, b: MatchEvent): number {
  if (a.minute === undefined || b.minute === undefined)
    return Math.abs(Date.parse(a.occurredAt) - Date.parse(b.occurredAt)) / 1_000;
  return Math.abs(a.minute * 60 + (a.second ?? 30) - b.minute * 60 - (b.second ?? 30));
}
