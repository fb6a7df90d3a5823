import type { MatchEventInput, Period } from "@touchline/domain";
import type { LiveDataEvent } from "./live-data-event.ts";
import { BET_STOP_REASON, GOAL_KIND, INTERRUPTION_REASON, LIVE_DATA, MATCH_STATUS } from "./live-data-codes.ts";

/** Which match the events belong to, and what the feed calls itself. */
export interface LiveDataMatch {
  readonly matchId: string;
  readonly source: string;
}

/** What must be remembered of one match between its events. Plain JSON. */
export interface LiveDataState {
  readonly period: Period | null;
  /** A goal that may have fallen, as its event has told it. */
  readonly possibleGoal: MatchEventInput | null;
  /** A goal that counts until play resumes, and then for good. */
  readonly openGoal: MatchEventInput | null;
  /** Injuries that are not over, by player. */
  readonly injuries: Readonly<Record<string, MatchEventInput>>;
}

export const NEW_LIVE_DATA: LiveDataState = { period: null, possibleGoal: null, openGoal: null, injuries: {} };

interface Read {
  readonly state: LiveDataState;
  readonly events: readonly MatchEventInput[];
}

/**
 * One Live Data event as match events.
 *
 * The feed tells in events of their own what here is a later word on an earlier one: a possible goal that was none,
 * play that resumes after a goal, a deleted event, a player back from injury. They become revisions and retractions.
 * Types without a meaning here pass through as `live_data_<type>`.
 * @see https://docs.sportradar.com/live-data/introduction/information-per-sport/soccer
 */
export function readLiveData(state: LiveDataState, event: LiveDataEvent, match: LiveDataMatch): Read {
  const tell = (type: string, rest: Partial<MatchEventInput> = {}): MatchEventInput => ({
    ...baseOf(event, match, state.period),
    type,
    ...rest,
  });
  const only = (...events: MatchEventInput[]): Read => ({ state, events });
  const player = event.player1 === undefined ? {} : { player: event.player1 };
  switch (event.type) {
    case LIVE_DATA.matchStatus:
      return matchStatus(state, event, tell);
    case LIVE_DATA.goal:
      return goal(state, event, tell);
    case LIVE_DATA.possibleGoal: {
      const possible = tell("goal", { payload: { confirmation: "possible" } });
      return { state: { ...state, possibleGoal: possible }, events: [possible] };
    }
    case LIVE_DATA.cancelledGoal:
      return { state: { ...state, possibleGoal: null }, events: withdrawn(state.possibleGoal) };
    case LIVE_DATA.playResumesAfterGoal:
      return { state: { ...state, openGoal: null }, events: confirmed(state.openGoal) };
    case LIVE_DATA.deletedEvent:
      return deleted(state, event, match);
    case LIVE_DATA.yellowCard:
      return only(tell(isShownOnPitch(event) ? "yellow_card" : "bench_card", player));
    case LIVE_DATA.yellowRedCard:
      return only(tell(isShownOnPitch(event) ? "second_yellow_card" : "bench_card", player));
    case LIVE_DATA.redCard:
      return only(tell(isShownOnPitch(event) ? "red_card" : "bench_card", player));
    case LIVE_DATA.substitution:
      return only(tell("substitution", { payload: substitution(event) }));
    case LIVE_DATA.injury:
      return injury(state, event, tell);
    case LIVE_DATA.corner:
      return only(tell("corner"));
    case LIVE_DATA.penaltyAwarded:
      // In a shoot-out every kick is one.
      return only(tell(state.period === "shoot_out" ? "shootout_kick_awarded" : "penalty_awarded"));
    case LIVE_DATA.penaltyMissed:
      return only(missedPenalty(state, tell));
    case LIVE_DATA.shootOutEvent:
      return only(shootOutEvent(event, tell));
    case LIVE_DATA.injuryTime:
      return only(tell("stoppage_time_announced", { payload: { minutes: Math.max(0, event.extrainfo ?? 0) } }));
    case LIVE_DATA.videoReview:
      return only(tell("var_review_started"));
    case LIVE_DATA.videoReviewOver:
      return only(tell("var_review_ended"));
    case LIVE_DATA.betStop:
      return only(tell("bet_stop", { payload: { reason: reasonOf(BET_STOP_REASON, event) } }));
    case LIVE_DATA.betStart:
      return only(tell("bet_start"));
    case LIVE_DATA.referee:
      return only(event.info ? tell("referee_assigned", { payload: { referee: event.info } }) : passedOn(event, tell));
    case LIVE_DATA.stadium:
      return only(event.info ? tell("venue_changed", { payload: { venue: event.info } }) : passedOn(event, tell));
    case LIVE_DATA.temporaryInterruption:
      return only(tell("interruption", { payload: { reason: reasonOf(INTERRUPTION_REASON, event) } }));
    case LIVE_DATA.gameOn:
      return only(tell("game_on"));
    case LIVE_DATA.postponed:
      return only(tell("postponed"));
    case LIVE_DATA.abandoned:
    case LIVE_DATA.matchCancelled:
      return only(tell("abandoned"));
    default:
      return only(passedOn(event, tell));
  }
}

type Tell = (type: string, rest?: Partial<MatchEventInput>) => MatchEventInput;

