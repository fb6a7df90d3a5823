import { SourcesPolicy } from "@touchline/domain";
import {
  decimalNumber,
  eventBytesSetting,
  healthPortSetting,
  jsonText,
  predictorSettings,
  refreshBacklogSetting,
  refreshLeaseSetting,
  storeReplicasSetting,
  wholeNumber,
} from "@touchline/platform";

/** What a tag-manager reads from its environment beside the shared settings. */
export const tagManagerSettings = {
  ...healthPortSetting,
  ...predictorSettings,
  ...eventBytesSetting,
  EVENT_CONCURRENCY: wholeNumber({ min: 1, max: 256 })
    .default(16)
    .describe("steps made at a time, each of another match"),
  EVENT_HELD_MAX: wholeNumber({ min: 1, max: 8_192 })
    .default(512)
    .describe("events taken from the queue at a time, those that wait for a step of their match included"),
  TRUTH_CACHE_MAX_BYTES: wholeNumber({ min: 0 })
    .default(134_217_728)
    .describe("what the logs and states of matches that a tag-manager remembers may retain, in bytes"),
  MATCH_MAX_EVENTS: wholeNumber({ min: 1_000, max: 100_000 })
    .default(5_000)
    .describe("events that the log of a match may hold; new ones beyond it are dead letters"),
  MATCH_MAX_BYTES: wholeNumber({ min: 65_536, max: 268_435_456 })
    .default(4_194_304)
    .describe("what the events of a match may take as JSON, in bytes; new ones beyond it are dead letters"),
  FEED_MAX_BYTES: wholeNumber({ min: 16_384, max: 16_777_216 })
    .default(262_144)
    .describe("what the last messages of a match in play may hold in the store, in bytes"),
  EVENT_LOCK_MS: wholeNumber({ min: 100, max: 600_000 })
    .default(5_000)
    .describe("how long an event stays a tag-manager's own without a sign of life from it"),
  STALLED_INTERVAL_MS: wholeNumber({ min: 50, max: 600_000 })
    .default(2_500)
    .describe("pause between looks for events whose tag-manager is gone"),
  RECONCILE_INTERVAL_MS: wholeNumber({ min: 50, max: 60_000 })
    .default(1_000)
    .describe("pause between sweeps for overdue refreshes"),
  RECONCILE_PATIENCE_MS: wholeNumber({ min: 0, max: 600_000 })
    .default(2_000)
    .describe("how long something may be due before a refresh is enqueued again"),
  ...refreshLeaseSetting,
  ...storeReplicasSetting,
  ...refreshBacklogSetting,
  VERIFY_SHARE: decimalNumber({ min: 0, max: 1 })
    .default(0.01)
    .describe("share of the markets an event left alone that workers verify; 0 switches it off"),
  SOURCES_POLICY: jsonText(SourcesPolicy)
    .optional()
    .describe("whom to believe where several sources report a match whose fixture does not say, as JSON"),
  SOURCES_WATCH_INTERVAL_MS: wholeNumber({ min: 50, max: 60_000 })
    .default(1_000)
    .describe("pause between looks for silent sources and reports that nobody confirms"),
  UNFINISHED_TTL_SECONDS: wholeNumber({ min: 60, max: 31_536_000 })
    .default(604_800)
    .describe("how long a match that is not played to its end is kept after its last event or kick-off"),
  FINISHED_TTL_SECONDS: wholeNumber({ min: 60, max: 31_536_000 })
    .default(604_800)
    .describe("how long the truth of a finished match is kept"),
};
