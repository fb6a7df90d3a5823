import { matchKeys, openMatchStore } from "@touchline/cache";
import { BUILTIN_GRAPH } from "@touchline/domain";
import { refreshMatch } from "@touchline/refresh";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { watchMachineDelay } from "../setup/machine-delay.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

const PATIENCE = { dueMs: 2_000, leaseMs: 15_000 };
const CLAIM = { lastsMs: 1_000, leaseMs: PATIENCE.leaseMs, graphVersion: BUILTIN_GRAPH.version };
const HOUR_MS = 3_600_000;

let store: TestStore;
beforeEach(async () => {
  store = new TestStore(redis);
  const match = new MatchScript("m-1");
  await store.apply(match.fixture(), match.kickOff());
});

/** What was written before the store's clock was set back by an hour, or a replica with such a clock took over. */
async function setBack(...fields: readonly ("dueAt" | "begunAt" | "claim")[]): Promise<void> {
  const { refresh } = matchKeys(store.prefix, "m-1");
  for (const field of fields) {
    const text = await redis.hget(refresh, field);
    if (text === null) throw new Error(`${field} is not set`);
    await redis.hset(
      refresh,
      field,
      text.replaceAll(/\b\d{13}\b/g, (moment) => String(Number(moment) + HOUR_MS)),
    );
  }
}

describe("when the store's clock has been set back", () => {
  it("a due match is found overdue at once, and does not wait for the clock to catch up", async () => {
    await setBack("dueAt");
    expect(await store.matches.isOverdue("m-1", PATIENCE)).toBe(true);
  });

  it("a refresh whose worker is gone holds up neither the reconciler nor an api's claim", async () => {
    await store.begin("m-1");
    await setBack("dueAt", "begunAt");
    expect(await store.matches.isOverdue("m-1", PATIENCE)).toBe(true);
    expect(await store.matches.claim("m-1", { token: "api", ...CLAIM })).toBe("claimed");
  });

  it("a claim whose process is gone holds up neither a worker nor another claim", async () => {
    expect(await store.matches.claim("m-1", { token: "gone", ...CLAIM })).toBe("claimed");
    await setBack("claim");
    expect((await store.matches.begin("m-1")).outcome).toBe("begun");
    await setBack("begunAt");
    expect(await store.matches.claim("m-1", { token: "api", ...CLAIM })).toBe("claimed");
  });

  it("a claim that is moved ahead again and again holds up a worker for no longer than it was made for", async () => {
    const lastsMs = 300;
    await store.matches.claim("m-1", { token: "other", ...CLAIM, lastsMs });
    const { refresh } = matchKeys(store.prefix, "m-1");
    const stepping = openMatchStore(redis, store.prefix);
    let looks = 0;
    stepping.begin = async (...args) => {
      const begun = await store.matches.begin(...args);
      looks++;
      // The store's clock goes back to the moment of the claim.
      const now = Date.now();
      if (begun.outcome === "claimed") await redis.hset(refresh, "claim", `${now - 1} ${now - 1 + lastsMs} other`);
      return begun;
    };
    const delayMs = watchMachineDelay();
    const since = performance.now();
    const deps = { ...store.refreshDependencies(), store: stepping };
    expect((await refreshMatch(deps, "m-1", AbortSignal.timeout(60_000))).outcome).toBe("committed");
    expect(performance.now() - since).toBeLessThan(lastsMs + 1_000 + delayMs());
    expect(looks).toBeGreaterThan(1);
  });

  it("what is due, begun or claimed now is given its time all the same", async () => {
    const claim = async (token: string) => store.matches.claim("m-1", { token, ...CLAIM });
    expect(await store.matches.isOverdue("m-1", PATIENCE)).toBe(false);
    expect([await claim("one"), await claim("other")]).toEqual(["claimed", "claimed_elsewhere"]);
    const begun = await store.matches.begin("m-1");
    expect(begun).toMatchObject({ outcome: "claimed", token: "one", durationMs: CLAIM.lastsMs });
    expect(begun.outcome === "claimed" && begun.remainingMs).toBeLessThanOrEqual(CLAIM.lastsMs);
    expect(await store.matches.isOverdue("m-1", { ...PATIENCE, dueMs: 0 })).toBe(false);
  });
});
