import type { GraphInForce, StatsRecorder } from "@touchline/cache";
import type { Graph } from "@touchline/domain";
import type { Health, Logger, Metrics, RedisClient } from "@touchline/platform";
import type { ApiMetrics } from "./api-metrics.ts";
import type { ChangeFeed } from "./changes/change-feed.ts";
import type { EventFreshness } from "./health/event-freshness.ts";
import type { RecentChanges } from "./health/recent-changes.ts";
import type { Access } from "./identity/access.ts";
import type { FailedAttempts } from "./identity/failed-attempts.ts";
import type { KeyRing } from "./identity/key-ring.ts";
import type { Limits } from "./identity/limits.ts";
import type { L1 } from "./l1/l1.ts";
import type { PredictionReader } from "./predictions/prediction-reader.ts";
import type { MatchStore } from "@touchline/cache";
import type { Queues } from "./redis/queues.ts";
import type { FallbackRefresher } from "./refresh/fallback-refresher.ts";
import type { RefreshAsker } from "./refresh/refresh-asker.ts";
import type { ApiConfig } from "./settings.ts";
import type { WatermarkWatch } from "./watermark/watermark-watch.ts";
import type { StreamHub } from "./stream/stream-hub.ts";

/** What the routes work with. */
export interface ApiContext {
  readonly config: ApiConfig;
  readonly log: Logger;
  readonly registry: Metrics;
  readonly metrics: ApiMetrics;
  readonly health: Health;
  /** Where the dependency graph comes from. */
  readonly inForce: GraphInForce;
  /**
   * The markets in force and what the predictor at work reads of a match. Tag-manager and workers go by the same. It may
   * change while the api runs: ask the context for it in each request.
   */
  readonly graph: Graph;
  readonly store: MatchStore;
  /** The connections themselves, for looking at the servers behind them. */
  readonly redis: { readonly store: RedisClient; readonly queue: RedisClient };
  readonly queues: Queues;
  readonly feed: ChangeFeed;
  readonly reader: PredictionReader;
  readonly l1: L1;
  /** How far accepted events have been applied. */
  readonly watermark: WatermarkWatch;
  /** Counters that all processes share. */
  readonly stats: StatsRecorder;
  readonly asker: RefreshAsker;
  /** Undefined when refreshing is left to workers alone. */
  readonly fallback: FallbackRefresher | undefined;
  readonly streams: StreamHub;
  /** What the last changes of all matches were like. */
  readonly recent: RecentChanges;
  /** How long events take to reach the readers of this process. */
  readonly freshness: EventFreshness;
  /** Guards every route that writes. */
  readonly access: Access;
  readonly ring: KeyRing;
  readonly attempts: FailedAttempts;
  readonly limits: Limits;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}
