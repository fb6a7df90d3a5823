import { once } from "node:events";
import { type RedisClient, withDeadline } from "@touchline/platform";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiFixture, startApi } from "../../services/api/src/testing/api-fixture.ts";
import { type Frame, type OpenStream, openStream } from "../../services/api/src/testing/open-stream.ts";
import { playMatch, type PlayedMatch } from "../../services/api/src/testing/played-match.ts";
import { PATIENCE_MS } from "../setup/patience.ts";
import { startRedis, type TestRedis } from "../setup/redis.ts";
import { type ReplicatedRedis, startReplicatedRedis } from "../setup/replicated-redis.ts";

let redis: ReplicatedRedis;
let queue: TestRedis;
let api: ApiFixture;
let match: PlayedMatch;
/** Number of the last message that both servers have. */
let common: string | undefined;
let live: OpenStream;
/** Id of the last message of the lost history. */
let lastLost: string | undefined;

const CORNER = { type: "corner", team: "home", period: "first_half", minute: 2 } as const;
/** Settles nothing, so it is one frame. */
const RAIN = { type: "weather", payload: { condition: "rain" } } as const;
const GOAL = { type: "goal", team: "away", period: "first_half", minute: 5 } as const;

/** Resolves once both connections of the api to the store have been lost and are back. */
async function lostAndBack(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // One gap when the subscription is lost, one when it is back.
  let gaps = 0;
  const onGap = (): void => void (++gaps === 2 && resolve());
  const stop = api.api.context.feed.listenAll({ onGist: () => undefined, onPing: () => undefined, onGap });
  await Promise.all([promise, once(api.store, "close").then(async () => once(api.store, "ready"))]);
  stop();
}

/** An api and an open stream on a store that fails over, without the four corners which that stream has reported. */
beforeEach(async () => {
  [redis, queue] = await Promise.all([startReplicatedRedis(), startRedis()]);
  const env = { STORE_REDIS_URL: redis.address.url, L1_MAX_BYTES: "64000000" };
  api = await startApi({ redisUrl: queue.url, env });
  const before = await playMatch({ ...api, store: redis.onMaster as RedisClient }, "m-1");
  await before.tell({ type: "kick_off" });
  await before.refresh();
  live = await openStream(api, "m-1");
  common = (await live.nextFrame()).id;
  await redis.replicated();
  redis.cutReplication();
  for (let corner = 0; corner < 4; corner++) await before.tell(CORNER);
  await before.tell(RAIN);
  lastLost = (await framesUntil(live, "the lost history", tellsOf("weather"))).at(-1)?.id;
  const back = lostAndBack();
  await redis.failOver();
  await withDeadline(back, PATIENCE_MS, "the api being back");
  match = await playMatchOn(redis.onReplica as RedisClient);
});
afterEach(async () => {
  await live[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
  await Promise.all([redis.stop(), queue.stop()]);
});

/** The match as the new master has it: reported again from its fixture, which says nothing new. */
async function playMatchOn(store: RedisClient): Promise<PlayedMatch> {
  return playMatch({ ...api, store }, "m-1");
}

/** Frames up to and with the first that `isIt`. */
async function framesUntil(stream: OpenStream, what: string, isIt: (frame: Frame) => boolean): Promise<Frame[]> {
  const frames: Frame[] = [];
  const reading = async (): Promise<Frame[]> => {
    for (;;) {
      const frame = await stream.next();
      frames.push(frame);
      if (isIt(frame)) return frames;
    }
  };
  return withDeadline(
    reading(),
    PATIENCE_MS,
    `${what} after ${JSON.stringify(frames.map(({ event, id }) => [event, id]))}`,
  );
}

function tellsOf(type: string): (frame: Frame) => boolean {
  return ({ event, data }) => event === "touched" && (data?.["event"] as { type?: string } | undefined)?.type === type;
}

describe("a stream whose numbers go back", () => {
  it("goes on after a failover, and says first that what it reported before no longer counts", async () => {
    await match.tell(GOAL);
    const frames = await framesUntil(live, "the goal", tellsOf("goal"));
    expect(frames[0]?.event).toBe("reset");
  });

  it("says so as well to a client that comes back with a number of the lost history", async () => {
    await match.tell(GOAL);
    await match.refresh({ first: 0.1 });
    await match.tell({ type: "bet_stop", payload: {} });
    // The new history has gone past that number by now.
    for (let more = 0; more < 4; more++) await match.tell(CORNER);
    await using back = await openStream(api, "m-1", lastLost);
    const [first] = await framesUntil(back, "any message", () => true);
    expect(first?.event).toBe("reset");
  });

  it("skips nothing for a client that comes back with a number that both histories have", async () => {
    await match.tell(GOAL);
    await using back = await openStream(api, "m-1", common);
    const frames = await framesUntil(
      back,
      "the goal or a reset",
      (frame) => frame.event === "reset" || tellsOf("goal")(frame),
    );
    expect(frames).not.toEqual([]);
  });
});
