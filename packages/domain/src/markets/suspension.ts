import type { Market } from "./market.ts";
import type { MatchState } from "../match/match-state.ts";
import { isCovered } from "../dependencies/coverage.ts";
import { payoffReads } from "./payoff-reads.ts";
import { dependsOnClock, dependsOnGoals } from "../dependencies/reads.ts";
import { type SourceReason, sourceReason } from "../sources/source-suspension.ts";
import { isPlayOver } from "../match/play-over.ts";

export type SuspensionReason =
  | "not_covered"
  | "clock_unsure"
  | "bet_stop"
  | "postponed"
  | "abandoned"
  | "feed_gap"
  | "possible_goal"
  | "penalty_pending"
  | "var_review"
  | "result_awaited"
  | SourceReason;

/**
 * Why `market` may not be offered in `state` at all, however fresh its prediction is; undefined when it may.
 * Suspension is apart from the probability, which goes on being refreshed underneath.
 */
export function suspensionOf(market: Market, state: MatchState): SuspensionReason | undefined {
  // First, because it does not pass: no other end of a suspension would bring the market back.
  if (!isCovered(market, state)) return "not_covered";
  if (state.halted) return state.halted;
  if (state.feedGap) return "feed_gap";
  // Nothing is offered after the last whistle. What it has not settled waits for its feed: a goal has no scorer yet.
  if (isPlayOver(state)) return "result_awaited";
  if (state.stopped.includes("all") || state.stopped.includes(market.category)) return "bet_stop";
  const doubt = sourceReason(payoffReads(market), state);
  if (doubt) return doubt;
  if (state.clock?.doubt && dependsOnClock(payoffReads(market))) return "clock_unsure";
  if (!dependsOnGoals(payoffReads(market))) return undefined;
  if (state.goalPending) return "possible_goal";
  // Who will take it is seen on the pitch and not in the feed: the taker could be bought at a price for any man.
  if (state.penaltyPending && market.category === "scorers") return "penalty_pending";
  return state.reviewPending ? "var_review" : undefined;
}
