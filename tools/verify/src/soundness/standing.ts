import {
  isCovered,
  isListed,
  type Market,
  type MatchClock,
  type MatchState,
  outcomesOf,
  type Settlement,
  settlementOf,
  VARIANTS,
} from "@touchline/domain";
import type { Predictor } from "@touchline/model";

/** How every market stands in one state: settled, open, or absent where it is not on offer in this match. */
export interface Standing {
  readonly state: MatchState;
  readonly settled: ReadonlyMap<string, Settlement>;
  readonly open: readonly Market[];
}

export function standingOf(state: MatchState, markets: readonly Market[]): Standing {
  const settled = new Map<string, Settlement>();
  const open: Market[] = [];
  for (const market of markets) {
    if (!isListed(market, state)) continue;
    const settlement = settlementOf(market, state);
    if (settlement) settled.set(market.id, settlement);
    // Nobody can predict what nobody carries: such a market has no price on this side of the event.
    else if (isCovered(market, state)) open.push(market);
  }
  return { state, settled, open };
}

/** What one market says under one variant: numbers by outcome, null for a void one. */
export interface Quote {
  readonly outcomes: readonly string[];
  readonly values: readonly (number | null)[];
}

/** Quotes by variant, then market. */
export type Quotes = ReadonlyMap<string, ReadonlyMap<string, Quote>>;

/**
 * Predictions of all open markets, of all variants, at one clock.
 * @throws Error naming the match when nothing can be predicted
 */
export async function quotesOf(
  { state, open }: Standing,
  clock: MatchClock,
  predictor: Predictor,
  matchId: string,
  signal: AbortSignal,
): Promise<Quotes> {
  const ids = open.map(({ id }) => id);
  const markets = new Map(VARIANTS.map(({ id }) => [id, ids]));
  const prediction = await predictor.predict({ matchId, state, clock, markets }, signal);
  const outcomes = new Map(open.map((market) => [market.id, outcomesOf(market, state)]));
  return new Map(
    [...prediction.markets].map(([variant, byMarket]) => [
      variant,
      new Map(
        [...byMarket].map(([id, { probabilities }]) => [
          id,
          { outcomes: outcomes.get(id) ?? [], values: probabilities },
        ]),
      ),
    ]),
  );
}

/** A settled market as a quote, for comparison with what was predicted before. */
export function settledQuote({ outcomes, grades }: Settlement): Quote {
  const values = Object.entries(outcomes).map(([outcome, value]) => (grades[outcome] === "void" ? null : value));
  return { outcomes: Object.keys(outcomes), values };
}

/**
 * How far two quotes of one market are apart: 0 when they are the same bit for bit, else the largest difference of
 * one outcome. Other outcomes, or a stake returned on one side only, are infinitely far.
 */
export function distance(a: Quote | undefined, b: Quote | undefined): number {
  if (!a || !b || a.outcomes.length !== b.outcomes.length) return Infinity;
  let furthest = 0;
  for (const [index, outcome] of a.outcomes.entries()) {
    if (b.outcomes[index] !== outcome) return Infinity;
    const before = a.values[index] ?? null;
    const after = b.values[index] ?? null;
    if (Object.is(before, after)) continue;
    if (before === null || after === null) return Infinity;
    furthest = Math.max(furthest, Math.abs(before - after), Number.MIN_VALUE);
  }
  return furthest;
}
