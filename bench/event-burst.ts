import { setTimeout as delay } from "node:timers/promises";
import { createClient, type StreamMessage } from "@touchline/client";
import type { MatchEventInput } from "@touchline/domain";
import { enqueueEvents, EVENTS_QUEUE, openQueue } from "@touchline/queue";
import { Redis } from "ioredis";
import { startRedis } from "../test/setup/redis.ts";
import { startInstallation } from "../test/setup/services.ts";
import { percentile } from "./support/statistics.ts";
import { table } from "./support/table.ts";

const MODEL_MS = 150;
const EVENTS = 20;
const ROUNDS = 5;
/** Which of them is the goal, where there is one. */
const GOAL_AT = 10;
const GIVE_UP_MS = 120_000;

interface Burst {
  readonly name: string;
  /** Pause between two events, milliseconds. */
  readonly everyMs: number;
  /** One event in the middle is hard. */
  readonly withGoal: boolean;
}

const BURSTS: readonly Burst[] = [
  { name: "at once", everyMs: 0, withGoal: false },
  { name: "over a second", everyMs: 50, withGoal: false },
  { name: "over a second, a goal among them", everyMs: 50, withGoal: true },
];

interface BurstResult {
  readonly name: string;
  readonly computesPerBurst: number;
  /** From the event's step to the first commit that has seen it. */
  readonly softMaxMs: number;
  readonly softP50Ms: number;
  readonly goalMaxMs: number | undefined;
}

/** Computes and waits of one match in bursts of events, with a model that takes 150 ms. */
export async function eventBurst(): Promise<{ readonly bursts: readonly BurstResult[] }> {
  const server = await startRedis();
  const installation = await startInstallation({
    redisUrl: server.url,
    prefix: "tl",
    env: { SIMULATE_LATENCY_MS: String(MODEL_MS) },
  });
  const connection = new Redis(server.url, { maxRetriesPerRequest: null });
  const queue = openQueue(EVENTS_QUEUE, connection, "bull");
  try {
    const client = createClient({ url: installation.apis[0]?.url ?? "" });
    const kickoff = new Date().toISOString();
    await client.registerMatch("m-1", {
      home: "Arsenal",
      away: "Leicester",
      kickoff,
      competition: "ENG-Premier League",
    });
    let number = 0;
    const event = (type: string): MatchEventInput => ({
      id: `e-${++number}`,
      sequence: number,
      source: "bench",
      matchId: "m-1",
      occurredAt: kickoff,
      period: "first_half",
      team: "home",
      type,
    });
    const kickOff = event("kick_off");
    const stream = client.stream("m-1", { lastEventId: "0", signal: AbortSignal.timeout(GIVE_UP_MS) });
    await enqueueEvents(queue, [kickOff]);
    await follow(stream, [kickOff.id]);
    const computes = async (): Promise<number> =>
      (await installation.workers[0]?.metric("touchline_compute_calls_total")) ?? 0;
    const bursts: BurstResult[] = [];
    for (const { name, everyMs, withGoal } of BURSTS) {
      const before = await computes();
      const soft: number[] = [];
      const hard: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const events = Array.from({ length: EVENTS }, (_unused, index) =>
          event(withGoal && index === GOAL_AT ? "goal" : "corner"),
        );
        const waits = follow(
          stream,
          events.map(({ id }) => id),
        );
        for (const each of events) {
          await enqueueEvents(queue, [each]);
          if (everyMs > 0) await delay(everyMs);
        }
        const waited = await waits;
        for (const { id, type } of events) (type === "goal" ? hard : soft).push(waited.get(id) ?? Number.NaN);
      }
      bursts.push({
        name,
        computesPerBurst: ((await computes()) - before) / ROUNDS,
        softP50Ms: percentile(soft, 0.5),
        softMaxMs: Math.max(...soft),
        goalMaxMs: hard.length > 0 ? Math.max(...hard) : undefined,
      });
    }
    table(
      [`${EVENTS} events, model ${MODEL_MS} ms`, "computes", "soft p50 ms", "soft max ms", "goal max ms"],
      bursts.map((burst) => [
        burst.name,
        burst.computesPerBurst,
        burst.softP50Ms,
        burst.softMaxMs,
        burst.goalMaxMs ?? "",
      ]),
    );
    return { bursts };
  } finally {
    await queue.close();
    connection.disconnect();
    await installation.stop();
    await server.stop();
  }
}

/** Milliseconds, by the store's clock, from each event's step to the first commit that has seen it. */
async function follow(
  stream: AsyncGenerator<StreamMessage, void>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const open = new Map<string, { readonly version: number; readonly at: number }>();
  const waits = new Map<string, number>();
  while (waits.size < ids.length) {
    const step = await stream.next();
    if (step.done) throw new Error("the stream ended");
    const message = step.value;
    if (message.kind === "touched" && ids.includes(message.event.id))
      open.set(message.event.id, { version: message.version, at: Number(message.at) });
    if (message.kind !== "refreshed" || message.variant !== "default") continue;
    for (const [id, { version, at }] of open) {
      if (message.seen < version) continue;
      waits.set(id, Number(message.at) - at);
      open.delete(id);
    }
  }
  return waits;
}
