import { deepStrictEqual } from "node:assert/strict";
import type { ServingDecision } from "../../services/api/src/predictions/serving-decision.ts";
import {
  foldModel,
  isModelListed,
  misses,
  MODEL_VARIANTS,
  type ModelEvent,
  type ModelVariant,
} from "./model-events.ts";
import type { ModelWorld } from "./model-world.ts";
import type { ReferenceMatch } from "./reference-match.ts";

/** The price that an entry carries: outcomes have one name, which is the price. */
function priceOf({ entry }: ServingDecision): string {
  return /^\{"([^"]+)"/.exec(entry?.outcomes ?? "")?.[1] ?? "";
}

/**
 * The check that matters most. No price is called fresh that leaves out an event that the reader must know, nor stale
 * where that event forbids older prices.
 * @param known events that the reader must know
 */
export function checkLabels(decisions: readonly ServingDecision[], known: readonly ModelEvent[], where: string): void {
  if (known.length === 0) return;
  for (const decision of decisions) {
    const { status, market, settlement } = decision;
    if (settlement || (status !== "fresh" && status !== "stale")) continue;
    const price = priceOf(decision);
    const missed = known.find((event) => misses(price, market.id, event, status === "fresh" ? "soft" : "hard"));
    if (missed) throw new Error(`${where}: ${market.id} ${status} at ${price} without event ${missed.id}`);
  }
}

/** What the store says of a match that is proven must be exactly what the reference says. */
export function checkAgainst(
  match: ReferenceMatch,
  variant: ModelVariant,
  decisions: readonly ServingDecision[],
): void {
  for (const decision of decisions) {
    const { id } = decision.market;
    const entry = match.entries[variant].get(id);
    const { version, hardVersion } = match.required.get(id) ?? { version: Infinity, hardVersion: Infinity };
    const aged = !entry ? "missing" : entry.seen < hardVersion ? "suspended" : entry.seen < version ? "stale" : "fresh";
    const offered = isModelListed(match.fold, id) ? aged : "suspended";
    deepStrictEqual([id, decision.status], [id, match.settled.has(id) ? "settled" : offered]);
    if (entry) deepStrictEqual([id, priceOf(decision)], [id, entry.value]);
    // Refreshes that are given only dirty markets may leave nothing behind.
    const isOpen = isModelListed(match.fold, id) && !match.settled.has(id);
    if (match.due === 0 && isOpen && (offered === "stale" || offered === "suspended"))
      throw new Error(`${id} is ${offered} and nothing is due`);
  }
}

/** Holds what the api remembers against the events that it must know, after every step. */
export function checkMemory({ api, matchId, knownByLease, reportedEvents, match }: ModelWorld): void {
  for (const variant of MODEL_VARIANTS) {
    const current = api.inMemory(matchId, variant);
    if (current) {
      const known = knownByLease;
      const decisions = api.decisions(current);
      checkLabels(decisions, known, "memory");
      checkOffers(decisions, known, match);
    }
    const last = api.inAnOutage(matchId, variant);
    if (last) checkLabels(api.decisions(last), reportedEvents, "memory in an outage");
  }
}

/** Neither a market that is known to have left the match nor one that is known to be open again is served as before. */
function checkOffers(decisions: readonly ServingDecision[], known: readonly ModelEvent[], match: ReferenceMatch): void {
  if (known.length === 0) return;
  const fold = foldModel(known);
  for (const { market, status } of decisions) {
    const closing = fold.closings.get(market.id);
    const mayBeSettled = match.log.some(({ id, settles }) => settles === market.id && id > (closing?.id ?? 0));
    if (status === "settled" && closing?.reopens === market.id && !mayBeSettled)
      throw new Error(`memory: ${market.id} settled after event ${closing.id} took it back`);
    const isGone = !isModelListed(fold, market.id) && !match.log.some((event) => event.lists === true);
    if ((status === "fresh" || status === "stale") && isGone)
      throw new Error(`memory: ${market.id} ${status} after it had left the match`);
  }
}
