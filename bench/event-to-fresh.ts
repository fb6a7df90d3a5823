import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { createClient, type StreamMessage } from "@touchline/client";
import { openQueue, EVENTS_QUEUE, enqueueEvents } from "@touchline/queue";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { startRedis } from "../test/setup/redis.ts";
import { type RunningService, startInstallation } from "../test/setup/services.ts";
import { startBareChain } from "./support/bare-chain.ts";
import { percentile } from "./support/statistics.ts";
import { table } from "./support/table.ts";
import { PATIENCE_MS } from "../test/setup/patience.ts";

interface Latencies {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The queue's own add-to-start latency, measured in the same run. */
  readonly queueP50Ms: number;
  readonly queueP99Ms: number;
  /** The same hops with nothing done on them. */
  readonly bareP50Ms: number;
  readonly bareP99Ms: number;
  /** Against the queue's own. */
  readonly p50Ratio: number;
  readonly p99Ratio: number;
}

interface EventToFreshResult extends Latencies {
  /** The same without rest: each event as soon as the answer to the one before is there. */
  readonly backToBack: Latencies;
  /**
   * Means of the two services' own work: from taking an event to its enqueued refresh, and from taking a refresh to its
   * commit.
   */
  readonly applyMs: number;
  readonly refreshMs: number;
}

const EVENTS = 300;
const WARM_UP = 30;
/** After this everything has come to rest: a match has one event in several seconds. */
const REST_MS = 30;
const GIVE_UP_MS = 120_000;

/**
 * From adding an event to the queue until another api process has received the new prediction and serves it, idle,
 * against the time from adding a job to its start on the same Redis. The model's own time is left out. Measured by
 * turns, so that all meet the same machine: first with a rest before each, as idle processes are, then without. By
 * turns with both, the bare chain: the same hops with nothing to do.
 */
export async function eventToFresh(): Promise<EventToFreshResult> {
  const server = await startRedis();
  const installation = await startInstallation({ redisUrl: server.url, prefix: "tl", apis: 2 });
  const connection = new Redis(server.url, { maxRetriesPerRequest: null });
  const events = openQueue(EVENTS_QUEUE, connection, "bull");
  const raw = await rawQueue(connection, server.url);
  const bare = await startBareChain(connection, server.url);
  const [publisher, reader] = installation.apis.map(({ url }) => createClient({ url }));
  if (!publisher || !reader) throw new Error("two api processes are needed");
  try {
    const kickoff = new Date().toISOString();
    await publisher.registerMatch("m-1", {
      home: "Arsenal",
      away: "Leicester",
      kickoff,
      competition: "ENG-Premier League",
    });
    const base = { source: "bench", matchId: "m-1", occurredAt: kickoff, period: "first_half" as const };
    await enqueueEvents(events, [{ ...base, id: "kick-off", type: "kick_off", sequence: 0 }]);
    await reader.predictions("m-1");
    const freshAgain = followRefreshes(reader);
    let number = 0;
    const freshMs = async (): Promise<number> => {
      number++;
      // Another referee changes the cards' rates: a small refresh, as most events of a match ask for.
      const referee = number % 2 === 0 ? "M Dean" : "A Taylor";
      const began = performance.now();
      await enqueueEvents(events, [
        { ...base, id: `o-${number}`, sequence: number, type: "referee_assigned", payload: { referee } },
      ]);
      const computeMs = await freshAgain.next(number);
      return performance.now() - began - computeMs;
    };
    const byTurns = async (rounds: number, restMs: number): Promise<Latencies> => {
      const fresh: number[] = [];
      const queue: number[] = [];
      const hops: number[] = [];
      for (let round = 0; round < rounds; round++) {
        await delay(restMs);
        fresh.push(await freshMs());
        await delay(restMs);
        queue.push(await raw.addToStart());
        await delay(restMs);
        hops.push(await bare.addToReceived());
      }
      return latenciesOf(fresh, queue, hops);
    };
    await byTurns(WARM_UP, 0);
    const idle = await byTurns(EVENTS, REST_MS);
    const backToBack = await byTurns(EVENTS, 0);
    const result = {
      ...idle,
      backToBack,
      applyMs: await meanMs(installation.tagManagers, "event_apply_seconds"),
      refreshMs: await meanMs(installation.workers, "refresh_seconds"),
    };
    table(
      ["", "p50 ms", "p99 ms", "back to back p50", "p99"],
      [
        ["event to fresh", idle.p50Ms, idle.p99Ms, backToBack.p50Ms, backToBack.p99Ms],
        ["its hops, with nothing to do", idle.bareP50Ms, idle.bareP99Ms, backToBack.bareP50Ms, backToBack.bareP99Ms],
        ["queue, add to start", idle.queueP50Ms, idle.queueP99Ms, backToBack.queueP50Ms, backToBack.queueP99Ms],
        ["ratio", idle.p50Ratio, idle.p99Ratio, backToBack.p50Ratio, backToBack.p99Ratio],
      ],
    );
    return result;
  } finally {
    await bare.close();
    await raw.close();
    await events.close();
    connection.disconnect();
    await installation.stop();
    await server.stop();
  }
}

