import { isCovered } from "../dependencies/coverage.ts";
import { isListed, type Market } from "../markets/market.ts";
import { settlementOf } from "../markets/settlement.ts";
import { VARIANTS } from "../markets/variant.ts";
import type { MatchState } from "../match/match-state.ts";
import type { InvalidationPlan } from "../planning/plan-invalidation.ts";

/** A market that a step left alone, and the variants in which it did. */
export interface LeftAlone {
  readonly market: string;
  readonly variants: readonly string[];
}

export interface LeftAloneInput {
  readonly plan: Pick<InvalidationPlan, "changed" | "touched">;
  readonly before: MatchState;
  readonly after: MatchState;
  readonly markets: readonly Market[];
  /** Share of the markets left alone to draw, from 0 to 1. */
  readonly share: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * Draws from the markets whose prices a step left alone, each with the probability `share` and independently. Those are
 * markets that were open before it and are so after it, and of whose price the plan says that it stands. A step that
 * changed no fact leaves everything alone by definition, and is not worth a comparison.
 */
export function drawLeftAlone({ plan, before, after, markets, share, random }: LeftAloneInput): LeftAlone[] {
  if (share <= 0 || plan.changed.length === 0) return [];
  const drawn: LeftAlone[] = [];
  let touched: ReadonlyMap<string, readonly string[] | undefined> | undefined;
  for (let index = skipped(share, random); index < markets.length; index += 1 + skipped(share, random)) {
    const market = markets[index];
    if (!market || !hasPrice(market, before) || !hasPrice(market, after)) continue;
    touched ??= new Map(plan.touched.map((touch) => [touch.market, touch.variants]));
    const reached = touched.has(market.id) ? (touched.get(market.id) ?? VARIANTS.map(({ id }) => id)) : [];
    const variants = VARIANTS.map(({ id }) => id).filter((id) => !reached.includes(id));
    if (variants.length > 0) drawn.push({ market: market.id, variants });
  }
  return drawn;
}

function hasPrice(market: Market, state: MatchState): boolean {
  return isListed(market, state) && isCovered(market, state) && settlementOf(market, state) === undefined;
}

/** How many are passed over before the next one is drawn: the same as tossing for each, with one random number. */
function skipped(share: number, random: () => number): number {
  return share >= 1 ? 0 : Math.floor(Math.log1p(-random()) / Math.log1p(-share));
}
