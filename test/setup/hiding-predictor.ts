import type { Facts } from "@touchline/domain";
import { factsOf } from "@touchline/domain";
import {
  type PredictedProbabilities,
  type Prediction,
  type PredictionRequest,
  type Predictor,
  shippedPredictor,
} from "@touchline/model";

/**
 * The built-in model, but for markets whose price also follows facts that nobody has declared: what a model server does
 * whose manifest lacks a read.
 */
export class HidingPredictor implements Predictor {
  /** What is added to the chance of an outcome, by market; undefined where nothing is. */
  hidden: (market: string, facts: Facts) => number | undefined;
  calls = 0;
  readonly #inner = shippedPredictor();

  constructor(hidden: HidingPredictor["hidden"] = () => undefined) {
    this.hidden = hidden;
  }

  async predict(request: PredictionRequest, signal: AbortSignal): Promise<Prediction> {
    this.calls++;
    signal.throwIfAborted();
    const prediction = await this.#inner.predict(request);
    const facts = factsOf(request.state);
    const markets = new Map(
      [...prediction.markets].map(([variant, prices]) => [
        variant,
        new Map([...prices].map(([market, price]) => [market, shifted(price, this.hidden(market, facts))])),
      ]),
    );
    return { ...prediction, markets };
  }
}

/** Moves part of the first outcome's chance to the last one: what sums to 1 does so still. */
function shifted(price: PredictedProbabilities, by: number | undefined): PredictedProbabilities {
  if (by === undefined || by === 0 || price.probabilities.length < 2) return price;
  const probabilities = [...price.probabilities];
  const moved = (probabilities[0] ?? 0) * (by / (1 + by));
  probabilities[0] = (probabilities[0] ?? 0) - moved;
  probabilities[probabilities.length - 1] = (probabilities.at(-1) ?? 0) + moved;
  return { ...price, probabilities };
}