function latenciesOf(fresh: readonly number[], queue: readonly number[], hops: readonly number[]): Latencies {
  const [p50Ms, p99Ms] = [percentile(fresh, 0.5), percentile(fresh, 0.99)];
  const [queueP50Ms, queueP99Ms] = [percentile(queue, 0.5), percentile(queue, 0.99)];
  return {
    p50Ms,
    p99Ms,
    queueP50Ms,
    queueP99Ms,
    bareP50Ms: percentile(hops, 0.5),
    bareP99Ms: percentile(hops, 0.99),
    p50Ratio: p50Ms / queueP50Ms,
    p99Ratio: p99Ms / queueP99Ms,
  };
}

/** Resolves with the model's own time once the reader's stream shows a refresh that has seen the event. */
function followRefreshes(reader: ReturnType<typeof createClient>): { next(number: number): Promise<number> } {
  const stream = reader.stream("m-1", { lastEventId: "0", signal: AbortSignal.timeout(GIVE_UP_MS) });
  return {
    async next(number) {
      let version = Infinity;
      for (;;) {
        const step: IteratorResult<StreamMessage, void> = await stream.next();
        if (step.done) throw new Error("the stream ended");
        const message = step.value;
        if (message.kind === "touched" && message.event.id === `o-${number}`) version = message.version;
        if (message.kind === "refreshed" && message.variant === "default" && message.seen >= version)
          return message.computeMs;
      }
    },
  };
}

async function meanMs(services: readonly RunningService[], histogram: string): Promise<number> {
  let sum = 0;
  let count = 0;
  for (const service of services) {
    sum += await service.metric(`touchline_${histogram}_sum`);
    count += await service.metric(`touchline_${histogram}_count`);
  }
  return count > 0 ? (1000 * sum) / count : Number.NaN;
}

/** A queue, and a worker in a process of its own that does nothing but say when it starts a job. */
async function rawQueue(
  connection: Redis,
  url: string,
): Promise<{ addToStart(): Promise<number>; close(): Promise<void> }> {
  const queue = new Queue("raw", { connection });
  const worker = fork(new URL("./support/raw-worker.ts", import.meta.url), [url]);
  const [ready] = (await once(worker, "message", { signal: AbortSignal.timeout(PATIENCE_MS) })) as [unknown];
  if (ready !== "ready") throw new Error("the raw worker did not start");
  return {
    async addToStart() {
      const started = once(worker, "message", { signal: AbortSignal.timeout(PATIENCE_MS) });
      const began = performance.timeOrigin + performance.now();
      await queue.add("job", { matchId: "m-1" });
      const [at] = (await started) as [number];
      return at - began;
    },
    async close() {
      const ended = once(worker, "exit");
      worker.disconnect();
      await ended;
      await queue.close();
    },
  };
}
