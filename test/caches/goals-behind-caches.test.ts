import { describe, expect, it } from "vitest";
import { seededRandom } from "../races/random-schedule.ts";
import { watchMachineDelay } from "../setup/machine-delay.ts";
import { NGINX, sayWhatIsMissing, VARNISHD } from "./support/programs.ts";
import { goalsUnderReads } from "./support/goals-under-reads.ts";
import { startInFront } from "./support/start-in-front.ts";

sayWhatIsMissing();

const seed = Math.floor(Math.random() * 2 ** 31);
const SOME = {
  matches: 3,
  goalsEach: 4,
  readsPerSecond: 100,
  pauseMs: [50, 400],
  random: seededRandom(seed),
} as const;

describe.skipIf(VARNISHD === undefined || NGINX === undefined)(`goals behind Varnish and nginx, seed ${seed}`, () => {
  const redisUrl = process.env["REDIS_URL"] ?? "";

  it("are never followed by a price from before, as shipped", async () => {
    // Without memory, so that every read of the api sees what the store has applied.
    await using front = await startInFront(redisUrl, "off", { L1_MAX_BYTES: "0" });
    const result = await goalsUnderReads(front, SOME);
    expect(result).toMatchObject({ failedReads: 0, late: 0 });
    expect(result.reads).toBeGreaterThan(100);
  });

  it("are followed by one until the purge at most, and for 2 s without a purger", async () => {
    await using front = await startInFront(redisUrl, "purge");
    const delayedMs = watchMachineDelay(front.api.pid, front.purger?.pid ?? -1);
    const purged = await goalsUnderReads(front, SOME);
    expect(purged.failedReads).toBe(0);
    expect(purged.fromCaches).toBeGreaterThan(0);
    expect(purged.latestMs).toBeLessThan(250 + delayedMs());
    await front.purger?.kill();
    const unpurged = await goalsUnderReads(front, SOME);
    expect(unpurged.latestMs).toBeLessThan(2_000 + delayedMs());
  });
});
