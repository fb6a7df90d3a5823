import {
  type CountGrid,
  findMarket,
  findVariant,
  type MatchClock,
  type MatchState,
  type NamedDistribution,
  priceMarket,
  type PrimitiveId,
  type Variant,
} from "@touchline/domain";
import { driftSeconds } from "./drift.ts";
import { MatchDistributions, noClock } from "./match-distributions.ts";
import { paceOf } from "../situation/pace.ts";
import type { PreMatchExpectation, ExpectationSource } from "../expectation/pre-match-expectation.ts";
import type { PredictedProbabilities, Prediction, PredictionRequest, Predictor } from "./predictor.ts";
import { type SquadChances, squadChances } from "../scorers/scorer-distribution.ts";
import { situationOf } from "../situation/situation-of-state.ts";

/** How far ahead the second prediction looks that measures drift, in match-clock seconds. */
const DRIFT_GAP_SECONDS = 30;

/**
 * The built-in model: in-play grids on fitted strengths. Each primitive is computed once for all markets and variants
 * that share its inputs, and once more a little later on the clock to see how fast its probabilities drift.
 */
export class BuiltinPredictor implements Predictor {
  readonly #expectations: ExpectationSource;
  readonly #now: () => number;

  /** @param now a monotonic clock in milliseconds, by which costs are measured; without one, all costs are 0 */
  constructor(expectations: ExpectationSource, now: () => number = noClock) {
    this.#expectations = expectations;
    this.#now = now;
  }

  /** Rejects for a match without fixture, and for an unknown market or variant. */
  predict(request: PredictionRequest): Promise<Prediction> {
    return new Promise((resolve) => resolve(this.predictNow(request)));
  }

  /**
   * Bets on scorers at one moment, and what the sides' goals are made of, to hold them against each other.
   * @throws Error for a match without fixture
   */
  scorersOf(state: MatchState, clock: MatchClock, blend: Variant["blend"]): ScorersAndGoals {
    const expectation = this.#expectations.expectationOf(state, blend);
    const situation = situationOf(state, clock, expectation.expectedStoppage);
    const now = { ...situation, pace: paceOf(expectation.rates, situation) };
    const distributions = new MatchDistributions({ state, rates: expectation.rates, situation: now });
    const { next_goal: nextGoal } = distributions.withPrimitive("next_goal");
    const { full_time_score: finalScore } = distributions.withPrimitive("full_time_score");
    const squad = squadChances(state, expectation.rates, now, finalScore!);
    return { squad, nextGoal: nextGoal!, finalScore: finalScore! };
  }

  /** `predict` without waiting: the model does nothing but compute. @throws as `predict` rejects */
  predictNow(request: PredictionRequest): Prediction {
    const computeMs = new Map<PrimitiveId, number>();
    // Variants that see the match alike share everything.
    const pricers = new Map<PreMatchExpectation, Pricer>();
    const markets = new Map<string, ReadonlyMap<string, PredictedProbabilities>>();
    for (const [variantId, marketIds] of request.markets) {
      const variant = findVariant(variantId);
      if (!variant) throw new Error(`unknown variant ${variantId}`);
      const expectation = this.#expectations.expectationOf(request.state, variant.blend);
      const pricer = pricers.get(expectation) ?? new Pricer(expectation, request, computeMs, this.#now);
      pricers.set(expectation, pricer);
      markets.set(variantId, new Map(marketIds.map((id) => [id, pricer.price(id)])));
    }
    return { markets, computeMs };
  }
}

export interface ScorersAndGoals {
  readonly squad: SquadChances;
  readonly nextGoal: NamedDistribution;
  readonly finalScore: CountGrid;
}

/** Prices the markets of one match under one expectation, remembering distributions and prices. */
class Pricer {
  readonly #state: MatchState;
  readonly #now: MatchDistributions;
  readonly #later: MatchDistributions | undefined;
  readonly #prices = new Map<string, PredictedProbabilities>();

  constructor(
    { rates, expectedStoppage }: PreMatchExpectation,
    { state, clock }: PredictionRequest,
    computeMs: Map<PrimitiveId, number>,
    now: () => number,
  ) {
    const pace = paceOf(rates, situationOf(state, clock, expectedStoppage));
    const ahead = { ...clock, minutesIntoPeriod: clock.minutesIntoPeriod + DRIFT_GAP_SECONDS / 60 };
    const distributionsAt = (at: typeof clock): MatchDistributions =>
      new MatchDistributions(
        { state, rates, situation: { ...situationOf(state, at, expectedStoppage), pace } },
        computeMs,
        now,
      );
    this.#state = state;
    this.#now = distributionsAt(clock);
    this.#later = clock.rate > 0 ? distributionsAt(ahead) : undefined;
  }

  price(id: string): PredictedProbabilities {
    const known = this.#prices.get(id);
    if (known) return known;
    const market = findMarket(id);
    if (!market) throw new Error(`unknown market ${id}`);
    const probabilities = priceMarket(market, this.#now.withPrimitive(market.primitive), this.#state);
    const later = this.#later && priceMarket(market, this.#later.withPrimitive(market.primitive), this.#state);
    const price = {
      probabilities,
      driftSeconds: later ? driftSeconds(probabilities, later, DRIFT_GAP_SECONDS) : Infinity,
    };
    this.#prices.set(id, price);
    return price;
  }
}
