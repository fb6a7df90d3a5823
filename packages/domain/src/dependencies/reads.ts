import type { FactName } from "./facts.ts";
import type { Severity } from "./severity.ts";

/** Facts that a computation reads, and what a change of each does to a price made before it. */
export type Reads = Readonly<Partial<Record<FactName, Severity>>>;

export const fixtureInputs: Reads = {
  fixture: "soft",
  parameters: "soft",
  periods_played: "soft",
  // Hard: a price for a minute that is hours off is no price.
  clock_correction: "hard",
};

/** What moves goal rates. Hard: a price from before it would be bought at once by whoever saw the match. */
export const goalInputs: Reads = {
  score: "hard",
  red_cards: "hard",
  players_off: "hard",
  penalty_pending: "hard",
  "coverage.goals": "hard",
  ...fixtureInputs,
  neutral_venue: "soft",
  weather: "soft",
  absences: "soft",
  keeper_changed: "soft",
};

/** Hard: what was missed while nobody carried them may have decided the market. */
export const cornerInputs: Reads = { ...fixtureInputs, "coverage.corners": "hard", corners: "soft" };
export const cardInputs: Reads = { ...fixtureInputs, "coverage.cards": "hard", cards: "soft", referee: "soft" };

export const firstHalfStoppage: Reads = { "stoppage.first_half": "soft" };
export const anyStoppage: Reads = { ...firstHalfStoppage, "stoppage.second_half": "soft" };
export const extraTimeInputs: Reads = { extra_time_score: "hard" };

/** Whether a price of what reads these depends on the time that is left. */
export function dependsOnClock(reads: Reads): boolean {
  return reads.clock_correction !== undefined;
}

/** Whether goals, rather than corners, cards or kicks from the spot, decide what reads these. */
export function dependsOnGoals(reads: Reads): boolean {
  return reads.penalty_pending !== undefined;
}