function matchStatus(state: LiveDataState, event: LiveDataEvent, tell: Tell): Read {
  const status = MATCH_STATUS[event.extrainfo ?? -1];
  if (!status) return { state, events: [passedOn(event, tell)] };
  const { type, period } = status;
  const starts = type === "period_start";
  // A period's start and end carry its name; their own clock may still be the old period's.
  return {
    state: starts && period ? { ...state, period } : state,
    events: [tell(type, period ? { period } : {})],
  };
}

/** `side` is the side whose score rises, for an own goal too. */
function goal(state: LiveDataState, event: LiveDataEvent, tell: Tell): Read {
  const before = withdrawn(state.possibleGoal);
  const player = event.player1 === undefined ? {} : { player: event.player1 };
  if (state.period === "shoot_out")
    return {
      state: { ...state, possibleGoal: null },
      events: [...before, tell("shootout_kick", { ...player, payload: { scored: true } })],
    };
  const kind = GOAL_KIND[event.extrainfo ?? 0] ?? "open_play";
  const scored = tell("goal", { ...player, payload: { kind, confirmation: "tbd" } });
  return { state: { ...state, possibleGoal: null, openGoal: scored }, events: [...before, scored] };
}

function missedPenalty({ period }: LiveDataState, tell: Tell): MatchEventInput {
  return period === "shoot_out" ? tell("shootout_kick", { payload: { scored: false } }) : tell("penalty_missed");
}

/** -1 a player gets ready, 0 a miss, 1 a goal. */
function shootOutEvent(event: LiveDataEvent, tell: Tell): MatchEventInput {
  const { extrainfo: result } = event;
  return result === 0 || result === 1
    ? tell("shootout_kick", { payload: { scored: result === 1 } })
    : passedOn(event, tell);
}

/** `player1` leaves the pitch, `player2` enters it. */
function substitution({ player1, player2 }: LiveDataEvent): Record<string, string> {
  return {
    ...(player1 === undefined ? {} : { playerOut: player1 }),
    ...(player2 === undefined ? {} : { playerIn: player2 }),
  };
}

/** `extrainfo` 1: still injured; 0: no longer. */
function injury(state: LiveDataState, { player1: player, extrainfo = 1 }: LiveDataEvent, tell: Tell): Read {
  if (player === undefined) return { state, events: [] };
  const { [player]: known, ...others } = state.injuries;
  if (extrainfo === 0) return { state: { ...state, injuries: others }, events: withdrawn(known ?? null) };
  if (known) return { state, events: [] };
  const injured = tell("player_injury", { player });
  return { state: { ...state, injuries: { ...others, [player]: injured } }, events: [injured] };
}

/** `extrainfo` names the event that is deleted. */
function deleted(state: LiveDataState, { extrainfo, stime }: LiveDataEvent, { matchId, source }: LiveDataMatch): Read {
  if (extrainfo === undefined) return { state, events: [] };
  const target = String(extrainfo);
  const open = state.openGoal?.id === target ? { ...state, openGoal: null } : state;
  const occurredAt = new Date(stime).toISOString();
  return {
    state: open,
    events: [{ id: target, source, matchId, type: "retraction", revision: LAST_WORD, retracted: true, occurredAt }],
  };
}

/** Above every revision that this mapping gives: what has been deleted stays deleted, whatever arrives later. */
const LAST_WORD = 1_000;

function withdrawn(event: MatchEventInput | null): MatchEventInput[] {
  return event ? [{ ...event, revision: (event.revision ?? 1) + 1, retracted: true }] : [];
}

function confirmed(goalEvent: MatchEventInput | null): MatchEventInput[] {
  if (!goalEvent) return [];
  const revision = (goalEvent.revision ?? 1) + 1;
  return [{ ...goalEvent, revision, payload: { ...goalEvent.payload, confirmation: "confirmed" } }];
}

/** Cards for the bench and after the end are shown, but count for no market. */
function isShownOnPitch({ extrainfo = 0, extrainfosoccer: when = 0 }: LiveDataEvent): boolean {
  return extrainfo <= 0 && when !== 3;
}

function passedOn(event: LiveDataEvent, tell: Tell): MatchEventInput {
  const { extrainfo, info } = event;
  return tell(`live_data_${event.type}`, {
    payload: { ...(extrainfo === undefined ? {} : { extrainfo }), ...(info === undefined ? {} : { info }) },
  });
}

function reasonOf(names: Readonly<Record<number, string>>, { extrainfo }: LiveDataEvent): string {
  return extrainfo === undefined ? "unknown" : (names[extrainfo] ?? `reason_${extrainfo}`);
}

function baseOf(
  { id: eventId, stime, side, mtime }: LiveDataEvent,
  { matchId, source }: LiveDataMatch,
  period: Period | null,
): Omit<MatchEventInput, "type"> {
  const [, minute, second] = /^(\d{1,3}):(\d\d)$/.exec(mtime) ?? [];
  return {
    id: eventId,
    source,
    matchId,
    occurredAt: new Date(stime).toISOString(),
    ...(side === "none" ? {} : { team: side }),
    ...(period && minute !== undefined ? { period, minute: Number(minute), second: Number(second) } : {}),
  };
}
