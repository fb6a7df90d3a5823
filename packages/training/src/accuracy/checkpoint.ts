import type { Pair } from "@touchline/domain";
import type { Situation } from "@touchline/model";
import type { TimelineEvent, TimelineMatch } from "../results/timeline-match.ts";

/** A moment at which in-play forecasts are scored. */
export interface Checkpoint {
  readonly name: string;
  readonly stage: "pre_match" | "first_half" | "half_time" | "second_half";
  /** Minutes since the start of the half. */
  readonly minute: number;
}

export const CHECKPOINTS: readonly Checkpoint[] = [
  { name: "0", stage: "pre_match", minute: 0 },
  { name: "15", stage: "first_half", minute: 15 },
  { name: "30", stage: "first_half", minute: 30 },
  { name: "HT", stage: "half_time", minute: 0 },
  { name: "60", stage: "second_half", minute: 15 },
  { name: "75", stage: "second_half", minute: 30 },
  { name: "85", stage: "second_half", minute: 40 },
];

/** How the match stood at a checkpoint, announced stoppage unknown. */
export function situationAt(
  match: TimelineMatch,
  { stage, minute }: Checkpoint,
  expectedStoppage: Situation["expectedStoppage"],
): Situation {
  const happened = match.events.filter((event) =>
    event.half === "first"
      ? stage !== "pre_match" && (stage !== "first_half" || event.minute < minute)
      : stage === "second_half" && event.minute < minute,
  );
  const count = (events: readonly TimelineEvent[], ...kinds: TimelineEvent["what"][]): Pair => ({
    home: events.filter(({ what, side }) => side === "home" && kinds.includes(what)).length,
    away: events.filter(({ what, side }) => side === "away" && kinds.includes(what)).length,
  });
  const firstHalf = match.events.filter((event) => event.half === "first");
  const afterHalfTime = stage === "half_time" || stage === "second_half";
  return {
    stage,
    minute,
    stoppage: {},
    expectedStoppage,
    score: count(happened, "goal"),
    reds: count(happened, "red"),
    corners: count(happened, "corner"),
    cards: count(happened, "yellow", "red"),
    ...(afterHalfTime
      ? {
          halfTimeScore: count(firstHalf, "goal"),
          firstHalfCorners: count(firstHalf, "corner"),
          firstHalfCards: count(firstHalf, "yellow", "red"),
        }
      : {}),
  };
}
