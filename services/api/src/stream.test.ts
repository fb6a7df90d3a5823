import { matchKeys } from "@touchline/cache";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ApiFixture, startApi } from "./testing/api-fixture.ts";
import { openStream } from "./testing/open-stream.ts";
import { playMatch, type PlayedMatch } from "./testing/played-match.ts";

let api: ApiFixture;
let match: PlayedMatch;
let matches = 0;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => api[Symbol.asyncDispose]());
beforeEach(async () => {
  match = await playMatch(api, `match-${++matches}`);
});

/** The id of message `n` in the match's present epoch. */
async function id(n: number): Promise<string> {
  const epoch = await api.store.hget(matchKeys(api.config.KEY_PREFIX, match.matchId).match, "epoch");
  return `${epoch}.${n}`;
}

const KICK_OFF = { type: "kick_off", period: "first_half", minute: 0 } as const;
const GOAL = { type: "goal", team: "home", period: "first_half", minute: 12 } as const;
const RAIN = { type: "weather", payload: { condition: "rain" } } as const;

describe("the live stream of a match", () => {
  it("tells what an event touched, what it settled, and the new predictions, numbered without a hole", async () => {
    await match.tell(KICK_OFF);
    await match.refresh();
    await using stream = await openStream(api, match.matchId);
    expect(stream.headers["content-type"]).toBe("text/event-stream");
    expect((await stream.nextFrame()).id).toBe(await id(3));
    await match.tell({ ...GOAL, id: "goal-1" });
    await match.refresh({ first: 0.8, markets: ["match_result"] });

    const touched = await stream.next();
    expect(touched).toMatchObject({
      event: "touched",
      id: await id(4),
      data: { n: 4, version: 3, event: { id: "goal-1" } },
    });
    expect(touched.data).not.toHaveProperty("kind");
    const settled = await stream.next();
    expect(settled).toMatchObject({
      event: "settled",
      id: await id(4),
      data: { matchId: match.matchId, n: 4, version: 3 },
    });
    expect(settled.data["markets"]).toMatchObject({ over_under_0_5: { outcomes: { over: 1, under: 0 } } });
    expect(await stream.next()).toMatchObject({
      event: "refreshed",
      id: await id(5),
      data: { variant: "default", markets: { match_result: { outcomes: { home: 0.8 } } } },
    });
  });

  it("resumes after the last message that arrived, and goes on live", async () => {
    for (let i = 0; i < 100; i++) await match.tell(RAIN);
    await using stream = await openStream(api, match.matchId, await id(1));
    for (let n = 2; n <= 101; n++) expect((await stream.next()).id).toBe(await id(n));
    await match.tell(RAIN);
    expect((await stream.next()).id).toBe(await id(102));
  });

  it("says so when what was missed is gone for good", async () => {
    for (let i = 0; i < 5; i++) await match.tell(RAIN);
    await api.store.xtrim(matchKeys(api.config.KEY_PREFIX, match.matchId).feed, "MAXLEN", 2);
    await using stream = await openStream(api, match.matchId, await id(1));
    expect(await stream.next()).toMatchObject({ event: "gap", data: { matchId: match.matchId, after: 1, next: 5 } });
    expect([(await stream.next()).id, (await stream.next()).id]).toEqual([await id(5), await id(6)]);
  });

  it.each([
    ["a number beyond the last one", async () => id(9_999)],
    ["a number of another epoch", async () => Promise.resolve("0123456789abcdef.1")],
    ["a number without an epoch, as older builds gave it", async () => Promise.resolve("1")],
  ])("says reset first to a client that comes back with %s", async (_what, lastEventId) => {
    await match.tell(KICK_OFF);
    await using stream = await openStream(api, match.matchId, await lastEventId());
    // Where to go on is said by the reset itself: a client that has not read it must not miss it.
    expect((await stream.nextFrame()).id).toBeUndefined();
    const [epoch] = (await id(2)).split(".");
    expect(await stream.next()).toEqual({
      event: "reset",
      id: await id(2),
      data: { matchId: match.matchId, epoch, n: 2, version: 2, reason: "history_changed" },
    });
    await match.tell(RAIN);
    expect((await stream.next()).id).toBe(await id(3));
  });

  it("says reset when the match has begun anew while its messages were not received", async () => {
    await match.tell(KICK_OFF);
    await using stream = await openStream(api, match.matchId);
    await stream.nextFrame();
    const old = await id(2);
    // In one go: the subscription comes back after both.
    await api.store
      .multi()
      .call("CLIENT", "KILL", "TYPE", "pubsub")
      .hset(matchKeys(api.config.KEY_PREFIX, match.matchId).match, "n", 1, "epoch", "0123456789abcdef")
      .exec();
    expect(await stream.next()).toMatchObject({ event: "reset", id: "0123456789abcdef.1" });
    expect(old).not.toBe(await id(2));
  });

  it("refuses what is no id", async () => {
    const answer = await api.get(`/v1/matches/${match.matchId}/stream`, { "last-event-id": "12.x" });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining("<epoch>.<n>")]);
  });

  it("reaches many clients over one subscription, each message once", async () => {
    const streams = await Promise.all(Array.from({ length: 50 }, async () => openStream(api, match.matchId)));
    await Promise.all(streams.map(async (stream) => stream.nextFrame()));
    expect(await api.metric("stream_clients")).toBe(50);
    await match.tell(KICK_OFF);
    const ids = await Promise.all(streams.map(async (stream) => (await stream.next()).id));
    expect(new Set(ids)).toEqual(new Set([await id(2)]));
    await Promise.all(streams.map(async (stream) => stream[Symbol.asyncDispose]()));
    await expect.poll(async () => api.metric("stream_clients"), { interval: 2 }).toBe(0);
  });

  it("fills the hole after the subscription was lost", async () => {
    await using stream = await openStream(api, match.matchId);
    await stream.nextFrame();
    await api.store.call("CLIENT", "KILL", "TYPE", "pubsub");
    for (let i = 0; i < 3; i++) await match.tell(RAIN);
    expect([(await stream.next()).id, (await stream.next()).id, (await stream.next()).id]).toEqual([
      await id(2),
      await id(3),
      await id(4),
    ]);
  });

  it("cuts off a client that does not read, and remembers nothing of it", async () => {
    await match.tell(KICK_OFF);
    const stream = await openStream(api, match.matchId);
    stream.pause();
    const closed = async (): Promise<number> => api.metric('stream_closed_total{reason="slow"}');
    const { KEY_PREFIX } = api.config;
    const [epoch] = (await id(2)).split(".");
    // Larger than any buffer on the way: sockets take some megabytes before they refuse.
    for (let n = 3; (await closed()) === 0 && n < 200; n++) {
      const refreshed = {
        kind: "refreshed",
        matchId: match.matchId,
        epoch,
        n,
        version: 2,
        forbids: false,
        seen: 1,
        variant: "default",
        computeMs: 1,
        markets: {},
        filler: "x".repeat(200_000),
      };
      await api.store.publish(`${KEY_PREFIX}:changes`, JSON.stringify(refreshed));
    }
    expect(await closed()).toBe(1);
    await expect.poll(async () => api.metric("stream_clients"), { interval: 2 }).toBe(0);
    await stream[Symbol.asyncDispose]();
  });

  it("ends when the service closes, so that its clients go elsewhere", async () => {
    const other = await startApi({ beside: api });
    const stream = await openStream(other, match.matchId);
    await stream.nextFrame();
    await Promise.all([other[Symbol.asyncDispose](), expect(stream.next()).rejects.toThrow("ended")]);
    await stream.ended;
  });
});
