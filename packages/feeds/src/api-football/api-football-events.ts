import type { Period, Side, SnapshotItem } from "@touchline/domain";
import type { FeedReport } from "../adapter/report.ts";
import type { ApiFootballEvent, ApiFootballLineup } from "./api-football-fixture.ts";

/** A row as the list of the match has it, before it is given its place on the wall clock. */
export type Row = Pick<SnapshotItem, "type" | "team" | "player" | "payload" | "period" | "minute">;

/**
 * The rows of one match. The list is read as a whole: which of two names in a substitution leaves depends on the season
 * of the feed, and a second yellow card may come as a plain one with a red card beside it.
 */
export function rowsOf(
  events: readonly ApiFootballEvent[],
  lineups: readonly ApiFootballLineup[],
  sideOf: (team: string) => Side | undefined,
  report: FeedReport,
): Row[] {
  const coaches = new Set(lineups.flatMap(({ coach }) => coach?.id ?? []));
  const leaves = firstNameLeaves(events, lineups);
  const booked = new Map<string, ApiFootballEvent>();
  const dismissed = new Map<string, number>();
  return inClockOrder(events).flatMap((event): Row[] => {
    const team = sideOf(event.team.id);
    if (!team) {
      report.unmapped(`${labelOf(event)}, of neither team`);
      return [];
    }
    const clock = clockOf(event);
    const player = event.player?.id;
    const whose = { team, ...clock, ...(player == null ? {} : { player }) };
    const detail = event.detail?.toLowerCase() ?? "";
    switch (event.type.toLowerCase()) {
      case "goal":
        return goalRows(event, detail, whose) ?? leftOut(report, event);
      case "card": {
        if (player != null && coaches.has(player)) return [{ ...whose, type: "bench_card", payload: { detail } }];
        const card = cardOf(event, detail, booked, dismissed);
        if (card === "reported already") return [];
        return card ? [{ ...whose, type: card }] : leftOut(report, event);
      }
      case "subst": {
        const [out, into] = leaves ? [event.player, event.assist] : [event.assist, event.player];
        const payload = { ...(out?.id ? { playerOut: out.id } : {}), ...(into?.id ? { playerIn: into.id } : {}) };
        return [{ team, ...clock, type: "substitution", payload }];
      }
      case "var": {
        // A goal that was taken back is missing from the list; the row about it only says why.
        const { player: _who, ...place } = whose;
        if (detail.startsWith("penalty confirmed")) return [{ ...place, type: "penalty_awarded" }];
        return [{ ...place, type: "var_review_ended", payload: { decision: detail } }];
      }
      default:
        return leftOut(report, event);
    }
  });
}

function leftOut(report: FeedReport, event: ApiFootballEvent): Row[] {
  report.unmapped(labelOf(event));
  return [];
}

function labelOf({ type, detail }: ApiFootballEvent): string {
  return detail ? `${type}: ${detail}` : type;
}

/** `team` of an own goal is the side that gains it. */
function goalRows(event: ApiFootballEvent, detail: string, whose: Omit<Row, "type">): Row[] | undefined {
  const { player: _scorer, ...anonymous } = whose;
  const missed = detail === "missed penalty";
  if (isShootOut(event)) return [{ ...whose, type: "shootout_kick", payload: { scored: !missed } }];
  if (missed) return [{ ...whose, type: "penalty_taken", payload: { scored: false } }];
  if (detail === "own goal") return [{ ...anonymous, type: "goal", payload: { kind: "own_goal" } }];
  if (detail === "penalty")
    return [
      { ...whose, type: "penalty_taken", payload: { scored: true } },
      { ...whose, type: "goal", payload: { kind: "penalty" } },
    ];
  return detail === "normal goal" ? [{ ...whose, type: "goal", payload: { kind: "open_play" } }] : undefined;
}

function cardOf(
  event: ApiFootballEvent,
  detail: string,
  booked: Map<string, ApiFootballEvent>,
  dismissed: Map<string, number>,
): string | undefined {
  const player = event.player?.id ?? "";
  const at = event.time.elapsed + (event.time.extra ?? 0);
  if (detail.startsWith("second yellow") || (detail === "yellow card" && player !== "" && booked.has(player))) {
    if (player !== "") dismissed.set(player, at);
    return "second_yellow_card";
  }
  if (detail === "yellow card") {
    if (player !== "") booked.set(player, event);
    return "yellow_card";
  }
  if (detail !== "red card") return undefined;
  // The same sending-off in another word.
  return player !== "" && dismissed.has(player) ? "reported already" : "red_card";
}

/**
 * Whether `player` of a substitution leaves and `assist` enters. Older answers have it the other way round, so whoever
 * is known to have been on the pitch before (a starter, a scorer, a booked player) is the one who leaves. One answer
 * has one convention: the rows vote. Without any evidence `player` leaves, as the present documentation has it.
 */
function firstNameLeaves(events: readonly ApiFootballEvent[], lineups: readonly ApiFootballLineup[]): boolean {
  const on = new Set(lineups.flatMap(({ startXI }) => startXI?.flatMap(({ player }) => player.id ?? []) ?? []));
  let votes = 0;
  for (const { type, player, assist } of inClockOrder(events)) {
    const [first, second] = [player?.id ?? "", assist?.id ?? ""];
    if (type.toLowerCase() !== "subst") {
      if (type.toLowerCase() === "goal") for (const id of [first, second]) on.add(id);
      continue;
    }
    if (first !== "" && on.has(first)) votes++;
    if (second !== "" && on.has(second)) votes--;
  }
  return votes >= 0;
}

function inClockOrder(events: readonly ApiFootballEvent[]): ApiFootballEvent[] {
  const at = ({ time }: ApiFootballEvent): number => time.elapsed * 1000 + (time.extra ?? 0);
  // Of one minute, yellow before red, whatever the order of the list.
  const rank = ({ detail }: ApiFootballEvent): number => (/^(?:red|second)/i.test(detail ?? "") ? 1 : 0);
  return [...events].sort((a, b) => at(a) - at(b) || rank(a) - rank(b));
}

function isShootOut({ comments, time }: ApiFootballEvent): boolean {
  return /shoot-?out/i.test(comments ?? "") && time.elapsed >= 90;
}

const LAST_MINUTES: readonly (readonly [Period, number])[] = [
  ["first_half", 45],
  ["second_half", 90],
  ["extra_first_half", 105],
  ["extra_second_half", 120],
];

/** 45+2 is the 47th minute of the first half: 46 elapsed. 46 is the first of the second: 45 elapsed. */
function clockOf(event: ApiFootballEvent): Pick<Row, "period" | "minute"> {
  if (isShootOut(event)) return { period: "shoot_out", minute: 120 };
  const { elapsed, extra } = event.time;
  const period = LAST_MINUTES.find(([, last]) => elapsed <= last)?.[0] ?? "extra_second_half";
  return { period, minute: Math.max(0, elapsed - 1 + Math.max(0, extra ?? 0)) };
}
