import { CATALOGUE, type MatchEvent } from "@touchline/domain";
import { BuiltinPredictor, type Predictor } from "@touchline/model";
import type { Arrival } from "./arrival.ts";
import { checkStep } from "./check-step.ts";
import { playMatch, type Step } from "./play-match.ts";
import { PriceArithmetic } from "./prices/price-arithmetic.ts";
import { checkScorers } from "./prices/scorer-relations.ts";
import { SettlementWatch } from "./settlement/settlement-watch.ts";
import type { Standing } from "./standing.ts";
import { emptyTally, type Tally } from "./tally.ts";

/** Worked out once: it follows from the catalogue alone. */
let arithmetic: PriceArithmetic | undefined;

/**
 * Plays one match event by event, and holds every event's invalidation against predictions made before and after it,
 * and the predictions of each moment against each other.
 * @param arrivals in order of arrival; the last word on each event makes the final result
 */
export async function checkMatch(
  arrivals: readonly Arrival[],
  predictor: Predictor,
  signal: AbortSignal,
): Promise<Tally> {
  const tally = emptyTally();
  tally.matches = 1;
  const settlements = new SettlementWatch(arrivals[0]?.event.matchId ?? "", CATALOGUE, tally);
  let last: Standing | undefined;
  for await (const step of playMatch(arrivals, CATALOGUE, predictor, signal)) {
    tally.events++;
    if (step.injected) tally.injectedEvents++;
    tally.predictions += predictionsOf(step);
    if (step.quotes) {
      checkStep(step, CATALOGUE, tally);
      arithmetic ??= new PriceArithmetic();
      arithmetic.check(step.matchId, step.after, step.quotes.after, tally.arithmetic);
      if (predictor instanceof BuiltinPredictor) checkScorers(step, predictor, tally.arithmetic);
    }
    settlements.step(step);
    last = step.after;
  }
  if (last) settlements.end(last, lastWords(arrivals));
  return tally;
}

/** Distinct predictions behind a step; the one before it may have been made for the step before. */
function predictionsOf({ quotes, jump }: Step): number {
  return new Set([quotes?.before, quotes?.after, jump?.before, jump?.after].filter((side) => side !== undefined)).size;
}

/** The match as it stands at the end: each event once, in its last word, in match order. */
function lastWords(arrivals: readonly Arrival[]): MatchEvent[] {
  const last = new Map(arrivals.map(({ event }) => [`${event.source} ${event.id}`, event]));
  return [...last.values()].filter(({ retracted }) => !retracted).sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
}
