import type { PredictorFailure } from "@touchline/predictor";
import type { Logger } from "@touchline/platform";

/** Without a failure for this long, an outage is over; one good answer in between does not end it. */
const CALM_MS = 5_000;

/**
 * Says once that the model server has failed and once that it is back, however many predictions fail in between.
 * Milliseconds are those of any steady clock.
 */
export class OutageLog {
  readonly #log: Logger;
  #since: number | undefined;
  #lastFailureAt = 0;
  #failures = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  failed(kind: PredictorFailure, message: string, now: number): void {
    this.#lastFailureAt = now;
    this.#failures++;
    if (this.#since !== undefined) return;
    this.#since = now;
    this.#log.warn({ kind, reason: message }, "model server fails; old predictions stay, labelled stale");
  }

  succeeded(now: number): void {
    if (this.#since === undefined || now - this.#lastFailureAt < CALM_MS) return;
    const lastedMs = Math.round(this.#lastFailureAt - this.#since);
    this.#log.info({ failures: this.#failures, lastedMs }, "model server answers again");
    this.#since = undefined;
    this.#failures = 0;
  }
}
