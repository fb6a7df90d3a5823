import { isListed, CATALOGUE, type MatchClock, type MatchState, outcomesOf, settlementOf } from "@touchline/domain";
import { type BuiltinPredictor } from "@touchline/model";
import { ruleFor } from "../soundness/settlement/independent-settlement.ts";
import type { Expected } from "../soundness/settlement/independent-bets.ts";
import type { Ending } from "./simulate-match.ts";

/** One outcome: what the model says, and what came of the simulated endings. */
export interface Comparison {
  readonly market: string;
  readonly outcome: string;
  readonly price: number;
  readonly frequency: number;
  /** Standard errors between the two. */
  readonly apart: number;
}

/** Share of a stake that is won and lost, by what it pays. */
const WON: Readonly<Record<string, number>> = { "1": 1, "0.75": 0.5 };
const LOST: Readonly<Record<string, number>> = { "0": 1, "0.25": 0.5 };

interface Tested {
  readonly id: string;
  readonly outcomes: readonly string[];
  readonly prices: readonly number[];
  readonly paid: (ending: Ending) => Expected | undefined;
  readonly sums: { won: number; staked: number; stakedSquared: number }[];
}

/** Holds every open market of a match against endings drawn for it. */
export class PriceComparison {
  readonly #tested: readonly Tested[];
  endings = 0;

  constructor(state: MatchState, clock: MatchClock, predictor: BuiltinPredictor) {
    const open = CATALOGUE.filter((market) => isListed(market, state) && !settlementOf(market, state));
    const ids = open.map(({ id }) => id);
    const { markets } = predictor.predictNow({
      matchId: "simulated",
      state,
      clock,
      markets: new Map([["default", ids]]),
    });
    const prices = markets.get("default");
    this.#tested = open.map((market) => ({
      id: market.id,
      outcomes: outcomesOf(market, state),
      prices: Array.from(prices?.get(market.id)?.probabilities ?? []),
      paid: paidBy(market.id),
      sums: outcomesOf(market, state).map(() => ({ won: 0, staked: 0, stakedSquared: 0 })),
    }));
  }

  add(ending: Ending): void {
    this.endings++;
    for (const { outcomes, sums, paid } of this.#tested) {
      const result = paid(ending);
      if (!result || result === "open") continue;
      for (const [index, outcome] of outcomes.entries()) {
        const pays = String(result[outcome] ?? 0.5);
        const won = WON[pays] ?? 0;
        const staked = won + (LOST[pays] ?? 0);
        const sum = sums[index] ?? { won: 0, staked: 0, stakedSquared: 0 };
        sum.won += won;
        sum.staked += staked;
        sum.stakedSquared += staked * staked;
      }
    }
  }

  results(): Comparison[] {
    return this.#tested.flatMap(({ id, outcomes, prices, sums }) =>
      outcomes.flatMap((outcome, index) => {
        const { won, staked, stakedSquared } = sums[index] ?? { won: 0, staked: 0, stakedSquared: 0 };
        const price = prices[index] ?? NaN;
        // Of a bet that was never decided nothing can be said.
        if (staked === 0) return [];
        const frequency = won / staked;
        // Under the model's price: p (1 - p) for each stake, by its size; and one ending more or less decides nothing.
        // A handful of stakes is no bell curve: rarer than five in all counts as five.
        const rare = Math.max(price * (1 - price), 5 / staked);
        const error = Math.sqrt(rare * stakedSquared) / staked;
        const apart = Math.max(0, Math.abs(frequency - price) - 1 / staked) / Math.max(error, 1e-9);
        return [{ market: id, outcome, price, frequency, apart }];
      }),
    );
  }
}

function paidBy(market: string): (ending: Ending) => Expected | undefined {
  if (market === "next_goal") return ({ added }) => sideOf(added[0]?.side);
  if (market === "next_goal_first_half")
    return ({ added }) => sideOf(added.find(({ period }) => period === "first_half")?.side);
  const rule = ruleFor(market);
  return ({ facts }) => rule?.(facts);
}

function sideOf(side: string = "none"): Expected {
  return { home: 0, away: 0, none: 0, [side]: 1 };
}
