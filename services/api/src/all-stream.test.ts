import { changesChannel } from "@touchline/cache";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRedis, type TestRedis } from "../../../test/setup/redis.ts";
import { type ApiFixture, startApi } from "./testing/api-fixture.ts";
import { type Frame, openAllStream, type OpenStream, openStream } from "./testing/open-stream.ts";
import { playMatch } from "./testing/played-match.ts";

const RAIN = { type: "weather", payload: { condition: "rain" } } as const;
const KICK_OFF = { type: "kick_off", period: "first_half", minute: 0 } as const;

let redis: TestRedis;
let api: ApiFixture;
beforeAll(async () => {
  redis = await startRedis();
  api = await startApi({ redisUrl: redis.url });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await redis.stop();
});

async function nextOf(stream: OpenStream, event: string): Promise<Frame & { readonly data: Record<string, unknown> }> {
  for (;;) {
    const frame = await stream.next();
    if (frame.event === event) return frame;
  }
}

const LARGE = { filler: "x".repeat(200_000) };

/** A message of a match as its commit publishes it. */
async function publishRefreshed(matchId: string, n: number, more: object = {}): Promise<void> {
  const head = { kind: "refreshed", matchId, epoch: "e".repeat(16), n, version: 1, forbids: false };
  const message = { ...head, seen: 1, variant: "default", computeMs: 1, markets: {}, ...more };
  await api.store.publish(changesChannel(api.config.KEY_PREFIX), JSON.stringify(message));
}

describe("the stream over all matches", () => {
  it("begins with where every match stands, and goes on with the changes of all of them", async () => {
    const [a, b] = [await playMatch(api, "a-1"), await playMatch(api, "b-1")];
    await using stream = await openAllStream(api);
    const reset = await stream.next();
    expect(reset).toMatchObject({ event: "reset", data: { reason: "open", complete: true } });
    expect(reset.data["matches"]).toEqual(
      expect.arrayContaining([
        { matchId: "a-1", version: 1, status: "upcoming" },
        { matchId: "b-1", version: 1, status: "upcoming" },
      ]),
    );
    await a.tell(RAIN);
    await b.tell(KICK_OFF);
    const frames = [await stream.next(), await stream.next()];
    // Two matches have no order among each other.
    expect(new Set(frames.map(({ event, data }) => `${event} ${String(data["matchId"])}`))).toEqual(
      new Set(["touched a-1", "touched b-1"]),
    );
    const [epoch] = (reset.id ?? "").split(".");
    expect(frames.map(({ id }) => id)).toEqual([`${epoch}.1`, `${epoch}.2`]);
  });

  it("resumes after the last message that arrived, also once nobody has listened for a moment", async () => {
    const match = await playMatch(api, "a-2");
    const stream = await openAllStream(api);
    await stream.next();
    await match.tell(RAIN);
    const { id } = await stream.next();
    await stream[Symbol.asyncDispose]();
    await expect.poll(async () => api.metric("stream_clients"), { interval: 2 }).toBe(0);
    await match.tell(KICK_OFF);
    await using again = await openAllStream(api, id);
    expect(await again.next()).toMatchObject({ event: "touched", data: { matchId: "a-2", version: 3 } });
  });

  it.each(["nonsense", "17", "0123456789ab.3"])("begins anew for an id that it never gave: %s", async (id) => {
    await using stream = await openAllStream(api, id);
    expect(await stream.next()).toMatchObject({ event: "reset", data: { reason: "unknown_id" } });
  });

  it("begins anew when the subscription was lost, and misses nothing after that", async () => {
    const match = await playMatch(api, "a-3");
    await using stream = await openAllStream(api);
    const { id } = await stream.next();
    await api.store.call("CLIENT", "KILL", "TYPE", "pubsub");
    const reset = await nextOf(stream, "reset");
    expect(reset.data["reason"]).toBe("gap");
    expect(reset.id?.split(".")[0]).not.toBe(id?.split(".")[0]);
    await match.tell(RAIN);
    expect(await nextOf(stream, "touched")).toMatchObject({ data: { matchId: "a-3", version: 2 } });
  });

  it("says so where a message of a match is missing", async () => {
    await using stream = await openAllStream(api);
    await stream.next();
    for (const n of [4, 6]) await publishRefreshed("g-1", n);
    const events = [await stream.next(), await stream.next(), await stream.next()];
    expect(events.map(({ event }) => event)).toEqual(["refreshed", "gap", "refreshed"]);
    expect(events[1]?.data).toEqual({ matchId: "g-1", after: 4, next: 6 });
  });

  it("says so where the history of a match has changed", async () => {
    await using stream = await openAllStream(api);
    await stream.next();
    await publishRefreshed("g-4", 9);
    await publishRefreshed("g-4", 3);
    const events = [await stream.next(), await stream.next(), await stream.next()];
    expect(events.map(({ event }) => event)).toEqual(["refreshed", "reset", "refreshed"]);
    expect(events[1]?.data).toMatchObject({ matchId: "g-4", n: 2, reason: "history_changed" });
  });

  it("goes at the pace of a client that reads late, and has it begin anew where too much has gone", async () => {
    await using stream = await openAllStream(api);
    await stream.next();
    stream.pause();
    // More than is kept, and more than sockets take before they refuse.
    for (let n = 1; n <= 150; n++) await publishRefreshed("g-2", n, LARGE);
    stream.resume();
    expect(await nextOf(stream, "reset")).toMatchObject({ data: { reason: "behind" } });
  });

  it("ends a client that reads nothing of what was sent for too long", async () => {
    const slow = async (): Promise<number> => api.metric('stream_closed_total{reason="slow"}');
    const before = await slow();
    const stream = await openAllStream(api);
    await stream.next();
    stream.pause();
    for (let n = 1; n <= 60; n++) await publishRefreshed("g-3", n, LARGE);
    await expect.poll(slow, { interval: 100 }).toBe(before + 1);
    await stream[Symbol.asyncDispose]();
  });
});

