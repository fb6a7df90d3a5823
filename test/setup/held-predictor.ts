import { type Prediction, type PredictionRequest, type Predictor, shippedPredictor } from "@touchline/model";

/** The built-in model, each of whose computes the test holds until it has arranged what happens meanwhile. */
export class HeldPredictor implements Predictor {
  readonly computes: { readonly request: PredictionRequest; readonly finish: () => void }[] = [];
  readonly #inner = shippedPredictor();
  #waiting: (() => void)[] = [];

  async predict(request: PredictionRequest): Promise<Prediction> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.computes.push({ request, finish: resolve });
    for (const wake of this.#waiting.splice(0)) wake();
    await promise;
    return this.#inner.predict(request);
  }

  /** The compute of this number, 1 for the first, once it has begun. */
  async begun(number: number): Promise<(typeof this.computes)[number]> {
    for (;;) {
      const compute = this.computes[number - 1];
      if (compute) return compute;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  computesOf(matchId: string): readonly PredictionRequest[] {
    return this.computes.map(({ request }) => request).filter((request) => request.matchId === matchId);
  }
}
