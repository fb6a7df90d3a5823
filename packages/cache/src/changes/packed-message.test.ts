import { createHash } from "node:crypto";
import { VARIANTS } from "@touchline/domain";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { TruthCache } from "../../../../services/tag-manager/src/truth-cache.ts";
import { MatchScript } from "../../../../test/setup/match-events.ts";
import { connectTestRedis, TestStore } from "../../../../test/setup/store.ts";
import { changesChannel, matchKeys } from "../keys.ts";
import { packEntries, unpackMessage } from "./packed-message.ts";

const redis = connectTestRedis();
afterAll(async () => redis.quit());

let store: TestStore;
let match: MatchScript;
let published: string[];
let subscriber: ReturnType<typeof redis.duplicate>;
beforeEach(async () => {
  store = new TestStore(redis);
  match = new MatchScript("m-1");
  published = [];
  subscriber = redis.duplicate();
  subscriber.on("message", (_channel, text) => published.push(text));
  await subscriber.subscribe(changesChannel(store.prefix));
});
afterEach(async () => subscriber.quit());

/** The numbered messages, once all that has been published so far is received. */
async function received(): Promise<string[]> {
  const end = Promise.withResolvers<void>();
  subscriber.on("message", (_channel, text) => {
    if (text === "end") end.resolve();
  });
  await redis.publish(changesChannel(store.prefix), "end");
  await end.promise;
  return published.filter((text) => text.includes(',"n":')).map(shown);
}

/** Enough to tell one message from another, short enough for a report. */
function shown(text: string): string {
  return `${text.slice(0, 80)} ${text.length} ${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
}

async function held(): Promise<string[]> {
  return (await store.matches.feed("m-1", 0, 1_000)).map(({ text }) => shown(text));
}

const bytesOf = async (): Promise<number> => {
  const messages = await redis.xrangeBuffer(matchKeys(store.prefix, "m-1").feed, "-", "+");
  return messages
    .flatMap(([, fields]) => fields.filter((_part, index) => index % 2 === 1))
    .reduce((sum, part) => sum + part.length, 0);
};

describe("the feed of a match", () => {
  it("holds every message as it was published, in less room", async () => {
    await store.apply(match.fixture());
    await store.refresh("m-1");
    await store.apply(match.kickOff());
    for (const { id } of VARIANTS) await store.matches.requestRefresh("m-1", id, "blocking");
    await store.refresh("m-1");
    await store.apply(match.goal("home", 3));
    await store.refresh("m-1");
    const messages = await received();
    expect(await held()).toEqual(messages);
    expect(await bytesOf()).toBeLessThan(published.join("").length / 2);
  });

  it("holds what a refresh told where some of its predictions were overtaken, and others are as before", async () => {
    await store.apply(match.fixture(), match.kickOff());
    await store.refresh("m-1");
    const markets = Object.keys(await store.statuses("m-1"));
    const numbers = Object.fromEntries(markets.map((market, index) => [market, index / 1_000]));
    await store.commit("m-1", await store.begin("m-1"), numbers);
    const begun = await store.begin("m-1");
    await store.apply(match.corner("home", 5));
    await store.commit("m-1", begun, { ...numbers, match_result: 0.75, odd_even: 0.25 });
    await store.commit("m-1", await store.begin("m-1"), { ...numbers, match_result: 0.5 });
    expect(await held()).toEqual(await received());
  });

  it("is bounded by bytes: the oldest messages go, and the numbers of the others stay", async () => {
    const feedMaxBytes = 16_384;
    const truths = new TruthCache(1);
    await store.applyAs(truths, match.fixture(), { feedMaxBytes });
    await store.applyAs(truths, match.kickOff(), { feedMaxBytes });
    for (let minute = 1; minute < 40; minute++) {
      await store.applyAs(truths, match.corner("home", minute), { feedMaxBytes });
      expect(await bytesOf()).toBeLessThanOrEqual(feedMaxBytes);
    }
    const numbers = (await store.matches.feed("m-1", 0, 1_000)).map(({ n }) => n);
    expect(numbers.at(-1)).toBe(41);
    expect(numbers.length).toBeGreaterThan(1);
    expect(numbers).toEqual(numbers.map((_n, index) => 41 - numbers.length + 1 + index));
  });

  it("counts again what an older build has appended without counting", async () => {
    await store.apply(match.fixture());
    const { match: matchKey, feed } = matchKeys(store.prefix, "m-1");
    for (let n = 2; n <= 60; n++) await redis.xadd(feed, `${n}-1`, "m", "x".repeat(1_000));
    await redis.hset(matchKey, "n", 60);
    await store.apply(match.event("referee_assigned", { payload: { referee: "R" } }));
    const bytes = await bytesOf();
    expect(bytes).toBeLessThanOrEqual(16_384);
    expect(await redis.hget(matchKey, "feed")).toBe(`${bytes} ${await redis.xlen(feed)} 262144 16`);
  });
});

describe("a message in the feed", () => {
  const parts = (fields: Readonly<Record<string, string | Buffer>>): Buffer[] =>
    Object.entries(fields).flatMap(([name, value]) => [Buffer.from(name), Buffer.from(value)]);

  it("is read in the form in which older builds held it", () => {
    expect(unpackMessage(parts({ m: "{}" }))).toBe("{}");
  });

  it.each<Record<string, string>>([{}, { q: "{}" }, { h: "{", z: "no zstd" }, { h: "{" }])(
    "is none in the form %j",
    (fields) => expect(unpackMessage(parts(fields))).toBe(""),
  );

  it("is not packed where it is short", () => {
    expect(packEntries([{ market: "match_result", outcomes: '{"home":1}' }])).toHaveLength(0);
  });
});
