import { otherSide, type FixtureInput, type Side, type SnapshotItem } from "@touchline/domain";
import type { FeedReport } from "../adapter/report.ts";
import { revisionAt } from "../adapter/revision-at.ts";
import { rewriteId } from "../adapter/feed-id.ts";
import { FORMATION, LINE_OF, OPTA, OPTA_PERIODS, POST_GAME, QUALIFIER, TYPE_NAME } from "./opta-codes.ts";
import type { OptaEvent } from "./opta-event.ts";

export interface OptaPlayer {
  readonly id: string;
  readonly name?: string;
  readonly position?: "GK" | "DF" | "MD" | "FW";
  readonly starts: boolean;
}

export interface OptaMatch {
  readonly matchId: string;
  readonly source: string;
  readonly home: string;
  readonly away: string;
  /** Wall-clock milliseconds. */
  readonly kickoff: number;
  readonly fixture: FixtureInput | undefined;
  /** From F7 or MA1: with names, and the lines of the bench. */
  readonly lineups: Readonly<Partial<Record<Side, readonly OptaPlayer[]>>>;
  readonly referee?: string | undefined;
  readonly venue?: string | undefined;
}

type Said = Pick<SnapshotItem, "type" | "payload" | "team" | "player">;
type Tell = (id: string, said: Said) => SnapshotItem;

/**
 * The whole match as one list. Both teams write down what concerns both (a period's start, a corner, a foul): one of
 * each pair counts. A deleted event keeps its id and becomes one of type 43: it is not in the list, and so taken back.
 */
export function itemsOfOpta(events: readonly OptaEvent[], match: OptaMatch, report: FeedReport): SnapshotItem[] {
  const items = [...announcements(match)];
  const pairs = substitutionPairs(events);
  const reported = new Set<string>();
  const deleted = new Set(events.flatMap((event) => (isDeletion(event) ? event.id : [])));
  for (const event of events) {
    if (deleted.has(event.id)) continue;
    const side = event.team === match.home ? "home" : event.team === match.away ? "away" : undefined;
    const tell: Tell = (id, said) => ({ ...baseOf(event, match), id, ...(side ? { team: side } : {}), ...said });
    const read = itemsOfEvent(event, side, tell, pairs, match);
    if (read === undefined) report.unmapped(`${event.typeId} ${TYPE_NAME[event.typeId] ?? ""}`.trim());
    for (const item of read ?? []) {
      if (item.id !== undefined && reported.has(item.id)) continue;
      reported.add(item.id ?? "");
      items.push(item);
    }
  }
  return items;
}

/** Undefined for a type without a meaning here; empty for the other half of a pair, and for what says too little. */
function itemsOfEvent(
  event: OptaEvent,
  side: Side | undefined,
  tell: Tell,
  pairs: SubstitutionPairs,
  match: OptaMatch,
): SnapshotItem[] | undefined {
  const { qualifiers: has, outcome, player } = event;
  const id = rewriteId(event.id);
  const period = OPTA_PERIODS[event.periodId];
  const whose = player === undefined ? {} : { player: rewriteId(player) };
  switch (event.typeId) {
    case OPTA.periodStart:
      return period ? [withoutTeam(tell(`start-${period}`, { type: "period_start" }))] : [];
    case OPTA.periodEnd:
      if (event.periodId === POST_GAME) return [withoutTeam(tell("end", { type: "full_time" }))];
      return period ? [withoutTeam(tell(`end-${period}`, { type: "period_end" }))] : [];
  }
  if (!side) return undefined;
  switch (event.typeId) {
    case OPTA.teamSetUp:
      return [...lineupItems(event, side, tell, match), ...formationItems(event, tell, "formation")];
    case OPTA.formationChange:
      return formationItems(event, tell, id);
    case OPTA.goal:
      return goalItems(event, side, tell, whose);
    case OPTA.miss:
    case OPTA.post:
    case OPTA.saved:
      if (period === "shoot_out") return [tell(id, { type: "shootout_kick", ...whose, payload: { scored: false } })];
      if (!has.has(QUALIFIER.penalty)) return undefined;
      return [tell(`${id}_1`, { type: "penalty_taken", ...whose, payload: { scored: false } })];
    case OPTA.foul:
      // The fouled side has outcome 1.
      if (!has.has(QUALIFIER.penalty)) return undefined;
      return outcome === 1 ? [tell(id, { type: "penalty_awarded" })] : [];
    case OPTA.corner:
      return outcome === 1 ? [tell(id, { type: "corner" })] : [];
    case OPTA.card:
      return cardItems(event, tell, whose);
    case OPTA.playerOff:
    case OPTA.playerOn:
      return [tell(pairs.idOf(event), { type: "substitution", payload: pairs.playersOf(event) })];
    case OPTA.playerRetired:
      // He goes and nobody comes: his side plays on with a man less.
      return player === undefined
        ? []
        : [tell(id, { type: "substitution", payload: { playerOut: rewriteId(player), reason: "retired" } })];
    case OPTA.injuryTime: {
      const minutes = Number(has.get(QUALIFIER.minutesAnnounced) ?? Number.NaN);
      if (Number.isNaN(minutes)) return undefined;
      return [
        withoutTeam(tell(`stoppage-${period ?? "any"}`, { type: "stoppage_time_announced", payload: { minutes } })),
      ];
    }
    default:
      return undefined;
  }
}

function isDeletion({ typeId }: OptaEvent): boolean {
  return typeId === OPTA.deleted || typeId === OPTA.deletedAfterReview;
}

