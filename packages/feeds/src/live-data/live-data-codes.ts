import type { Period } from "@touchline/domain";

/** Event ids of Sportradar's Live Data that mean something here; soccer page and `EventType` of its SDK. */
export const LIVE_DATA = {
  postponed: 11,
  abandoned: 13,
  temporaryInterruption: 15,
  gameOn: 16,
  goal: 30,
  yellowCard: 40,
  yellowRedCard: 45,
  redCard: 50,
  substitution: 60,
  injuryTime: 90,
  corner: 154,
  injury: 158,
  penaltyAwarded: 161,
  stadium: 162,
  referee: 163,
  penaltyMissed: 666,
  matchCancelled: 1001,
  shootOutEvent: 1002,
  betStart: 1010,
  betStop: 1011,
  matchStatus: 1013,
  possibleGoal: 1018,
  cancelledGoal: 1019,
  deletedEvent: 1044,
  playResumesAfterGoal: 1064,
  videoReview: 2064,
  videoReviewOver: 2065,
} as const;

/** What a match status begins or ends; `extrainfo` of a match status event. */
export const MATCH_STATUS: Readonly<Record<number, { readonly type: string; readonly period?: Period }>> = {
  6: { type: "period_start", period: "first_half" },
  31: { type: "period_end", period: "first_half" },
  7: { type: "period_start", period: "second_half" },
  32: { type: "period_end", period: "second_half" },
  41: { type: "period_start", period: "extra_first_half" },
  33: { type: "period_end", period: "extra_first_half" },
  42: { type: "period_start", period: "extra_second_half" },
  34: { type: "period_end", period: "extra_second_half" },
  50: { type: "period_start", period: "shoot_out" },
  100: { type: "full_time" },
  110: { type: "full_time" },
  120: { type: "full_time" },
  60: { type: "postponed" },
  70: { type: "abandoned" },
  90: { type: "abandoned" },
};

/** `extrainfo` of a goal. */
export const GOAL_KIND: Readonly<Record<number, string>> = {
  1: "penalty",
  2: "own_goal",
  3: "header",
  [-200]: "free_kick",
};

/** Why betting stops: `extrainfo` of a bet stop. Those of football; others keep their number. */
export const BET_STOP_REASON: Readonly<Record<number, string>> = {
  1: "possible_goal",
  2: "possible_red_card",
  3: "scout_lost",
  4: "possible_goal_home",
  5: "possible_goal_away",
  6: "possible_red_card_home",
  7: "possible_red_card_away",
  8: "possible_penalty",
  9: "possible_penalty_home",
  10: "possible_penalty_away",
  12: "match_ended",
  15: "possible_direct_foul",
  16: "possible_direct_foul_home",
  17: "possible_direct_foul_away",
  18: "dangerous_free_kick_home",
  19: "dangerous_free_kick_away",
  20: "dangerous_goal_position_home",
  21: "dangerous_goal_position_away",
  22: "goal_under_review",
  24: "disconnection",
  26: "multiple_suspensions",
  37: "video_review",
  49: "maintenance",
  51: "match_delayed",
  52: "match_postponed",
  53: "scout_lost_signal",
  62: "possible_card",
  64: "shoot_out_begins",
  70: "possible_card_home",
  71: "possible_card_away",
  79: "rollback",
};

/** `extrainfo` of a temporary interruption. */
export const INTERRUPTION_REASON: Readonly<Record<number, string>> = {
  1: "water_break",
  2: "technical_issue",
  3: "weather",
  4: "crowd",
  5: "referee",
  6: "injury",
};
