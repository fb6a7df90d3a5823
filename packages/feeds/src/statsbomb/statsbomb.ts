import { z } from "zod";
import { type MatchEventInput, Id, type Period, PERIODS, type Side } from "@touchline/domain";

const named = z.looseObject({ id: z.int(), name: z.string() });
const player = z.looseObject({ id: z.int(), name: z.string() });

/**
 * One event of a StatsBomb events file, as far as markets care. `minute` runs on through the match and overlaps in
 * stoppage, like ours; `period` is 1 to 5. Whatever else an event holds is kept and means nothing.
 * @see https://github.com/statsbomb/open-data (Open Data Events specification)
 */
export const StatsBombEvent = z.looseObject({
  id: Id,
  index: z.int().nonnegative(),
  period: z.int().min(1).max(5),
  minute: z.int().min(0).max(200),
  second: z.int().min(0).max(59),
  type: named,
  team: named,
  player: player.optional(),
  tactics: z
    .looseObject({
      formation: z.int().optional(),
      lineup: z.array(z.looseObject({ player, position: named })).default([]),
    })
    .optional(),
  shot: z.looseObject({ outcome: named, type: named.optional() }).optional(),
  pass: z.looseObject({ type: named.optional() }).optional(),
  substitution: z.looseObject({ replacement: player }).optional(),
  foul_committed: z.looseObject({ card: named.optional(), penalty: z.boolean().optional() }).optional(),
  bad_behaviour: z.looseObject({ card: named.optional() }).optional(),
});
export type StatsBombEvent = z.output<typeof StatsBombEvent>;

export interface StatsBombMatch {
  readonly matchId: string;
  readonly source: string;
  /** The home side's team id at the source. */
  readonly homeTeam: number;
  /** Wall-clock milliseconds at which each period began, in playing order; from the match's own record. */
  readonly periodStarts: readonly number[];
}

const TYPE = {
  shot: 16,
  halfStart: 18,
  substitution: 19,
  ownGoalFor: 25,
  foulCommitted: 22,
  badBehaviour: 24,
  pass: 30,
  halfEnd: 34,
  startingEleven: 35,
  tacticalShift: 36,
  injuryStoppage: 40,
} as const;

const CORNER_PASS = 61;
const GOAL = 97;
const PENALTY_SHOT = 88;
const SHOT_KIND: Readonly<Record<number, string>> = { 61: "corner_direct", 62: "free_kick", [PENALTY_SHOT]: "penalty" };

const CARD_TYPES: Readonly<Record<string, string>> = {
  "Yellow Card": "yellow_card",
  "Second Yellow": "second_yellow_card",
  "Red Card": "red_card",
};

/** Elapsed minutes at which each period's clock starts, by period number. */
const PERIOD_START_MINUTES = [0, 45, 90, 105, 120];

/**
 * The match events in one StatsBomb event; none for what no market reads.
 *
 * Each side has its own start and end of a half and its own line of an own goal: one of each pair counts. The file
 * is written after the match, so everything in it is confirmed. It names no bench: substitutes join as they come on.
 */
export function readStatsBomb(event: StatsBombEvent, match: StatsBombMatch): MatchEventInput[] {
  const side: Side = event.team.id === match.homeTeam ? "home" : "away";
  const period: Period = PERIODS[event.period - 1] ?? "first_half";
  const base = baseOf(event, match, period, side);
  const tell = (type: string, payload: MatchEventInput["payload"] = {}, nth = 0): MatchEventInput => ({
    ...base,
    id: nth === 0 ? event.id : `${event.id}_${nth}`,
    sequence: event.index * 10 + nth,
    type,
    payload,
  });
  switch (event.type.id) {
    case TYPE.startingEleven:
      return [tell("lineup_confirmed", { starters: startersOf(event), bench: [] }), ...formationOf(event, tell, 1)];
    case TYPE.halfStart:
      return side === "home" ? [withoutTeam(tell("period_start"))] : [];
    case TYPE.halfEnd:
      return side === "home" ? [withoutTeam(tell("period_end"))] : [];
    case TYPE.shot:
      return shot(event, period, tell);
    case TYPE.ownGoalFor:
      // The scorer is named on the other side's line, and an own goal has none for any market.
      return [{ ...tell("goal", { kind: "own_goal" }), player: undefined }];
    case TYPE.pass:
      return event.pass?.type?.id === CORNER_PASS ? [tell("corner")] : [];
    case TYPE.foulCommitted:
      return [...cardOf(event.foul_committed?.card, tell), ...penaltyOf(event, side, tell)];
    case TYPE.badBehaviour:
      return cardOf(event.bad_behaviour?.card, tell);
    case TYPE.substitution:
      return event.substitution ? [tell("substitution", substitutionOf(event))] : [];
    case TYPE.tacticalShift:
      return formationOf(event, tell, 0);
    case TYPE.injuryStoppage:
      // Play stops; the player may well go on. Not a player who is missing.
      return [tell("injury_stoppage")];
    default:
      return [];
  }
}