function goalItems(event: OptaEvent, side: Side, tell: Tell, whose: { player?: string }): SnapshotItem[] {
  const id = rewriteId(event.id);
  const has = event.qualifiers;
  if (OPTA_PERIODS[event.periodId] === "shoot_out")
    return [tell(id, { type: "shootout_kick", ...whose, payload: { scored: true } })];
  // Written down for the player's own side; it gains the other, and no market knows a scorer of it.
  if (has.has(QUALIFIER.ownGoal))
    return [tell(id, { type: "goal", team: otherSide(side), payload: { kind: "own_goal" } })];
  const kind = has.has(QUALIFIER.penalty)
    ? "penalty"
    : has.has(QUALIFIER.directFreeKick)
      ? "free_kick"
      : has.has(QUALIFIER.header)
        ? "header"
        : "open_play";
  const taken = tell(`${id}_1`, { type: "penalty_taken", ...whose, payload: { scored: true } });
  return [...(kind === "penalty" ? [taken] : []), tell(id, { type: "goal", ...whose, payload: { kind } })];
}

function cardItems(event: OptaEvent, tell: Tell, whose: { player?: string }): SnapshotItem[] {
  const has = event.qualifiers;
  const colour = has.has(QUALIFIER.red)
    ? "red_card"
    : has.has(QUALIFIER.secondYellow)
      ? "second_yellow_card"
      : "yellow_card";
  // A card without a player is shown to a coach: it counts for no market and takes nobody off.
  const type = whose.player === undefined ? "bench_card" : colour;
  return [tell(rewriteId(event.id), { type, ...whose, ...(type === colour ? {} : { payload: { colour } }) })];
}

function formationItems({ qualifiers }: OptaEvent, tell: Tell, id: string): SnapshotItem[] {
  const formation = FORMATION[qualifiers.get(QUALIFIER.formation) ?? ""];
  const own = tell(id, { type: "formation_change", payload: { formation: formation ?? "" } });
  return formation === undefined ? [] : [id === "formation" ? { ...own, id: `formation-${own.team ?? ""}` } : own];
}

/** The named team sheet where F7 or MA1 gives one, else that of the set-up event. */
function lineupItems({ qualifiers }: OptaEvent, side: Side, tell: Tell, { lineups }: OptaMatch): SnapshotItem[] {
  const ids = listIn(qualifiers.get(QUALIFIER.involvedPlayers));
  const lines = listIn(qualifiers.get(QUALIFIER.playerPositions));
  const bare = ids.map((id, k): OptaPlayer => {
    const position = LINE_OF[lines[k] ?? ""];
    return { id, starts: position !== undefined, ...(position ? { position } : {}) };
  });
  const players = lineups[side] ?? bare;
  const sheet = (starts: boolean): Record<string, string>[] =>
    players
      .filter((player) => player.starts === starts)
      .map(({ id, name, position }) => ({
        id: rewriteId(id),
        ...(name ? { name: name.slice(0, 120) } : {}),
        ...(position ? { position } : {}),
      }));
  const starters = sheet(true);
  if (starters.length === 0) return [];
  return [tell(`lineup-${side}`, { type: "lineup_confirmed", payload: { starters, bench: sheet(false) } })];
}

function listIn(value: string | undefined): string[] {
  return value?.split(",").flatMap((part) => part.trim() || []) ?? [];
}

interface SubstitutionPairs {
  idOf(event: OptaEvent): string;
  playersOf(event: OptaEvent): Record<string, string>;
}

/** Who goes and who comes are two events; the one who comes refers to the other. Either may be missing. */
function substitutionPairs(events: readonly OptaEvent[]): SubstitutionPairs {
  const keyOf = (event: OptaEvent): string =>
    `${event.team ?? ""}-${event.typeId === OPTA.playerOff ? event.eventId : (event.qualifiers.get(QUALIFIER.relatedEvent) ?? event.eventId)}`;
  const players = new Map<string, Record<string, string>>();
  for (const event of events) {
    if (event.typeId !== OPTA.playerOff && event.typeId !== OPTA.playerOn) continue;
    const role = event.typeId === OPTA.playerOff ? "playerOut" : "playerIn";
    const known = players.get(keyOf(event)) ?? {};
    players.set(keyOf(event), { ...known, ...(event.player === undefined ? {} : { [role]: rewriteId(event.player) }) });
  }
  return {
    idOf: (event) => rewriteId(`sub-${keyOf(event)}`),
    playersOf: (event) => players.get(keyOf(event)) ?? {},
  };
}

function announcements(match: OptaMatch): SnapshotItem[] {
  const { matchId, source, kickoff, fixture, referee, venue } = match;
  const base = { source, matchId, occurredAt: new Date(kickoff).toISOString() };
  return [
    ...(fixture ? [{ ...base, id: "fixture", type: "fixture", payload: { ...fixture } }] : []),
    ...(referee ? [{ ...base, id: "referee", type: "referee_assigned", payload: { referee } }] : []),
    ...(venue ? [{ ...base, id: "venue", type: "venue_changed", payload: { venue } }] : []),
  ];
}

function baseOf(event: OptaEvent, { matchId, source, kickoff }: OptaMatch): Omit<SnapshotItem, "type"> {
  const period = OPTA_PERIODS[event.periodId];
  return {
    source,
    matchId,
    revision: revisionAt(event.changedAt, kickoff),
    occurredAt: new Date(event.at).toISOString(),
    ...(period ? { period, minute: event.min, second: event.sec } : {}),
  };
}

function withoutTeam({ team: _team, ...item }: SnapshotItem): SnapshotItem {
  return item;
}
