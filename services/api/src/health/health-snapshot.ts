import { readStats } from "@touchline/cache";
import type { HealthSnapshot } from "@touchline/contract";
import manifest from "../../package.json" with { type: "json" };
import type { ApiContext } from "../api-context.ts";
import { askRedis } from "../redis/outage.ts";
import { readLiveMatches } from "./live-matches.ts";
import type { RecentChanges } from "./recent-changes.ts";
import { readRedisHealth } from "./redis-health.ts";

/** Everybody who asks within this time gets the same snapshot, milliseconds. */
const GOOD_FOR_MS = 500;
/** What does not answer by then is reported as not answering, however long requests may wait. */
const DEADLINE_MS = 1_500;
const MAX_JOBS = 50;
const MAX_WAITING_MATCHES = 50;

/** What this process can see of the installation, looked at when somebody asks and at most twice a second. */
export class HealthWatch {
  readonly #context: ApiContext;
  readonly #recent: RecentChanges;
  #last: { readonly at: number; readonly snapshot: Promise<HealthSnapshot> } | undefined;
  #mostListed = 0;

  constructor(context: ApiContext, recent: RecentChanges) {
    this.#context = context;
    this.#recent = recent;
  }

  /** Never rejects: what cannot be seen is null. */
  read(): Promise<HealthSnapshot> {
    const at = this.#context.monotonic();
    if (!this.#last || at - this.#last.at > GOOD_FOR_MS) this.#last = { at, snapshot: this.#look() };
    return this.#last.snapshot;
  }

  async #look(): Promise<HealthSnapshot> {
    const { redis, queues, config, graph, feed, now } = this.#context;
    const deadlineMs = Math.min(config.REDIS_TIMEOUT_MS, DEADLINE_MS);
    const [storeHealth, queueHealth, load, processes, matches, efficiency] = await Promise.all([
      readRedisHealth(redis.store, "store", deadlineMs),
      readRedisHealth(redis.queue, "queue", deadlineMs),
      orNull(deadlineMs, async () => queues.refreshLoad(MAX_JOBS)),
      orNull(deadlineMs, async () => this.#processes()),
      orNull(deadlineMs, async () => this.#matches()),
      orNull(deadlineMs, async () => this.#efficiency()),
    ]);
    return {
      at: new Date(now()).toISOString(),
      version: manifest.version,
      node: process.version,
      graphVersion: graph.version,
      upSeconds: Math.round(process.uptime()),
      store: storeHealth,
      queue: queueHealth,
      changesArrive: feed.subscribed,
      processes,
      events: this.#events(),
      refreshes: load && refreshesOf(load, now()),
      deadLetters: load?.deadLetters ?? null,
      matches,
      recent: this.#recent.read(),
      efficiency,
    };
  }

  async #processes(): Promise<NonNullable<HealthSnapshot["processes"]>> {
    const [tagManagers, workers] = await Promise.all([
      this.#context.queues.takers("match-events"),
      this.#context.queues.takers("refresh"),
    ]);
    return [
      { role: "tag-manager", count: tagManagers.length, quietSeconds: tagManagers },
      { role: "worker", count: workers.length, quietSeconds: workers },
    ];
  }

  #events(): HealthSnapshot["events"] {
    const { watermark } = this.#context;
    const { pending, behindMs, blindMs, isBlind } = watermark.summary();
    return {
      waiting: pending,
      oldestSeconds: seconds(behindMs),
      unknownForSeconds: Number.isFinite(blindMs) ? seconds(blindMs) : null,
      unknown: isBlind,
      matches: watermark
        .waiting()
        .slice(0, MAX_WAITING_MATCHES)
        .map(({ matchId, waiting, oldestMs }) => ({ matchId, waiting, oldestSeconds: seconds(oldestMs) })),
    };
  }

  async #matches(): Promise<HealthSnapshot["matches"]> {
    const { graph, store, reader, watermark, config, now } = this.#context;
    const [listed, { live, complete }] = await Promise.all([
      store.listedCount(),
      readLiveMatches({
        graph,
        store,
        reader,
        xfetchBeta: 0,
        now,
        applied: (matchId) => watermark.of(matchId),
        blindPolicy: config.BLIND_POLICY,
      }),
    ]);
    this.#mostListed = Math.max(this.#mostListed, listed);
    return { listed, mostListed: this.#mostListed, live, complete };
  }

  async #efficiency(): Promise<HealthSnapshot["efficiency"]> {
    const { store, config } = this.#context;
    const ask = async () => readStats(store.redis, config.KEY_PREFIX, ["performance"]);
    const { performance: counted = {} } = await askRedis("store", "reading counters", config.REDIS_TIMEOUT_MS, ask);
    return { requests: counted["total_requests"] ?? 0, computes: counted["compute_calls"] ?? 0 };
  }
}

type Load = Awaited<ReturnType<ApiContext["queues"]["refreshLoad"]>>;

function refreshesOf({ waiting, active, jobs }: Load, now: number): HealthSnapshot["refreshes"] {
  const matches = jobs.map(({ matchId, state, urgency, since }) => ({
    matchId,
    state,
    urgency,
    seconds: seconds(now - since),
  }));
  const longest = (of: "waiting" | "active"): number =>
    Math.max(0, ...matches.filter(({ state }) => state === of).map(({ seconds: age }) => age));
  return { waiting, active, oldestSeconds: longest("waiting"), longestActiveSeconds: longest("active"), matches };
}

function seconds(ms: number): number {
  return Math.max(0, Math.round(ms / 100) / 10);
}

/** A part that cannot be seen in time is unknown, and the others are still worth showing. */
async function orNull<T>(deadlineMs: number, look: () => Promise<T>): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), deadlineMs);
  try {
    return await Promise.race([look(), late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
