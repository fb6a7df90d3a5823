import { createLogger } from "@touchline/platform";
import { expect, it } from "vitest";
import { startApi } from "../testing/api-fixture.ts";
import { ClockSkew } from "./clock-skew.ts";

function measuring() {
  const warned: number[] = [];
  const log = createLogger({ service: "test", level: "silent" });
  log.warn = (fields: { skewMs: number }) => warned.push(fields.skewMs);
  const clock = { monotonic: 0 };
  return { skew: new ClockSkew({ log, monotonic: () => clock.monotonic }), warned, clock };
}

it("the furthest of several clocks counts, against the middle of the round trip", () => {
  const { skew, warned } = measuring();
  skew.take({ sentAt: 10_000, receivedAt: 10_200, storeClocks: [10_600, 9_000] });
  expect([skew.skewMs, warned]).toEqual([-1_100, []]);
});

it("beyond two seconds that the round trip does not explain it is logged, once a minute", () => {
  const { skew, warned, clock } = measuring();
  const read = (at: number, roundTripMs: number): void => {
    clock.monotonic = at;
    skew.take({ sentAt: 0, receivedAt: roundTripMs, storeClocks: [2_100 + roundTripMs / 2] });
  };
  read(0, 1_000);
  expect(warned).toEqual([]);
  for (const at of [1_000, 30_000, 61_000]) read(at, 100);
  expect(warned).toEqual([2_100, 2_100]);
});

it("an api shows how far the store is ahead of it", async () => {
  await using api = await startApi({ env: { L1_LEASE_MS: "100" } });
  api.clock.now -= 10_000;
  await expect.poll(async () => api.metric("clock_skew_seconds"), { interval: 20 }).toBeGreaterThan(9);
});
