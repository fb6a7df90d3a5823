import { equalJson } from "../json/equal-json.ts";
import type { Fixture } from "../events/event-payloads.ts";
import type { MatchState } from "../match/match-state.ts";
import { oncePerState } from "../match/once-per-state.ts";
import { isHandedOver } from "../sources/sources-state.ts";
import type { Pair, Side } from "../events/side.ts";

/**
 * The named inputs a prediction can read. The running clock is none of them: time is an argument of a prediction,
 * and the lifetime of an entry, bounded by drift, looks after it.
 */
export const FACT_NAMES = [
  "fixture",
  "parameters",
  "periods_played",
  "clock_correction",
  "ending",
  "score",
  "half_time_score",
  "extra_time_score",
  "extra_time_played",
  "shoot_out",
  "goal_times",
  "goal_order",
  "scorers",
  "penalty_pending",
  "penalties_awarded",
  "passed.15",
  "passed.30",
  "passed.60",
  "passed.75",
  "red_cards",
  "regular_red_cards",
  "players_off",
  "stoppage.first_half",
  "stoppage.second_half",
  "stoppage.extra_time",
  "corners",
  "half_time_corners",
  "cards",
  "half_time_cards",
  "lineup.home",
  "lineup.away",
  "unavailable",
  "absences",
  "goalkeeper.home",
  "goalkeeper.away",
  "keeper_changed",
  "formations",
  "referee",
  "venue",
  "neutral_venue",
  "weather",
  "odds.match_result",
  "odds.over_under_2_5",
  "odds.latest",
  "danger",
  "offer",
  "unconfirmed",
  "coverage.goals",
  "coverage.scorers",
  "coverage.corners",
  "coverage.cards",
  "coverage.penalties",
  "coverage.substitutions",
  "coverage.lineups",
  "coverage.prices",
  "sources",
] as const;

export type FactName = (typeof FACT_NAMES)[number];
export type Facts = Readonly<Record<FactName, unknown>>;

/** Every fact's value in `state`. Small JSON values; equal values mean nothing changed. */
export function factsOf(state: MatchState): Facts {
  const { match_result: resultOdds, over_under_2_5: totalOdds } = state.prematchOdds;
  return {
    fixture: state.fixture && fixtureFact(state.fixture),
    parameters: state.parameters,
    periods_played: [state.periodsPlayed, state.over],
    clock_correction: state.clock?.doubt ? "unsure" : state.correctedStart,
    ending: [state.playedOut, state.decision],
    score: state.score,
    half_time_score: state.halfTimeScore,
    extra_time_score: state.extraTimeScore,
    extra_time_played: state.extraTimePlayed,
    shoot_out: state.shootOut,
    goal_times: state.goals.map(({ side, period, minute }) => [side, period, minute]),
    goal_order: state.goals.map(({ side, period }) => [side, period]),
    scorers: state.goals.map(({ side, player, ownGoal, period }) => [side, player, ownGoal, period]),
    penalty_pending: state.penaltyPending,
    penalties_awarded: state.penaltiesAwarded,
    "passed.15": state.marksPassed.includes(15),
    "passed.30": state.marksPassed.includes(30),
    "passed.60": state.marksPassed.includes(60),
    "passed.75": state.marksPassed.includes(75),
    red_cards: state.redCards,
    regular_red_cards: state.regularRedCards,
    players_off: { home: state.off.home.length, away: state.off.away.length },
    "stoppage.first_half": state.stoppage.first_half ?? null,
    "stoppage.second_half": state.stoppage.second_half ?? null,
    "stoppage.extra_time": [state.stoppage.extra_first_half ?? null, state.stoppage.extra_second_half ?? null],
    corners: state.counts.corners,
    half_time_corners: state.halfTimeCounts?.corners ?? null,
    cards: state.counts.cards,
    half_time_cards: state.halfTimeCounts?.cards ?? null,
    "lineup.home": lineupFact(state, "home"),
    "lineup.away": lineupFact(state, "away"),
    unavailable: state.unavailable,
    absences: absences(state),
    keeper_changed: keeperChanged(state),
    "goalkeeper.home": state.goalkeepers.home,
    "goalkeeper.away": state.goalkeepers.away,
    formations: state.formations,
    referee: state.referee,
    venue: state.venue,
    neutral_venue: state.neutralVenue,
    weather: state.weather,
    "odds.match_result": resultOdds ?? null,
    "odds.over_under_2_5": totalOdds ?? null,
    "odds.latest": state.odds,
    danger: [state.goalPending, state.reviewPending],
    offer: [state.stopped, state.halted, state.feedGap],
    unconfirmed: [
      state.goals.flatMap(({ provisional }, index) => (provisional ? [index] : [])),
      state.feedGap || isHandedOver(state),
      state.clock === null && state.periodsPlayed > 0 && !state.over,
    ],
    "coverage.goals": state.uncovered.goals ?? "carried",
    "coverage.scorers": state.uncovered.scorers ?? "carried",
    "coverage.corners": state.uncovered.corners ?? "carried",
    "coverage.cards": state.uncovered.cards ?? "carried",
    "coverage.penalties": state.uncovered.penalties ?? "carried",
    "coverage.substitutions": state.uncovered.substitutions ?? "carried",
    "coverage.lineups": state.uncovered.lineups ?? "carried",
    "coverage.prices": state.uncovered.prices ?? "carried",
    sources: state.sources ?? null,
  };
}

const knownFactsOf = oncePerState(factsOf);

/** By the state before, those that each state after it has changed: a step is looked at from several sides. */
const knownChangesFrom = oncePerState(() => new WeakMap<MatchState, readonly FactName[]>());

/** Names of the facts whose values differ. Empty after a duplicate, a no-op, or a goal given and taken back. */
export function changedFacts(before: MatchState, after: MatchState): readonly FactName[] {
  const known = knownChangesFrom(before);
  let changed = known.get(after);
  if (!changed) {
    const old = knownFactsOf(before);
    const now = knownFactsOf(after);
    changed = FACT_NAMES.filter((name) => !equalJson(old[name], now[name]));
    known.set(after, changed);
  }
  return changed;
}

/** Of the kick-off only the day: an hour more or less moves lifetimes, not predictions. */
function fixtureFact({ home, away, competition, season, knockout, kickoff }: Fixture): unknown {
  return { home, away, competition, season: season ?? null, knockout, day: kickoff.slice(0, 10) };
}

function lineupFact(state: MatchState, side: "home" | "away"): unknown {
  const lineup = state.lineups[side];
  if (!lineup) return null;
  const players = [...lineup.starters, ...lineup.bench].map(({ id, position }) => [id, position ?? null]);
  const { onPitch, left, entered, unnamed = 0 } = lineup;
  return { players, onPitch, left, entered, unnamed };
}

/** Key players missing, by side: injured or suspended, and not on the pitch all the same. */
export function absences(state: MatchState): Pair {
  const missing = (side: Side): number =>
    state.unavailable[side].filter((player) => !state.lineups[side]?.onPitch.includes(player)).length;
  return { home: missing("home"), away: missing("away") };
}

/** Whether somebody else keeps goal than the keeper who started. */
export function keeperChanged(state: MatchState): Readonly<Record<Side, boolean>> {
  const changed = (side: Side): boolean => {
    const starter = state.lineups[side]?.starters.find(({ position }) => position === "GK")?.id;
    return starter !== undefined && state.goalkeepers[side] !== null && state.goalkeepers[side] !== starter;
  };
  return { home: changed("home"), away: changed("away") };
}
