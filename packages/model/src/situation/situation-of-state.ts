import type { MatchClock, MatchState, Phase, Pair } from "@touchline/domain";
import type { Situation, Stage } from "./situation.ts";

const STAGE: Record<Phase, Stage> = {
  pre_match: "pre_match",
  first_half: "first_half",
  half_time: "half_time",
  second_half: "second_half",
  extra_time_pending: "full_time",
  extra_first_half: "extra_first",
  extra_half_time: "extra_half_time",
  extra_second_half: "extra_second",
  shoot_out_pending: "extra_end",
  shoot_out: "shoot_out",
  full_time: "ended",
};

/** Players that each side is short of: sent off, or off the pitch without a substitute. */
function menMissing({ redCards, off }: MatchState): Pair {
  return { home: redCards.home + off.home.length, away: redCards.away + off.away.length };
}

/** The model's view of a match: the state's facts and the clock, nothing else. */
export function situationOf(
  state: MatchState,
  clock: MatchClock,
  expectedStoppage: Situation["expectedStoppage"],
): Situation {
  const { first_half: first, second_half: second } = state.stoppage;
  return {
    stage: STAGE[clock.phase],
    minute: clock.minutesIntoPeriod,
    stoppage: {
      ...(first === undefined ? {} : { first }),
      ...(second === undefined ? {} : { second }),
    },
    expectedStoppage,
    score: {
      home: state.score.home + state.extraTimeScore.home,
      away: state.score.away + state.extraTimeScore.away,
    },
    ...(state.halfTimeScore ? { halfTimeScore: state.halfTimeScore } : {}),
    fullTimeScore: state.score,
    reds: menMissing(state),
    corners: state.counts.corners,
    cards: state.counts.cards,
    ...(state.halfTimeCounts
      ? {
          firstHalfCorners: state.halfTimeCounts.corners,
          firstHalfCards: state.halfTimeCounts.cards,
        }
      : {}),
    ...(state.penaltyPending ? { penaltyPending: state.penaltyPending } : {}),
  };
}
