import {
  commaList,
  type Config,
  decimalNumber,
  eventBytesSetting,
  portNumber,
  predictionSources,
  predictorSettings,
  refreshBacklogSetting,
  refreshLeaseSetting,
  storeReplicasSetting,
  wholeNumber,
} from "@touchline/platform";
import { z } from "zod";
import { BLIND_POLICIES } from "./predictions/under-watermark.ts";

/** What the api reads from its environment beside the shared settings. */
export const apiSettings = {
  ...eventBytesSetting,
  PORT: portNumber().default(3_000).describe("HTTP, health and metrics"),
  API_KEYS: commaList().optional().describe("keys that writers may use, comma-separated; required in production"),
  ADMIN_PASSWORD: z
    .string()
    .min(8)
    .max(256)
    .optional()
    .describe("opens Bull Board for the user admin; required in production"),
  MISS_WAIT_MS: wholeNumber({ max: 60_000 })
    .default(2_000)
    .describe("how long a read waits for a prediction that is missing or too stale"),
  APPLY_WAIT_MS: wholeNumber({ min: 1, max: 60_000 })
    .default(5_000)
    .describe("how long registering a match waits until it can be read"),
  REDIS_TIMEOUT_MS: wholeNumber({ min: 50, max: 60_000 })
    .default(1_000)
    .describe("how long anything asked of Redis may take before the answer is 503"),
  APPLY_LAG_MAX_MS: wholeNumber({ min: 100, max: 600_000 })
    .default(1_000)
    .describe("how long an accepted event may wait in the queue before its match is no longer called fresh"),
  BLIND_POLICY: z
    .enum(BLIND_POLICIES)
    .default("label")
    .describe("while nobody can tell whether events wait: label prices stale, or suspend them in play"),
  STALE_IF_ERROR_MAX_MS: wholeNumber({ max: 600_000 })
    .default(30_000)
    .describe("how long after it was last known to be true an answer may be served while the store does not answer"),
  L1_MAX_BYTES: wholeNumber({ min: 0, max: 16_000_000_000 })
    .default(128_000_000)
    .describe("memory for answers and snapshots in this process"),
  L1_LEASE_MS: wholeNumber({ min: 50, max: 10_000 })
    .default(1_000)
    .describe("how long memory is trusted after the last proof that no change was missed"),
  DRY_RUN_BUDGET_MS: wholeNumber({ min: 10, max: 60_000 })
    .default(500)
    .describe("CPU that a story sent to POST /v1/impact may take to be folded"),
  LATENCY_SAMPLE_RATE: decimalNumber({ min: 0, max: 1 })
    .default(0.05)
    .describe("share of answers from memory whose duration is measured; all are counted"),
  STREAMS_MAX: wholeNumber({ min: 1, max: 100_000 }).default(2_000).describe("live streams open at once"),
  STREAMS_PER_ADDRESS: wholeNumber({ min: 1, max: 100_000 })
    .default(500)
    .describe("live streams open at once from one address; behind a proxy all come from the proxy's"),
  SHARED_CACHE: z
    .enum(["off", "purge"])
    .default("off")
    .describe("purge: shared caches that the edge-purger purges may keep answers for a moment; off: none may"),
  XFETCH_BETA: decimalNumber({ min: 0, max: 100 })
    .default(1)
    .describe("eagerness of early refreshes; 0 refreshes nothing early"),
  ...refreshBacklogSetting,
  FALLBACK_CONCURRENCY: wholeNumber({ max: 16 })
    .default(1)
    .describe("matches that this process refreshes itself at a time when no worker does; 0 leaves it to workers"),
  ...refreshLeaseSetting,
  ...storeReplicasSetting,
  ...predictorSettings,
  PARAMS_DIR: predictionSources.PARAMS_DIR,
};

export type ApiConfig = Config<typeof apiSettings>;

/** Rules that need more than one setting. */
export function checkApiConfig(config: ApiConfig, report: (variable: string, rule: string) => void): void {
  if (config.API_KEYS?.length === 0) report("API_KEYS", "must hold at least one key");
  if (config.NODE_ENV !== "production") return;
  if (config.API_KEYS === undefined) report("API_KEYS", "is required in production");
  if (config.ADMIN_PASSWORD === undefined) report("ADMIN_PASSWORD", "is required in production");
}
