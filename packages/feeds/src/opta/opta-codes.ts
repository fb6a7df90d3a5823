import type { Period } from "@touchline/domain";

/** `type_id` of the events that mean something here. F24 and MA3 share them. */
export const OPTA = {
  foul: 4,
  corner: 6,
  miss: 13,
  post: 14,
  saved: 15,
  goal: 16,
  card: 17,
  playerOff: 18,
  playerOn: 19,
  playerRetired: 20,
  periodEnd: 30,
  periodStart: 32,
  teamSetUp: 34,
  formationChange: 40,
  deleted: 43,
  injuryTime: 70,
  deletedAfterReview: 84,
} as const;

/** `qualifier_id` of what is read from them. */
export const QUALIFIER = {
  penalty: 9,
  header: 15,
  directFreeKick: 26,
  ownGoal: 28,
  involvedPlayers: 30,
  yellow: 31,
  secondYellow: 32,
  red: 33,
  playerPositions: 44,
  relatedEvent: 55,
  formation: 130,
  minutesAnnounced: 277,
} as const;

export const OPTA_PERIODS: Readonly<Record<number, Period>> = {
  1: "first_half",
  2: "second_half",
  3: "extra_first_half",
  4: "extra_second_half",
  5: "shoot_out",
};
/** The period id of what comes after the final whistle. */
export const POST_GAME = 14;

/** Positions in a team set-up: 5 is a substitute. */
export const LINE_OF: Readonly<Record<string, "GK" | "DF" | "MD" | "FW">> = { 1: "GK", 2: "DF", 3: "MD", 4: "FW" };

/** Formations by their number in qualifier 130. */
export const FORMATION: Readonly<Record<string, string>> = {
  2: "4-4-2",
  3: "4-1-2-1-2",
  4: "4-3-3",
  5: "4-5-1",
  6: "4-4-1-1",
  7: "4-1-4-1",
  8: "4-2-3-1",
  9: "4-3-2-1",
  10: "5-3-2",
  11: "5-4-1",
  12: "3-5-2",
  13: "3-4-3",
  15: "4-2-2-2",
  16: "3-5-1-1",
  17: "3-4-2-1",
  18: "3-4-1-2",
  19: "3-1-4-2",
};

/** Names of frequent types, for the count of what is not mapped. */
export const TYPE_NAME: Readonly<Record<number, string>> = {
  1: "pass",
  2: "offside pass",
  3: "take-on",
  5: "out",
  7: "tackle",
  8: "interception",
  10: "save",
  11: "claim",
  12: "clearance",
  21: "player returns",
  24: "condition change",
  25: "official change",
  27: "start delay",
  28: "end delay",
  37: "collection end",
  44: "aerial",
  45: "challenge",
  47: "card rescinded",
  49: "ball recovery",
  50: "dispossessed",
  51: "error",
  55: "offside provoked",
  61: "ball touch",
  65: "contentious decision",
  68: "referee drop ball",
  74: "blocked pass",
};
