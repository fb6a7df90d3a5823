import { setTimeout as delay } from "node:timers/promises";
import type { Prediction, PredictionRequest, Predictor } from "@touchline/model";

/** Adds latency to a predictor, for demonstrations and tests of what a slow model does to its readers. */
export class SlowedPredictor implements Predictor {
  readonly #inner: Predictor;
  readonly #latencyMs: number;

  constructor(inner: Predictor, latencyMs: number) {
    this.#inner = inner;
    this.#latencyMs = latencyMs;
  }

  async predict(request: PredictionRequest, signal: AbortSignal): Promise<Prediction> {
    await delay(this.#latencyMs, undefined, { signal });
    return this.#inner.predict(request, signal);
  }
}
