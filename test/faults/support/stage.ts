import type { MatchEventInput } from "@touchline/domain";
import type { Client } from "@touchline/client";
import { enqueueEvents, EVENTS_QUEUE, openQueue, queuePrefix } from "@touchline/queue";
import type { Queue } from "bullmq";
import { Redis } from "ioredis";
import { startRedis, type TestRedis, testPrefix } from "../../setup/redis.ts";
import {
  type Installation,
  type RunningService,
  type ServiceName,
  startInstallation,
  startService,
} from "../../setup/services.ts";
import { ChangeLog } from "./change-log.ts";
import type { LiveMatch } from "./live-match.ts";
import { patientClient } from "../../setup/patient-client.ts";

/** What a scenario plays on: servers of its own, a whole installation, and ears. */
export interface Stage {
  readonly prefix: string;
  /** Truth, entries and changes. */
  readonly store: TestRedis;
  /** BullMQ; the same server as `store` unless they were asked for apart. */
  readonly queue: TestRedis;
  /** Connections of the scenario's own. */
  readonly storeRedis: Redis;
  readonly queueRedis: Redis;
  readonly changes: ChangeLog;
  readonly installation: Installation;
  /** A client of the first api process of the installation. */
  readonly client: Client;
  /** The queue of events. */
  readonly jobs: Queue;
  /** Publishes straight into the queue, as producers of other teams do. */
  publish(...events: MatchEventInput[]): Promise<void>;
  /** Starts one more process of the installation. */
  start(name: ServiceName, env?: Record<string, string>): Promise<RunningService>;
  stop(): Promise<void>;
}

export interface StageOptions {
  readonly apis?: number;
  readonly tagManagers?: number;
  readonly workers?: number;
  /** A server for each role. */
  readonly apart?: boolean;
  readonly env?: Record<string, string>;
}

/**
 * Settings under which what is lost is found soon. The bounds scale with them: what is due is enqueued again within
 * patience + interval, a dead worker's refresh within lease + interval, its job within lock + look.
 */
export const SOON = {
  RECONCILE_INTERVAL_MS: 100,
  RECONCILE_PATIENCE_MS: 400,
  REFRESH_LEASE_MS: 1_500,
  REFRESH_LOCK_MS: 1_000,
  EVENT_LOCK_MS: 1_000,
  STALLED_INTERVAL_MS: 250,
} as const;

export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const { apart = false, apis = 1, tagManagers = 1, workers = 1, env = {} } = options;
  const store = await startRedis();
  const queue = apart ? await startRedis() : store;
  const prefix = testPrefix();
  const settings = {
    REDIS_URL: store.url,
    QUEUE_REDIS_URL: queue.url,
    KEY_PREFIX: prefix,
    // What workers and the reconciler do is seen alone; scenarios without workers turn it on.
    FALLBACK_CONCURRENCY: "0",
    ...Object.fromEntries(Object.entries(SOON).map(([name, value]) => [name, String(value)])),
    ...env,
  };
  const storeRedis = connect(store);
  const queueRedis = apart ? connect(queue) : storeRedis;
  const later: RunningService[] = [];
  let changes: ChangeLog | undefined;
  let installation: Installation | undefined;
  const stop = async (): Promise<void> => {
    const { apis: a = [], tagManagers: t = [], workers: w = [] } = installation ?? {};
    // Nothing is left to be learnt from a graceful end.
    await Promise.all([...a, ...t, ...w, ...later].map(async (service) => service.kill()));
    changes?.close();
    storeRedis.disconnect();
    queueRedis.disconnect();
    await Promise.all([store.stop(), queue.stop()]);
  };
  try {
    changes = await ChangeLog.open(store, prefix);
    installation = await startInstallation({
      redisUrl: store.url,
      prefix,
      apis,
      tagManagers,
      workers,
      env: settings,
      echoErrors: false,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  const jobs = openQueue(EVENTS_QUEUE, queueRedis, queuePrefix(prefix, "single"));
  return {
    prefix,
    store,
    queue,
    storeRedis,
    queueRedis,
    changes,
    installation,
    client: patientClient({ url: installation.apis[0]?.url ?? "http://127.0.0.1" }),
    jobs,
    publish: async (...events) => enqueueEvents(jobs, events),
    async start(name, extra = {}) {
      const service = await startService(name, { ...settings, ...extra }, { echoErrors: false });
      later.push(service);
      return service;
    },
    stop,
  };
}

/** Every process of the stage, for those who watch what the machine gives them. */
export function pidsOf({ installation, store, queue }: Stage): number[] {
  const { apis, tagManagers, workers } = installation;
  return [...new Set([...apis, ...tagManagers, ...workers, store, queue].map(({ pid }) => pid))];
}

/** Publishes events and waits until all are applied. @returns the version that the last of them made */
export async function publishAndApply(stage: Stage, events: readonly MatchEventInput[]): Promise<number> {
  const { changes } = stage;
  await stage.publish(...events);
  const touched = await Promise.all(events.map(async (event) => changes.touchedBy(event)));
  return Math.max(...touched.map(({ version }) => version));
}

/** Brings a match to where it is being played and every market has its prediction. @returns its version */
export async function play(stage: Stage, match: LiveMatch): Promise<number> {
  const version = await publishAndApply(stage, match.opening());
  await stage.changes.refreshedSince(match.matchId, version, "match_result");
  return version;
}

function connect(server: TestRedis): Redis {
  const redis = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  // Scenarios take the server away on purpose.
  redis.on("error", () => undefined);
  return redis;
}