describe("streams", () => {
  it("are bounded for each address and in all, and a place that is left is free again", async () => {
    const few = await startApi({ beside: api, env: { STREAMS_MAX: "3", STREAMS_PER_ADDRESS: "2" } });
    await playMatch(few, "p-1");
    const [one, two] = [await openAllStream(few), await openStream(few, "p-1")];
    const refused = await few.get("/v1/stream");
    expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "5"]);
    expect(refused.json()).toMatchObject({ detail: expect.stringContaining("from 127.0.0.1") as string });
    await one[Symbol.asyncDispose]();
    await expect.poll(async () => few.metric("stream_clients"), { interval: 2 }).toBe(1);
    await using three = await openAllStream(few);
    expect((await three.next()).event).toBe("reset");
    await two[Symbol.asyncDispose]();
    await few[Symbol.asyncDispose]();
  });

  it("read what many clients have missed once", async () => {
    const match = await playMatch(api, "c-1");
    for (let i = 0; i < 5; i++) await match.tell(RAIN);
    const { store } = api.api.context;
    const { epoch } = await store.truth("c-1");
    const [feed, where] = [store.feed.bind(store), store.match.bind(store)];
    let looks = 0;
    store.match = async (...asked) => {
      const found = await where(...asked);
      looks++;
      return found;
    };
    const opened = Promise.withResolvers<void>();
    let reads = 0;
    store.feed = async (...asked) => {
      reads++;
      // Answered once all clients are there, as where they all come back at the same moment.
      await opened.promise;
      return feed(...asked);
    };
    const streams = await Promise.all(Array.from({ length: 40 }, async () => openStream(api, "c-1", `${epoch}.1`)));
    // Each asks where the match stands when it opens and once more before it reads what it has missed.
    await expect.poll(() => looks, { interval: 5 }).toBe(80);
    opened.resolve();
    for (const stream of streams) for (let n = 2; n <= 6; n++) expect((await stream.next()).id).toBe(`${epoch}.${n}`);
    for (const name of ["feed", "match"]) Reflect.deleteProperty(store, name);
    // One that was under way, and one for all who came during it.
    expect(reads).toBe(2);
    await Promise.all(streams.map(async (stream) => stream[Symbol.asyncDispose]()));
  });

  it("tell how far accepted events have been applied", async () => {
    const lag = await startApi({ beside: api, env: { APPLY_LAG_MAX_MS: "400" } });
    const match = await playMatch(lag, "w-1");
    const [own, all] = [await openStream(lag, match.matchId), await openAllStream(lag)];
    const sent = { id: "e-1", source: "feed", occurredAt: new Date().toISOString(), team: "home", type: "goal" };
    await lag.send("POST", "/v1/events", { ...sent, matchId: match.matchId, period: "first_half", minute: 3 });
    expect((await nextOf(own, "watermark")).data).toMatchObject({ matchId: "w-1", status: "behind" });
    expect((await nextOf(all, "watermark")).data).toMatchObject({ status: "behind", pending: 1 });
    await lag.api.context.queues.all[0]?.drain(true);
    const caughtUp = async (stream: OpenStream): Promise<Record<string, unknown>> => {
      for (;;) {
        const { data } = await nextOf(stream, "watermark");
        if (data["status"] === "caught_up") return data;
      }
    };
    expect(await caughtUp(own)).toEqual({ matchId: "w-1", status: "caught_up", seconds: 0 });
    expect(await caughtUp(all)).toMatchObject({ status: "caught_up", pending: 0 });
    await own[Symbol.asyncDispose]();
    await all[Symbol.asyncDispose]();
    await lag[Symbol.asyncDispose]();
  });
});
