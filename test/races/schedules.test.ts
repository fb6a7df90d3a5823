import type { Redis } from "ioredis";
import { afterAll, describe, expect, it } from "vitest";
import { testPrefix } from "../setup/redis.ts";
import { connectTestRedis } from "../setup/store.ts";
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
});
