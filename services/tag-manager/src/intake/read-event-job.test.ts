import { createLogger } from "@touchline/platform";
import { DEAD_LETTER_QUEUE, DeadLetter, EVENTS_QUEUE, openQueue } from "@touchline/queue";
import { UnrecoverableError } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, expect, it } from "vitest";
import { MatchScript } from "../../../../test/setup/match-events.ts";
import { testPrefix } from "../../../../test/setup/redis.ts";
import { connectTestRedis } from "../../../../test/setup/store.ts";
import { readEventJob } from "./read-event-job.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

it("an event that is larger than one may be is among the dead letters with its size, and with its beginning only", async () => {
  const prefix = testPrefix();
  const [events, deadLetters] = [openQueue(EVENTS_QUEUE, redis, prefix), openQueue(DEAD_LETTER_QUEUE, redis, prefix)];
  let rejected = 0;
  const options = {
    deadLetters,
    log: createLogger({ service: "test", level: "silent" }),
    metrics: { rejected: () => void rejected++ },
  };
  try {
    const large = new MatchScript("m-1").event("stadium_news", { payload: { text: "x".repeat(1_000_000) } });
    const job = await events.add("stadium_news", large);
    await expect(readEventJob(options, job)).rejects.toThrow(UnrecoverableError);
    const [letter] = await deadLetters.getJobs("waiting");
    const { queue, data, issues } = DeadLetter.parse(letter?.data);
    expect([queue, issues[0]?.path, data]).toMatchObject([EVENTS_QUEUE, "event", { cut: true }]);
    expect(issues[0]?.message).toContain("and may have at most 32768");
    expect(JSON.stringify(data)).toContain(large.id);
    expect(JSON.stringify(letter?.data).length).toBeLessThan(5_000);
    expect(rejected).toBe(1);
    const small = await events.add("corner", new MatchScript("m-1").corner("home", 3));
    expect((await readEventJob({ ...options, maxEventBytes: 1_024 }, small)).type).toBe("corner");
  } finally {
    await Promise.all([events.close(), deadLetters.close()]);
  }
});
