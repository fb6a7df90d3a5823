import { startRedis } from "../test/setup/redis.ts";
import { goalsUnderReads, type GoalsResult } from "../test/caches/support/goals-under-reads.ts";
import { NGINX, VARNISHD } from "../test/caches/support/programs.ts";
import { startInFront } from "../test/caches/support/start-in-front.ts";
import { table } from "./support/table.ts";

interface SharedCacheResult {
  /** The api alone: what is late here was answered from its memory before the step's message had arrived. */
  readonly withoutCaches: GoalsResult;
  readonly asShipped: GoalsResult;
  readonly purged: GoalsResult;
  readonly purgerKilled: GoalsResult;
}

const GOALS = {
  matches: 20,
  goalsEach: 10,
  readsPerSecond: 500,
  pauseMs: [50, 350],
  random: Math.random,
} as const;

/** 200 goals at random moments under 500 reads a second: without caches, and three times through Varnish and nginx. */
export async function sharedCache(): Promise<SharedCacheResult> {
  if (VARNISHD === undefined || NGINX === undefined)
    throw new Error("this benchmark needs varnishd with varnish-modules, and nginx; install them first");
  const server = await startRedis();
  try {
    const [withoutCaches, asShipped] = await inFront("off", async (front) => [
      await goalsUnderReads({ ...front, urls: [front.api.url] }, GOALS),
      await goalsUnderReads(front, GOALS),
    ]);
    const [purged, purgerKilled] = await inFront("purge", async (front) => {
      const first = await goalsUnderReads(front, GOALS);
      await front.purger?.kill();
      return [first, await goalsUnderReads(front, GOALS)] as const;
    });
    const result = { withoutCaches, asShipped, purged, purgerKilled };
    table(
      ["", "goals", "reads", "failed", "from caches", "late", "latest ms"],
      Object.entries(result).map(([name, { goals, reads, failedReads, fromCaches, late, latestMs }]) => [
        name,
        goals,
        reads,
        failedReads,
        fromCaches,
        late,
        latestMs,
      ]),
    );
    return result;
  } finally {
    await server.stop();
  }

  async function inFront<T>(
    mode: "off" | "purge",
    run: (front: Awaited<ReturnType<typeof startInFront>>) => Promise<T>,
  ): Promise<T> {
    await using front = await startInFront(server.url, mode);
    return await run(front);
  }
}
