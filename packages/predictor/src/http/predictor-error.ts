/** Why a model server gave no prediction that could be used. */
export const PREDICTOR_FAILURES = ["unreachable", "timeout", "status", "invalid", "open", "overloaded"] as const;
/**
 * `unreachable` no connection, or one that broke; `timeout` no complete answer within the deadline; `status` an answer
 * other than 200; `invalid` an answer that breaks the contract or cannot be a probability; `open` not asked, because
 * too many requests failed lately; `overloaded` not asked, because too many wait already.
 */
export type PredictorFailure = (typeof PREDICTOR_FAILURES)[number];

/** No prediction was made; the old ones stay. Other errors of a predictor are faults of the request or the program. */
export class PredictorError extends Error {
  override readonly name = "PredictorError";
  readonly kind: PredictorFailure;

  constructor(kind: PredictorFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
