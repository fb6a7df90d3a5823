import { afterAll, expect, it } from "vitest";
import { clockSettings } from "./clock-settings.ts";
import { PATIENCE_MS } from "./patience.ts";
import { startRedis } from "./redis.ts";
import { startService } from "./services.ts";
import { connectTestRedis } from "./store.ts";

const redis = connectTestRedis();
afterAll(async () => redis.quit());

const expectNow = (ms: number): void => expect(Math.abs(ms - Date.now())).toBeLessThan(PATIENCE_MS);

it("tests, Redis servers and services live on one day, the one that the tests are run for", async () => {
  const [seconds] = await redis.time();
  expectNow(Number(seconds) * 1000);
  const own = await startRedis();
  const service = await startService("worker", { REDIS_URL: own.url });
  try {
    const [line = "{}"] = service.logs;
    expectNow(Date.parse((JSON.parse(line) as { time: string }).time));
  } finally {
    await service.stop();
    await own.stop();
  }
  const day = process.env["TOUCHLINE_TEST_DAY"];
  if (day === undefined) return;
  // Longer than the tests may take.
  const sinceMs = Date.now() - Date.parse(day);
  expect(sinceMs).toBeGreaterThanOrEqual(0);
  expect(sinceMs).toBeLessThan(2 * 3_600_000);
  expect(clockSettings()).toHaveProperty("FAKETIME");
  // A zone may have an older name as well.
  const zoneOf = (timeZone?: string) => new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  expect(zoneOf()).toBe(zoneOf(process.env["TZ"]));
});
