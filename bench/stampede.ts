import { EPOCH_MARK } from "@touchline/cache";
import { createClient } from "@touchline/client";
import { Redis } from "ioredis";
import { startRedis, type TestRedis } from "../test/setup/redis.ts";
import { type Installation, startInstallation } from "../test/setup/services.ts";
import { type ReaderBurst, burst } from "./support/burst.ts";
import { startCacheAside } from "./support/cache-aside.ts";
import { table } from "./support/table.ts";

export interface Stampede {
  readonly readers: number;
  readonly processes: number;
  readonly computes: number;
  readonly p99Ms: number;
  /** Answers without a status for the market. */
  readonly unlabelled: number;
  readonly statuses: Readonly<Record<string, number>>;
}

interface StampedeResult {
  readonly cold: Stampede;
  readonly stale: Stampede;
  /** One hundred readers of one stale match on one process: the earlier system's own test. */
  readonly hundredStale: Stampede;
  /** The same cold burst on processes that look into Redis and compute what they miss. */
  readonly cacheAside: { readonly computes: number; readonly p99Ms: number };
}

const PROCESSES = 4;
const READERS = 1_000;
const COMPUTE_MS = 150;

export async function stampede(): Promise<StampedeResult> {
  const server = await startRedis();
  const redis = new Redis(server.url);
  const env = { SIMULATE_LATENCY_MS: String(COMPUTE_MS), MISS_WAIT_MS: "10000" };
  const installation = await startInstallation({
    redisUrl: server.url,
    prefix: "tl",
    apis: PROCESSES,
    workers: 2,
    env,
  });
  try {
    const urls = installation.apis.map(({ url }) => url);
    await register(installation, "warm-up");
    const warm = await createClient({ url: urls[0] ?? "" }).predictions("warm-up");
    if (Object.keys(warm.markets).length === 0) throw new Error("the warm-up match has no predictions");

    const cold = await coldBurst(installation, redis, urls);
    const stale = await staleBurst(installation, redis, "cold", urls, READERS);
    const hundredStale = await staleBurst(installation, redis, "cold", urls.slice(0, 1), 100);
    const cacheAside = await cacheAsideBurst(server);
    table(
      ["", "readers", "processes", "computes", "p99 ms", "unlabelled"],
      [
        ...Object.entries({ cold, stale, hundredStale }).map(
          ([name, { readers, processes, computes, p99Ms, unlabelled }]) => [
            name,
            readers,
            processes,
            computes,
            p99Ms,
            unlabelled,
          ],
        ),
        ["cache-aside, cold", READERS, PROCESSES, cacheAside.computes, cacheAside.p99Ms, READERS],
      ],
    );
    return { cold, stale, hundredStale, cacheAside };
  } finally {
    redis.disconnect();
    await installation.stop();
    await server.stop();
  }
}

/** The match is known and its predictions are gone from every memory, as before its first read. */
async function coldBurst(installation: Installation, redis: Redis, urls: readonly string[]): Promise<Stampede> {
  await register(installation, "cold");
  await quiet(redis);
  await redis.unlink(...(await redis.keys("tl:{cold}:entries:*")));
  return measured(installation, redis, "cold", urls, READERS);
}

/** Every entry aged past its lifetime, within its grace, and the processes' memories as they are after that time. */
async function staleBurst(
  installation: Installation,
  redis: Redis,
  matchId: string,
  urls: readonly string[],
  readers: number,
): Promise<Stampede> {
  const key = `tl:{${matchId}}:entries:default`;
  for (const [market, text] of Object.entries(await redis.hgetall(key))) {
    if (market === EPOCH_MARK) continue;
    const fields = text.split(" ");
    const lifetime = Number(fields[6]) - Number(fields[5]);
    const aged = Date.now() - Math.round(lifetime * 1.2);
    await redis.hset(key, market, [...fields.slice(0, 5), aged, aged + lifetime, ...fields.slice(7)].join(" "));
  }
  // Ageing by hand publishes nothing. A message about the match makes every process look again, as time itself would.
  await redis.publish("tl:changes", JSON.stringify({ kind: "answered", matchId, variants: ["aged"] }));
  return measured(installation, redis, matchId, urls, readers);
}

async function measured(
  installation: Installation,
  redis: Redis,
  matchId: string,
  urls: readonly string[],
  readers: number,
): Promise<Stampede> {
  const before = await computesOf(installation);
  const result: ReaderBurst = await burst(
    urls.map((url) => `${url}/v1/matches/${matchId}/predictions?markets=match_result`),
    readers,
  );
  await quiet(redis);
  const statuses: Record<string, number> = {};
  for (const body of result.bodies) {
    const status = labelOf(body);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return {
    readers,
    processes: urls.length,
    computes: (await computesOf(installation)) - before,
    p99Ms: result.p99Ms,
    unlabelled: statuses["unlabelled"] ?? 0,
    statuses,
  };
}

function labelOf(body: string): string {
  try {
    const { markets } = JSON.parse(body) as { markets?: Record<string, { status?: string }> };
    return markets?.["match_result"]?.status ?? "unlabelled";
  } catch {
    return "unlabelled";
  }
}

async function register(installation: Installation, matchId: string): Promise<void> {
  const kickoff = new Date(Date.now() + 3 * 86_400_000).toISOString();
  await createClient({ url: installation.apis[0]?.url ?? "" }).registerMatch(matchId, {
    home: "Arsenal",
    away: "Leicester",
    kickoff,
    competition: "ENG-Premier League",
  });
}

async function computesOf({ workers }: Installation): Promise<number> {
  const counts = await Promise.all(workers.map(async (worker) => worker.metric("touchline_compute_calls_total")));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Waits until no refresh is waiting or running, for as long as a refresh may take. */
async function quiet(redis: Redis): Promise<void> {
  const until = performance.now() + 10_000;
  for (let calm = 0; calm < 3 && performance.now() < until;) {
    const [waiting, active, prioritized] = await Promise.all([
      redis.llen("bull:refresh:wait"),
      redis.llen("bull:refresh:active"),
      redis.zcard("bull:refresh:prioritized"),
    ]);
    calm = waiting + active + prioritized === 0 ? calm + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function cacheAsideBurst(server: TestRedis): Promise<{ computes: number; p99Ms: number }> {
  const processes = await startCacheAside(server.url, PROCESSES, COMPUTE_MS);
  try {
    const { p99Ms } = await burst(
      processes.urls.map((url) => `${url}/match`),
      READERS,
    );
    return { computes: await processes.computes(), p99Ms };
  } finally {
    processes.stop();
  }
}