/** The end of the match, which the file leaves to its last half end. */
export function statsBombEnd(events: readonly StatsBombEvent[], match: StatsBombMatch): MatchEventInput[] {
  const last = events.findLast(({ type }) => type.id === TYPE.halfEnd);
  if (!last) return [];
  const {
    minute: _minute,
    second: _second,
    period: _period,
    team: _team,
    player: _player,
    ...base
  } = baseOf(last, match, PERIODS[last.period - 1] ?? "second_half", "home");
  return [{ ...base, id: `${last.id}_end`, sequence: last.index * 10 + 9, type: "full_time", payload: {} }];
}

type Tell = (type: string, payload?: MatchEventInput["payload"], nth?: number) => MatchEventInput;

function baseOf(
  event: StatsBombEvent,
  match: StatsBombMatch,
  period: Period,
  side: Side,
): Omit<MatchEventInput, "id" | "type"> {
  const { minute, second } = event;
  const into = (minute - (PERIOD_START_MINUTES[event.period - 1] ?? 0)) * 60 + second;
  const started = match.periodStarts[event.period - 1] ?? match.periodStarts.at(-1) ?? 0;
  return {
    source: match.source,
    matchId: match.matchId,
    occurredAt: new Date(started + into * 1000).toISOString(),
    period,
    minute,
    second,
    team: side,
    ...(event.player ? { player: event.player.id } : {}),
  };
}

function withoutTeam({ team: _team, ...event }: MatchEventInput): MatchEventInput {
  return event;
}

function startersOf({ tactics }: StatsBombEvent): Record<string, string>[] {
  return (tactics?.lineup ?? []).map((entry) => ({
    id: String(entry.player.id),
    name: entry.player.name,
    position: positionOf(entry.position.id),
  }));
}

const RIGHT_WING = 17;

/** 1 is the goalkeeper, 2 to 8 are backs, 9 to 20 midfielders but for the right wing, the rest forwards. */
function positionOf(id: number): string {
  if (id === 1) return "GK";
  if (id <= 8) return "DF";
  return id <= 20 && id !== RIGHT_WING ? "MD" : "FW";
}

/** 442 is 4-4-2. */
function formationOf({ tactics }: StatsBombEvent, tell: Tell, nth: number): MatchEventInput[] {
  const { formation } = tactics ?? {};
  return formation === undefined
    ? []
    : [tell("formation_change", { formation: String(formation).split("").join("-") }, nth)];
}

function shot({ shot: taken }: StatsBombEvent, period: Period, tell: Tell): MatchEventInput[] {
  if (!taken) return [];
  const scored = taken.outcome.id === GOAL;
  if (period === "shoot_out") return [tell("shootout_kick", { scored })];
  const kind = SHOT_KIND[taken.type?.id ?? 0] ?? "open_play";
  const penalty = kind === "penalty" ? [tell("penalty_taken", { scored }, 1)] : [];
  return [...penalty, ...(scored ? [tell("goal", { kind }, 2)] : [])];
}

function cardOf(card: { name: string } | undefined, tell: Tell): MatchEventInput[] {
  const type = card && CARD_TYPES[card.name];
  return type ? [tell(type)] : [];
}

/** A foul that gives a penalty gives it to the other side. */
function penaltyOf({ foul_committed: foul }: StatsBombEvent, side: Side, tell: Tell): MatchEventInput[] {
  if (foul?.penalty !== true) return [];
  const { player: _offender, ...awarded } = tell("penalty_awarded", {}, 1);
  return [{ ...awarded, team: side === "home" ? "away" : "home" }];
}

function substitutionOf({ player: leaving, substitution }: StatsBombEvent): Record<string, string> {
  return {
    ...(substitution ? { playerIn: String(substitution.replacement.id) } : {}),
    ...(leaving ? { playerOut: String(leaving.id) } : {}),
  };
}
