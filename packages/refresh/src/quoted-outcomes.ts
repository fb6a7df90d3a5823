import { type Market, type MatchState, outcomesOf, quote, type Variant } from "@touchline/domain";

/** What is stored and served of a prediction: each outcome in the variant's quote. */
export function quotedOutcomes(
  market: Market,
  state: MatchState,
  variant: Variant,
  probabilities: readonly number[],
): Record<string, number | null> {
  return Object.fromEntries(
    outcomesOf(market, state).map((outcome, index) => [outcome, quote(probabilities[index] ?? 0, variant)]),
  );
}
