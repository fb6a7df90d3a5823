import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PredictionsAnswer } from "@touchline/contract";
import { type ApiFixture, startApi } from "./testing/api-fixture.ts";
import { playMatch, type PlayedMatch } from "./testing/played-match.ts";
import { playWorker } from "./testing/played-services.ts";

const MINUTE = 60_000;

let api: ApiFixture;
let patient: ApiFixture;
let match: PlayedMatch;
let matches = 0;

beforeAll(async () => {
  api = await startApi({ env: { MISS_WAIT_MS: "0" }, random: () => 0 });
  patient = await startApi({ env: { MISS_WAIT_MS: "20000" }, random: () => 0, beside: api });
});
afterAll(async () => {
  await patient[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});
beforeEach(async () => {
  match = await playMatch(api, `volatile-${++matches}`);
  for (let minute = 5; minute > 0; minute--) await quote(2, minute);
});

async function quote(home: number, minutesAgo: number): Promise<void> {
  const occurredAt = new Date(api.clock.now - minutesAgo * MINUTE).toISOString();
  await match.tell({ type: "odds_update", occurredAt, payload: { market: "match_result", prices: { home } } });
}

const ask = async (from: ApiFixture) => from.get(`/v1/matches/${match.matchId}/predictions?markets=over_under_2_5`);

async function read(from: ApiFixture) {
  return (await ask(from)).as(PredictionsAnswer).markets["over_under_2_5"];
}

/** How long a cache that is purged may keep the answer, seconds; 0 where it may not. */
async function keptFor(from: ApiFixture): Promise<number> {
  const { headers } = await ask(from);
  return Number(/s-maxage=(\d+)/.exec(headers["cache-control"] ?? "")?.[1] ?? 0);
}

describe("while prices panic", () => {
  it("a prediction from before is waited for, although nothing that it reads has changed", async () => {
    await match.refresh({ first: 0.4 });
    expect(await read(api)).toMatchObject({ status: "fresh", outcomes: { over: 0.4 } });
    await quote(1.5, 0);
    expect(await read(api)).toMatchObject({ status: "stale", reason: { code: "panic" } });
    await using _worker = await playWorker(api, match, async () => match.refresh({ first: 0.6 }));
    expect(await read(patient)).toMatchObject({ status: "fresh", outcomes: { over: 0.6 } });
  });

  it("a prediction that has seen the price is served at once", async () => {
    await quote(1.5, 0);
    await match.refresh({ first: 0.6 });
    expect(await read(patient)).toMatchObject({ status: "fresh", outcomes: { over: 0.6 } });
  });

  it("other caches are promised no more than readers are", async () => {
    await using purged = await startApi({
      beside: api,
      env: { MISS_WAIT_MS: "0", SHARED_CACHE: "purge" },
      random: () => 0,
    });
    await match.refresh({ first: 0.4 });
    expect(await keptFor(purged)).toBe(10);
    await quote(1.5, 0);
    expect(await keptFor(purged)).toBe(0);
    await match.refresh({ first: 0.6 });
    expect(await keptFor(purged)).toBe(1);
  });

  it("the worker has something to do before anybody reads", async () => {
    await match.refresh();
    const { version, dueSince } = await match.begin();
    expect(dueSince).toBeUndefined();
    await quote(1.5, 0);
    const begun = await match.begin();
    expect(begun.version).toBe(version + 1);
    expect(begun.dueSince).toBeDefined();
    expect(begun.variants.get("default")?.movedVersion).toBe(begun.version);
  });
});
