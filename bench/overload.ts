import { EPOCH_MARK, matchKeys } from "@touchline/cache";
import { createClient } from "@touchline/client";
import type { MatchEventInput } from "@touchline/domain";
import { enqueueEvents, EVENTS_QUEUE, openQueue, REFRESH_QUEUE } from "@touchline/queue";
import type { Queue } from "bullmq";
import { Redis } from "ioredis";
import { startRedis } from "../test/setup/redis.ts";
import { startInstallation } from "../test/setup/services.ts";
import { percentile } from "./support/statistics.ts";
import { table } from "./support/table.ts";

interface OverloadResult {
  /** From a goal's step to the first commit that has seen it, milliseconds by the store's clock. */
  readonly goalP50Ms: number;
  readonly goalMaxMs: number;
  /** Refreshes that wait when every match has been read. */
  readonly waiting: number;
}

const MODEL_MS = 150;
const MATCHES = 300;
const GOALS = 10;
const LIFETIME_MS = 60_000;
const GIVE_UP_MS = 180_000;

/**
 * A goal while workers are far behind: one worker, a model of 150 ms, and every one of 300 matches in play read while
 * stale, a moment before. Background refreshes must not keep the goal waiting.
 */
export async function overload(): Promise<OverloadResult> {
  const server = await startRedis();
  const installation = await startInstallation({
    redisUrl: server.url,
    prefix: "tl",
    env: { SIMULATE_LATENCY_MS: String(MODEL_MS) },
  });
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const [events, refreshes] = [openQueue(EVENTS_QUEUE, redis, "bull"), openQueue(REFRESH_QUEUE, redis, "bull")];
  try {
    const client = createClient({ url: installation.apis[0]?.url ?? "" });
    const ids = Array.from({ length: MATCHES }, (_unused, match) => `m-${match}`);
    await kickOff(events, ids);
    await drained(refreshes);
    const waits: number[] = [];
    const depths: number[] = [];
    for (let number = 0; number < GOALS; number++) {
      await makeStale(redis, ids);
      const stream = client.stream("m-0", { signal: AbortSignal.timeout(GIVE_UP_MS) });
      const first = stream.next();
      await Promise.all(ids.slice(1).map(async (id) => client.predictions(id, { markets: ["match_result"] })));
      const counts = await refreshes.getJobCounts("waiting", "prioritized");
      depths.push(Object.values(counts).reduce((sum, count) => sum + count, 0));
      const goal = eventOf("m-0", "goal", `goal-${number}`);
      await enqueueEvents(events, [goal]);
      let version = Infinity;
      let at = 0;
      for (let step = await first; ; step = await stream.next()) {
        if (step.done) throw new Error("the stream ended");
        const message = step.value;
        if (message.kind === "touched" && message.event.id === goal.id)
          [version, at] = [message.version, Number(message.at)];
        if (message.kind !== "refreshed" || message.variant !== "default" || message.seen < version) continue;
        waits.push(Number(message.at) - at);
        break;
      }
      await stream.return();
      await drained(refreshes);
    }
    const result = {
      goalP50Ms: percentile(waits, 0.5),
      goalMaxMs: Math.max(...waits),
      waiting: percentile(depths, 0.5),
    };
    table(
      [`${MATCHES} stale matches read, model ${MODEL_MS} ms`, ""],
      [
        ["refreshes that wait, median", result.waiting],
        ["goal to fresh, p50 ms", result.goalP50Ms],
        ["goal to fresh, max ms", result.goalMaxMs],
      ],
    );
    return result;
  } finally {
    await Promise.all([events.close(), refreshes.close()]);
    redis.disconnect();
    await installation.stop();
    await server.stop();
  }
}

function eventOf(matchId: string, type: string, id: string): MatchEventInput {
  const occurredAt = new Date().toISOString();
  return { source: "bench", id, matchId, type, occurredAt, period: "first_half", team: "home" };
}

async function kickOff(events: Queue, ids: readonly string[]): Promise<void> {
  const kickoff = new Date().toISOString();
  const payload = { home: "Arsenal", away: "Leicester", kickoff, competition: "ENG-Premier League" };
  const openings = ids.flatMap((id): MatchEventInput[] => [
    { source: "bench", id: `${id}-fixture`, matchId: id, type: "fixture", occurredAt: kickoff, payload },
    { source: "bench", id: `${id}-kick-off`, matchId: id, type: "kick_off", occurredAt: kickoff, sequence: 1 },
  ]);
  await enqueueEvents(events, openings);
  for (let left = 1; left > 0; left = await unfinished(events)) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Ages every entry past its lifetime but within its grace, as time would. */
async function makeStale(redis: Redis, ids: readonly string[]): Promise<void> {
  await Promise.all(
    ids.map(async (id) => {
      const key = matchKeys("tl", id).entries("default");
      const aged = Date.now() - 1.2 * LIFETIME_MS;
      const entries = Object.entries(await redis.hgetall(key)).map(([market, text]): [string, string] => {
        if (market === EPOCH_MARK) return [market, text];
        const fields = text.split(" ");
        return [market, [...fields.slice(0, 5), aged, aged + LIFETIME_MS, ...fields.slice(7)].join(" ")];
      });
      await redis.hset(key, Object.fromEntries(entries));
    }),
  );
}

async function unfinished(queue: Queue): Promise<number> {
  const counts = await queue.getJobCounts("waiting", "prioritized", "delayed", "active");
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

async function drained(queue: Queue): Promise<void> {
  while ((await unfinished(queue)) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
}
