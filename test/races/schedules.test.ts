import type { Redis } from "ioredis";
import { afterAll, describe, expect, it } from "vitest";
import { testPrefix } from "../setup/redis.ts";
import { connectTestRedis } from "../setup/store.ts";
import { ModelWorld } from "./model-world.ts";
import type { Telling } from "./random-schedule.ts";
import { runSchedule } from "./run-schedule.ts";
import { runSchedules } from "./run-schedules.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

/** `pnpm races` runs a million; these keep every change honest. */
const SCHEDULES = 300;

describe("the protocol under random schedules", () => {
  it("does what the reference does: no stale value committed, no fresh label on an overtaken one, nothing lost", async () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const { schedules, failures } = await runSchedules(redis, testPrefix(), { seed, schedules: SCHEDULES });
    expect(failures, `seed ${seed}`).toEqual([]);
    expect(schedules).toBe(SCHEDULES);
  });

  it("trusts nothing from before a lapse: the bus of a cluster may have lost a message and be whole again", async () => {
    const world = new ModelWorld(redis, testPrefix(), "lapse");
    const soft: Telling = { facts: ["weather"] };
    await runSchedule(world, [
      { kind: "begin", worker: 0, graph: "a" },
      { kind: "commit", worker: 0 },
      { kind: "deliver", count: 10 },
      { kind: "ping" },
      { kind: "deliver", count: 10 },
      { kind: "read", variant: "default" },
      { kind: "line_dead" },
      { kind: "event", by: 0, graph: "a", telling: soft },
      { kind: "wait", leases: 1.2 },
      { kind: "line_mended" },
      { kind: "ping" },
      { kind: "deliver", count: 10 },
    ]);
    await world.close();
  });
});
