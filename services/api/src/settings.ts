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
  READS_NEED_KEY: z
    .enum(["off", "on"])
    .default("off")
    .describe("on: reads, streams and metrics need a key with the scope read; health and documents stay open"),
  PROXY_HOPS: wholeNumber({ max: 10 })
    .default(0)
    .describe("proxies in front that name their client in X-Forwarded-For; 0 believes none"),
  READS_PER_MINUTE: wholeNumber({ max: 1_000_000 })
    .default(0)
    .describe("reads of one key or address in a minute; 0: any number"),
  PUBLISHES_PER_MINUTE: wholeNumber({ max: 1_000_000 })
    .default(0)
    .describe("requests with events of one key in a minute; 0: any number"),
  OPERATIONS_PER_MINUTE: wholeNumber({ max: 1_000_000 })
    .default(600)
    .describe("changes by hand of one key in a minute; 0: any number"),
  ATTEMPTS_PER_MINUTE: wholeNumber({ min: 1, max: 1_000 })
    .default(10)
    .describe("wrong keys and passwords from one address in a minute, after which it is refused until the minute ends"),
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
  const weak = (config.API_KEYS ?? []).findIndex(isGuessable);
  if (weak >= 0)
    report("API_KEYS", `key ${weak + 1} can be guessed: ${KEY_RULE}, as \`openssl rand -hex 24\` makes them`);
  if (config.API_KEYS === undefined) report("API_KEYS", "is required in production");
  if (config.ADMIN_PASSWORD === undefined) report("ADMIN_PASSWORD", "is required in production");
}

const LEAST_KEY_LENGTH = 16;
const LEAST_KEY_LETTERS = 8;
const KEY_RULE = `a key needs ${LEAST_KEY_LENGTH} characters and ${LEAST_KEY_LETTERS} different ones`;

/** Whether trying would find the key: what a person makes up in a hurry is short, or one letter repeated. */
function isGuessable(key: string): boolean {
  return key.length < LEAST_KEY_LENGTH || new Set(key).size < LEAST_KEY_LETTERS;
}
