import { healthPortSetting, predictionSources, predictorSettings, wholeNumber } from "@touchline/platform";

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
