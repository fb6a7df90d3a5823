import type { FactName } from "../dependencies/facts.ts";
import { isKnownType, type MatchEvent } from "../events/event.ts";
import type { EventType } from "../events/event-payloads.ts";
import type { SourceFamily } from "../events/sources-policy.ts";

/** What sources report of one kind can be the same happening, under whatever type each of them reports it. */
export interface HappeningKind {
  readonly family: SourceFamily;
  readonly name: string;
  /**
   * `clock`: the same if the match clock is nearly the same. `count`: the how-many-th of its kind and period is the
   * same.
   * `state`: a word that holds until the next one, such as a price; it is not matched.
   */
  readonly matchedBy: "clock" | "count" | "state";
  /** Facts that it changes: a report without confirmation suspends the markets that read one of them. */
  readonly moves: readonly FactName[] | "all" | "none";
}

const GOAL: HappeningKind = {
  family: "goals",
  name: "goal",
  matchedBy: "clock",
  moves: ["score", "extra_time_score"],
};
const KICK: HappeningKind = { family: "goals", name: "shootout_kick", matchedBy: "count", moves: ["shoot_out"] };
const PENALTY: HappeningKind = {
  family: "penalties",
  name: "penalty_awarded",
  matchedBy: "clock",
  moves: ["penalty_pending", "penalties_awarded"],
};
const BOOKING: HappeningKind = { family: "cards", name: "yellow_card", matchedBy: "clock", moves: ["cards"] };
const SENDING_OFF: HappeningKind = {
  family: "cards",
  name: "sending_off",
  matchedBy: "clock",
  moves: ["cards", "red_cards", "regular_red_cards", "players_off"],
};
const ON_PITCH: readonly FactName[] = ["lineup.home", "lineup.away"];
const START: HappeningKind = { family: "clock", name: "period_start", matchedBy: "count", moves: "all" };

const clock = (name: EventType, moves: HappeningKind["moves"] = "all"): HappeningKind => ({
  family: "clock",
  name,
  matchedBy: "count",
  moves,
});
const substitution = (name: EventType, moves: HappeningKind["moves"]): HappeningKind => ({
  family: "substitutions",
  name,
  matchedBy: "clock",
  moves,
});
const state = (family: SourceFamily, name: EventType): HappeningKind => ({
  family,
  name,
  matchedBy: "state",
  moves: "none",
});

const KINDS: Partial<Record<EventType, HappeningKind>> = {
  goal: GOAL,
  shootout_kick: KICK,
  var_review_started: { ...GOAL, name: "var_review_started", moves: ["penalty_pending"] },
  var_review_ended: { ...GOAL, name: "var_review_ended", moves: "none" },
  penalty_awarded: PENALTY,
  penalty_taken: { ...PENALTY, name: "penalty_taken" },
  penalty_missed: { ...PENALTY, name: "penalty_taken" },
  corner: { family: "corners", name: "corner", matchedBy: "clock", moves: ["corners"] },
  yellow_card: BOOKING,
  second_yellow_card: SENDING_OFF,
  red_card: SENDING_OFF,
  substitution: substitution("substitution", ON_PITCH),
  player_off: substitution("player_off", [...ON_PITCH, "players_off"]),
  player_on: substitution("player_on", [...ON_PITCH, "players_off"]),
  goalkeeper_change: substitution("goalkeeper_change", "none"),
  lineup_confirmed: state("lineups", "lineup_confirmed"),
  formation_change: state("lineups", "formation_change"),
  player_injury: state("lineups", "player_injury"),
  key_player_suspended: state("lineups", "key_player_suspended"),
  odds_update: state("prices", "odds_update"),
  odds_steam: state("prices", "odds_steam"),
  line_movement: state("prices", "line_movement"),
  sharp_money: state("prices", "sharp_money"),
  kick_off: START,
  period_start: START,
  period_end: clock("period_end"),
  full_time: clock("full_time"),
  stoppage_time_announced: clock("stoppage_time_announced", "none"),
  postponed: clock("postponed"),
  abandoned: clock("abandoned"),
  resumed: clock("resumed"),
  awarded: clock("awarded"),
  void: clock("void"),
};

/** Undefined for what nobody is authoritative for: fixtures, bet stops by hand, weather, unknown types. */
export function kindOf({ type, period }: Pick<MatchEvent, "type" | "period">): HappeningKind | undefined {
  if (period === "shoot_out" && IN_SHOOT_OUT.has(type)) return KICK;
  return isKnownType(type) ? KINDS[type] : undefined;
}

/** Feeds report the kicks of a shoot-out in these words too. */
const IN_SHOOT_OUT: ReadonlySet<string> = new Set<EventType>(["goal", "penalty_taken", "penalty_missed"]);

/** What each kind moves, by its name. */
export const KIND_MOVES: ReadonlyMap<string, HappeningKind["moves"]> = new Map(
  [KICK, ...Object.values(KINDS)].map(({ name, moves }) => [name, moves]),
);

/** Facts that a family moves, of all its kinds. */
export function movedBy(family: SourceFamily): readonly FactName[] | "all" {
  const kinds = [KICK, ...Object.values(KINDS)].filter((kind) => kind.family === family);
  if (kinds.some(({ moves }) => moves === "all")) return "all";
  return [...new Set(kinds.flatMap(({ moves }) => (typeof moves === "string" ? [] : moves)))];
}
