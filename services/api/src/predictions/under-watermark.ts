import { isInPlay, type MatchState } from "@touchline/domain";
import type { AppliedUpTo } from "@touchline/queue";
import type { ServingDecision } from "./serving-decision.ts";

/** What is served while nobody can prove that accepted events have been applied. */
export const BLIND_POLICIES = ["label", "suspend"] as const;
/** `label`: the price, as stale. `suspend`: no price in play. */
export type BlindPolicy = (typeof BLIND_POLICIES)[number];

/**
 * The decision once it is known how far accepted events have been applied. Freshness is about events that have been
 * applied; an event that still waits in the queue may have made the same price dangerous. Settled markets stay settled,
 * and what is withheld anyway keeps its own reason.
 */
export function underWatermark(
  decision: ServingDecision,
  applied: AppliedUpTo,
  state: MatchState,
  policy: BlindPolicy,
): ServingDecision {
  if (applied.kind === "caught_up" || (decision.status !== "fresh" && decision.status !== "stale")) return decision;
  const isBehind = applied.kind === "behind";
  const ms = isBehind ? applied.behindMs : applied.blindMs;
  // In whole seconds, so that a body changes once a second at most.
  const behindSeconds = Number.isFinite(ms) ? Math.ceil(ms / 1000) : undefined;
  const cannotTell = !isBehind || !applied.isNamed;
  const suspended = (isBehind && applied.forbids) || (cannotTell && policy === "suspend" && isInPlay(state));
  return {
    ...decision,
    status: suspended ? "suspended" : "stale",
    reason: isBehind ? "events_pending" : "blind",
    ...(behindSeconds !== undefined && { behindSeconds }),
  };
}
