import {
  decimalNumber,
  healthPortSetting,
  predictionSources,
  predictorSettings,
  wholeNumber,
} from "@touchline/platform";

/** What a worker reads from its environment beside the shared settings. */
export const workerSettings = {
  ...healthPortSetting,
  WORKER_CONCURRENCY: wholeNumber({ min: 1, max: 256 }).default(8).describe("matches refreshed at a time"),
  SIMULATE_LATENCY_MS: wholeNumber({ max: 60_000 })
    .default(0)
    .describe("added to every prediction, for tests and demonstrations"),
  REFRESH_LOCK_MS: wholeNumber({ min: 100, max: 600_000 })
    .default(10_000)
    .describe("how long a refresh job stays a worker's own without a sign of life from it"),
  STALLED_INTERVAL_MS: wholeNumber({ min: 50, max: 600_000 })
    .default(5_000)
    .describe("pause between looks for jobs whose worker is gone"),
  VERIFY_CPU_SHARE: decimalNumber({ min: 0, max: 1 })
    .default(0.02)
    .describe("CPU time that verification may take, as a share of what the worker does beside it; 0 switches it off"),
  VERIFY_TOLERANCE: decimalNumber({ min: 0, max: 1 })
    .default(0)
    .describe("how far a price that is verified may be from the one before the event; 0 means to the bit"),
  ...predictorSettings,
  ...predictionSources,
};

/** Rules over several settings. */
export function checkWorkerSettings(
  { PREDICTOR, PREDICTOR_URL }: { readonly PREDICTOR: string; readonly PREDICTOR_URL?: string | undefined },
  report: (variable: string, rule: string) => void,
): void {
  if (PREDICTOR === "http" && PREDICTOR_URL === undefined) report("PREDICTOR_URL", "is needed with PREDICTOR=http");
}
