import { changesChannel, matchKeys } from "@touchline/cache";
import { afterEach, describe, expect, it } from "vitest";
import { type ApiFixture, type HttpAnswer, startApi } from "../../services/api/src/testing/api-fixture.ts";
import { playMatch, type PlayedMatch } from "../../services/api/src/testing/played-match.ts";
import { startRedis, type TestRedis } from "../setup/redis.ts";

const fixtures: ApiFixture[] = [];
const servers: TestRedis[] = [];
afterEach(async () => {
  for (const server of servers) server.resume();
  for (const fixture of fixtures.splice(0)) await fixture[Symbol.asyncDispose]();
  for (const server of servers.splice(0)) await server.stop();
});

/** Resolves once the api has received everything that has been published so far, and trusts its memory. */
async function received({ api, store, config }: ApiFixture): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = api.context.feed.listenAll({
    onGist: ({ matchId }) => matchId === "the-end" && resolve(),
    onPing: () => undefined,
    onGap: () => undefined,
  });
  await store.publish(changesChannel(config.KEY_PREFIX), '{"kind":"probe","matchId":"the-end"}');
  await promise;
  stop();
  await expect.poll(() => api.context.l1.trusted, { interval: 5, timeout: 15_000 }).toBe(true);
}

interface Market {
  readonly status: string;
  readonly reason?: { readonly code: string };
  readonly outcomes: Readonly<Record<string, number>> | null;
}

function marketOf(answer: HttpAnswer): Market {
  return (answer.json()["markets"] as Record<string, Market>)["match_result"] as Market;
}

const ENV = { L1_MAX_BYTES: "64000000", LATENCY_SAMPLE_RATE: "0", MISS_WAIT_MS: "0" };
const VARIANT = "decimal-105";
const PATH = `/v1/matches/m-1/predictions?markets=match_result&variant=${VARIANT}`;

describe("an answer from memory, when the second half ends lifetimes that were measured on the clock before it", () => {
  /** An answer taken into memory in the first second of a half, when lifetimes have two seconds left. */
  async function rememberedAtTheWhistle() {
    const fixture = await startApi({ random: () => 0, env: ENV });
    const { clock } = fixture;
    fixtures.push(fixture);
    const match = await playMatch(fixture, "m-1");
    const variants = ["default", VARIANT];
    await match.tell({ type: "kick_off" });
    await match.tell({ type: "period_end", period: "first_half" });
    await match.refresh({ variants, lifetimeMs: 60_000 });
    clock.now += 5_000;
    await match.tell({ type: "period_start", period: "second_half" });
    clock.now += 300;
    await received(fixture);
    await fixture.get(PATH);
    return { clock, fixture, match, variants };
  }

  /** Status and reason, by each of the three ways to ask. */
  async function agreement(fixture: ApiFixture): Promise<{ memory: unknown; ordinary: unknown; explained: unknown }> {
    const memory = marketOf(await fixture.get(PATH));
    const ordinary = marketOf(await fixture.get(PATH, { "cache-control": "max-stale" }));
    const explain = await fixture.get(`/v1/matches/m-1/markets/match_result/explain?variant=${VARIANT}`);
    const { status } = explain.json()["verdict"] as { status: string };
    return { memory: memory.status, ordinary: ordinary.status, explained: status };
  }

  it("says what the ordinary path and the explanation say, 20 s and 55 s later", async () => {
    const { clock, fixture } = await rememberedAtTheWhistle();
    for (const laterMs of [19_700, 35_000]) {
      clock.now += laterMs;
      await received(fixture);
      const { memory, ordinary, explained } = await agreement(fixture);
      expect([memory, explained]).toEqual([ordinary, ordinary]);
    }
  });

  it("says so too when a worker has found the same outcomes meanwhile, which is published to nobody", async () => {
    const { clock, fixture, match, variants } = await rememberedAtTheWhistle();
    clock.now += 200;
    expect(await match.refresh({ variants, lifetimeMs: 3_000 })).toMatchObject({ stored: 0 });
    await received(fixture);
    clock.now += 19_500;
    const { memory, ordinary, explained } = await agreement(fixture);
    expect([memory, explained]).toEqual([ordinary, ordinary]);
  });
});

