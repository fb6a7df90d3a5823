import { healthPortSetting, wholeNumber } from "@touchline/platform";

/** What a worker reads from its environment beside the shared settings. */
export const workerSettings = {
  ...healthPortSetting,
  WORKER_CONCURRENCY: wholeNumber({ min: 1, max: 256 }).default(8).describe("matches refreshed at a time"),
  SIMULATE_LATENCY_MS: wholeNumber({ max: 60_000 })
    .default(0)
    .describe("added to every prediction, for tests and demonstrations"),
};
