import type { MatchEvent, MatchEventInput } from "../events/event.ts";
import { MatchEvent as MatchEventSchema } from "../events/event.ts";
import { appendEvent, type EventLog } from "../events/event-log.ts";
import { foldEvents } from "../match/fold-events.ts";
import type { MatchState } from "../match/match-state.ts";
import { PERIOD_START_MINUTE, type Period } from "../events/period.ts";
import type { Side } from "../events/side.ts";

/** Events of made-up matches, for the specifications of this package. */

export const KICK_OFF_AT = Date.parse("2026-05-01T19:00:00Z");
const MINUTE = 60_000;

/** Wall-clock minutes from kick-off to the start of each period, breaks and stoppage included. */
const PERIOD_STARTS_AFTER: Record<Period, number> = {
  first_half: 0,
  second_half: 62,
  extra_first_half: 116,
  extra_second_half: 134,
  shoot_out: 155,
};

export type Details = Partial<Omit<MatchEventInput, "type">>;

let made = 0;

/**
 * Something that happens `minutes` of wall-clock time after kick-off (before it, if negative), without a match clock.
 */
export function happening(type: string, minutes: number, details: Details = {}): MatchEvent {
  made += 1;
  return MatchEventSchema.parse({
    id: `e${made}`,
    source: "feed",
    matchId: "m1",
    type,
    occurredAt: new Date(KICK_OFF_AT + minutes * MINUTE).toISOString(),
    ...details,
  });
}

/** Something that happens on the match clock, `minute` elapsed. */
export function play(period: Period, minute: number, type: string, details: Details = {}): MatchEvent {
  const minutes = PERIOD_STARTS_AFTER[period] + minute - PERIOD_START_MINUTE[period];
  return happening(type, minutes, { period, minute, ...details });
}

export const first = (minute: number, type: string, details?: Details): MatchEvent =>
  play("first_half", minute, type, details);
export const second = (minute: number, type: string, details?: Details): MatchEvent =>
  play("second_half", minute, type, details);

export const HOME = { team: "home" } as const;
export const AWAY = { team: "away" } as const;

export function fixture(payload: Record<string, string | number | boolean> = {}): MatchEvent {
  const kickoff = new Date(KICK_OFF_AT).toISOString();
  return happening("fixture", -10_000, {
    payload: { home: "Arsenal", away: "Leicester", kickoff, competition: "ENG-Premier League", ...payload },
  });
}

/** Eleven starters (`h1` keeps goal) and seven on the bench (`h12` is the second keeper), `a…` for the away side. */
export function lineup(team: Side): MatchEvent {
  const player = (number: number) => ({ id: `${team[0]}${number}`, position: positionOf(number) });
  const players = Array.from({ length: 18 }, (_unused, index) => player(index + 1));
  return happening("lineup_confirmed", -60, {
    team,
    payload: { starters: players.slice(0, 11), bench: players.slice(11) },
  });
}

function positionOf(number: number): string {
  if (number === 1 || number === 12) return "GK";
  return number < 6 ? "DF" : number < 10 ? "MD" : "FW";
}

export const lineups = (): MatchEvent[] => [lineup("home"), lineup("away")];

export const kickOff = (): MatchEvent => happening("kick_off", 0);
export const startOf = (period: Period): MatchEvent =>
  happening("period_start", PERIOD_STARTS_AFTER[period], { period });
export const endOf = (period: Period): MatchEvent =>
  happening("period_end", PERIOD_STARTS_AFTER[period] + (period.startsWith("extra_") ? 16 : 48), { period });
export const halfTime = (): MatchEvent => endOf("first_half");
export const secondHalf = (): MatchEvent => startOf("second_half");
export const fullTime = (): MatchEvent => happening("full_time", 180);

/** Through regular time to the break that follows it. */
export const regularTime = (): MatchEvent[] => [kickOff(), halfTime(), secondHalf(), endOf("second_half")];

/** The events with `sequence` in the order given. */
export function numbered(events: readonly MatchEvent[], from = 1): MatchEvent[] {
  return events.map((event, index) => ({ ...event, sequence: from + index }));
}

/** The same event again in its next revision, with changes. */
export function revised(event: MatchEvent, changes: Details & { type?: string } = {}): MatchEvent {
  return MatchEventSchema.parse({ ...event, revision: event.revision + 1, ...changes });
}

export function retracted(event: MatchEvent): MatchEvent {
  return revised(event, { retracted: true });
}

export function logOf(events: Iterable<MatchEvent>): EventLog {
  let log: EventLog = new Map();
  for (const event of events) log = appendEvent(log, event);
  return log;
}

export function stateOf(...events: readonly MatchEvent[]): MatchState {
  return foldEvents(logOf(events));
}
