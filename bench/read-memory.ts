import { parseArgs } from "node:util";
import { matchIndexKey, matchKeys } from "@touchline/cache";
import { MatchEvent } from "@touchline/domain";
import { Redis } from "ioredis";
import { startRedis } from "../test/setup/redis.ts";
import { type RunningService, startService } from "../test/setup/services.ts";
import { TestStore } from "../test/setup/store.ts";
import { percentile } from "./support/statistics.ts";
import { table } from "./support/table.ts";

interface ReadMemoryResult {
  readonly matches: number;
  readonly idleMb: number;
  /** Resident memory of the api, at its highest and after all reads. */
  readonly highestMb: number;
  readonly lastMb: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly livezMaxMs: number;
}

const CONNECTIONS = 8;
const LOOK_EVERY_MS = 100;

/**
 * Reads every match once: each answer is made, kept, and never asked for again. Then each once more.
 * `--l1` is `L1_MAX_BYTES`, `--heap` how many megabytes the api's heap may have, both as shipped by default.
 */
export async function readMemory(args: string[]): Promise<ReadMemoryResult> {
  const { values } = parseArgs({
    args,
    options: { matches: { type: "string", default: "5000" }, l1: { type: "string" }, heap: { type: "string" } },
  });
  const matches = Number(values.matches);
  if (!Number.isSafeInteger(matches) || matches < 1) throw new Error("--matches must be a whole number of at least 1");
  const server = await startRedis();
  const redis = new Redis(server.url);
  let api: RunningService | undefined;
  try {
    await fill(redis, matches);
    api = await startService("api", {
      REDIS_URL: server.url,
      KEY_PREFIX: "tl",
      ...(values.l1 === undefined ? {} : { L1_MAX_BYTES: values.l1 }),
      ...(values.heap === undefined ? {} : { NODE_OPTIONS: heapOptions(values.heap) }),
    });
    const { url } = api;
    const residentMb = async (): Promise<number> =>
      Math.round((await (api as RunningService).metric("touchline_process_resident_memory_bytes")) / 1_048_576);
    const idleMb = await residentMb();
    const watch = new Watch(url, residentMb);
    const waits: number[] = [];
    for (let round = 0; round < 2; round++) {
      const ids = Array.from({ length: matches }, (_unused, index) => idOf(index));
      await Promise.all(
        Array.from({ length: CONNECTIONS }, async () => {
          for (let id = ids.shift(); id !== undefined; id = ids.shift()) {
            const began = performance.now();
            const answer = await fetch(`${url}/v1/matches/${id}/predictions`);
            await answer.arrayBuffer();
            if (!answer.ok) throw new Error(`match ${id} answered ${answer.status}`);
            waits.push(performance.now() - began);
          }
        }),
      );
    }
    await watch.stop();
    const result: ReadMemoryResult = {
      matches,
      idleMb,
      highestMb: watch.highestMb,
      lastMb: await residentMb(),
      p50Ms: percentile(waits, 0.5),
      p99Ms: percentile(waits, 0.99),
      livezMaxMs: watch.livezMaxMs,
    };
    table(
      [`${matches} matches, each read twice`, ""],
      [
        ["api at the beginning, MB", result.idleMb],
        ["at its highest, MB", result.highestMb],
        ["at the end, MB", result.lastMb],
        ["read p50, ms", result.p50Ms],
        ["read p99, ms", result.p99Ms],
        ["slowest /livez, ms", result.livezMaxMs],
      ],
    );
    return result;
  } finally {
    redis.disconnect();
    await api?.stop();
    await server.stop();
  }
}

/** Node lets its heap grow to several times what lives in it unless it is told how large it may be. */
function heapOptions(megabytes: string): string {
  return `--max-old-space-size=${megabytes} --max-semi-space-size=8`;
}

/** Looks at the api while it works. */
class Watch {
  highestMb = 0;
  livezMaxMs = 0;
  readonly #done: Promise<void>;
  #stopped = false;

  constructor(url: string, residentMb: () => Promise<number>) {
    this.#done = (async () => {
      while (!this.#stopped) {
        const began = performance.now();
        await (await fetch(`${url}/livez`)).arrayBuffer();
        this.livezMaxMs = Math.max(this.livezMaxMs, performance.now() - began);
        this.highestMb = Math.max(this.highestMb, await residentMb());
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    })();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }
}

const idOf = (index: number): string => `m-${index}`;

/** One match is registered and refreshed; the others are copies of its keys. */
async function fill(redis: Redis, matches: number): Promise<void> {
  const store = new TestStore(redis, "tl");
  store.now = Date.now();
  const kickoff = new Date(store.now + 48 * 3_600_000).toISOString();
  const payload = { home: "Arsenal", away: "Leicester", kickoff, competition: "ENG-Premier League" };
  const occurredAt = new Date(store.now).toISOString();
  await store.apply(
    MatchEvent.parse({ id: "f", source: "bench", matchId: idOf(0), type: "fixture", occurredAt, payload }),
  );
  await store.refresh(idOf(0));
  const names = (id: string): string[] => {
    const { entries, ...keys } = matchKeys("tl", id);
    return [...Object.values(keys), entries("default")];
  };
  const from = names(idOf(0));
  for (let index = 1; index < matches; index++) {
    const copies = redis.pipeline();
    for (const [position, key] of names(idOf(index)).entries()) copies.copy(from[position] ?? "", key);
    copies.zadd(matchIndexKey("tl"), Date.parse(kickoff), idOf(index));
    await copies.exec();
  }
}
