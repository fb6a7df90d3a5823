import type { FactName, MatchClock, MatchState, PrimitiveId } from "@touchline/domain";

/** What is to be predicted: markets by variant, of one match at one moment of its clock. */
export interface PredictionRequest {
  readonly matchId: string;
  readonly state: MatchState;
  readonly clock: MatchClock;
  /** Market ids by variant id. */
  readonly markets: ReadonlyMap<string, readonly string[]>;
}

export interface PredictedProbabilities {
  /** One probability per outcome, in catalogue order. */
  readonly probabilities: readonly number[];
  /**
   * Match-clock seconds after which some probability would have moved by more than ε; Infinity while the clock stands.
   */
  readonly driftSeconds: number;
}

export interface Prediction {
  /** By variant, then market. Probabilities, whatever the variant's quote. */
  readonly markets: ReadonlyMap<string, ReadonlyMap<string, PredictedProbabilities>>;
  /** Milliseconds spent on each primitive by itself, without those it was computed from; pricing not included. */
  readonly computeMs: ReadonlyMap<PrimitiveId, number>;
  /** By variant, then market: the facts that the computation looked at, where it records them. */
  readonly reads?: ReadonlyMap<string, ReadonlyMap<string, readonly FactName[]>>;
  /** The model that made it, where it is not the one of the manifest in force. */
  readonly otherModel?: string;
}

/**
 * Anything that predicts. Equal requests must give equal predictions: no clock, no randomness, nothing read beyond
 * the request and the predictor's own parameters.
 */
export interface Predictor {
  /** @throws when no prediction can be made; the old ones then stay, labelled stale. */
  predict(request: PredictionRequest, signal: AbortSignal): Promise<Prediction>;
}