const SUSPENDING = [
  { type: "bet_stop", payload: {} },
  { type: "goal", team: "home", period: "first_half", minute: 1, payload: { confirmation: "possible" } },
  { type: "goal", team: "home", period: "first_half", minute: 1 },
  { type: "feed_gap", payload: {} },
  { type: "var_review_started", payload: {} },
  { type: "postponed", payload: {} },
] as const;

describe("what has been received before the store hangs", () => {
  async function remembered(): Promise<{ server: TestRedis; fixture: ApiFixture; match: PlayedMatch }> {
    const server = await startRedis();
    servers.push(server);
    const fixture = await startApi({ redisUrl: server.url, env: { ...ENV, REDIS_TIMEOUT_MS: "300" } });
    fixtures.push(fixture);
    const match = await playMatch(fixture, "m-1");
    await match.tell({ type: "kick_off" });
    await match.refresh({ variants: ["default", VARIANT] });
    await received(fixture);
    expect(marketOf(await fixture.get(PATH)).status).toBe("fresh");
    return { server, fixture, match };
  }

  for (const { type, ...rest } of SUSPENDING)
    it(`keeps the market from being offered: ${type} ${JSON.stringify(rest)}`, async () => {
      const { server, fixture, match } = await remembered();
      await match.tell({ type, ...rest });
      await received(fixture);
      server.pause();
      for (let again = 0; again < 2; again++) {
        const answer = await fixture.get(PATH);
        if (answer.status !== 200) expect(answer.status).toBe(503);
        else expect(["suspended", "missing"]).toContain(marketOf(answer).status);
      }
    });

  it("serves a settlement as settled", async () => {
    const { server, fixture, match } = await remembered();
    const path = "/v1/matches/m-1/predictions?markets=over_under_0_5";
    await fixture.get(path);
    await match.tell({ type: "goal", team: "home", period: "first_half", minute: 1 });
    await received(fixture);
    server.pause();
    const answer = await fixture.get(path);
    const market = (answer.json()["markets"] as Record<string, Market> | undefined)?.["over_under_0_5"];
    if (answer.status !== 200) expect(answer.status).toBe(503);
    else expect(["settled", "suspended", "missing"]).toContain(market?.status);
  });
});

describe("a message that settles a market on a player called n", () => {
  it("is known by its own number, not by what the market pays on him", async () => {
    const fixture = await startApi({ env: ENV });
    fixtures.push(fixture);
    const match = await playMatch(fixture, "m-1");
    const squad = (striker: string): Record<string, unknown> => ({
      starters: Array.from({ length: 11 }, (_unused, index) =>
        index === 0 ? { id: striker, position: "FW" } : { id: `${striker}-${index}`, position: "MD" },
      ),
      bench: [],
    });
    await match.tell({ type: "lineup_confirmed", team: "home", payload: squad("n") });
    await match.tell({ type: "lineup_confirmed", team: "away", payload: squad("x") });
    await match.tell({ type: "kick_off" });
    const { reader } = fixture.api.context.l1;
    const inOrder = reader.changed.bind(reader);
    const numbers: (number | undefined)[] = [];
    reader.changed = (matchId, n, hard) => {
      if (matchId === match.matchId) numbers.push(n);
      inOrder(matchId, n, hard);
    };
    await match.tell({ type: "goal", team: "home", player: "n", period: "first_half", minute: 1 });
    await received(fixture);
    const { KEY_PREFIX: prefix } = fixture.config;
    const n = Number(await fixture.store.hget(matchKeys(prefix, match.matchId).match, "n"));
    expect(numbers.at(-1)).toBe(n);
  });
});
