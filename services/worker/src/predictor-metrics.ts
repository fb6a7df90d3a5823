import { BREAKER_STATES, type BreakerState, PREDICTOR_FAILURES, type PredictorWatch } from "@touchline/predictor";
import type { Metrics } from "@touchline/platform";

const OUTCOMES = ["ok", "given_up", ...PREDICTOR_FAILURES] as const;

/**
 * Counts what a model server makes of its requests. @param circuit whether it is being asked, looked up for each scrape
 */
export function createPredictorMetrics(
  metrics: Metrics,
  circuit: () => BreakerState,
): PredictorWatch & { readonly manifestRefused: () => void } {
  const requests = metrics.counter("predictor_requests_total", {
    help: "Predictions asked of the model server, by outcome. A rise of anything but ok means predictions stay stale.",
    labels: { outcome: OUTCOMES },
  });
  const retries = metrics.counter("predictor_retries_total", {
    help: "Requests sent once more after a broken connection or a server error. A rise means the model server is unsteady.",
  });
  const seconds = metrics.histogram("predictor_request_seconds", {
    help: "From asking for a prediction to its end, waiting and retries included.",
  });
  const refusals = metrics.counter("manifest_refusals_total", {
    help: "Manifests of the model server that could not be read or were not valid. A rise means an older one is in force.",
  });
  metrics.gauge("predictor_circuit", {
    help: "1 for the state of the circuit breaker. Open: the model server is not asked, because it failed too often.",
    labels: { state: BREAKER_STATES },
    collect: (gauge) => {
      const now = circuit();
      for (const state of BREAKER_STATES) gauge.set({ state }, state === now ? 1 : 0);
    },
  });
  return {
    asked(outcome, took) {
      requests.inc({ outcome });
      seconds.observe(took);
    },
    retried: () => retries.inc(),
    manifestRefused: () => refusals.inc(),
  };
}
