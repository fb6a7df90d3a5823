import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, expect, it } from "vitest";
import { MatchScript } from "../../../../test/setup/match-events.ts";
import { connectTestRedis, TestStore } from "../../../../test/setup/store.ts";
import type { ReadSnapshot } from "../predictions/prediction-reader.ts";
import { snapshotBytes } from "./retained-bytes.ts";

const redis = connectTestRedis();
afterAll(async () => redis.quit());

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const HELD = 100;

/** What each of many snapshots keeps in memory, bytes. */
async function measured(read: () => Promise<ReadSnapshot>): Promise<number> {
  const held: ReadSnapshot[] = [];
  const used = async (): Promise<number> => {
    // Buffers of the connection are let go in a later turn.
    for (let round = 0; round < 3; round++) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  for (let warm = 0; warm < 20; warm++) await read();
  const before = await used();
  for (let index = 0; index < HELD; index++) held.push(await read());
  const after = await used();
  expect(held).toHaveLength(HELD);
  return (after - before) / HELD;
}

it("a snapshot is counted as what it keeps, before, in and after play", async () => {
  const store = new TestStore(redis);
  const match = new MatchScript("m-1");
  const read = async (): Promise<ReadSnapshot> => {
    const snapshot = await store.matches.predictions("m-1", "default");
    if (!snapshot) throw new Error("the match is unknown");
    return { ...snapshot, matchId: "m-1" };
  };
  const ratio = async (): Promise<number> => (await measured(read)) / snapshotBytes(await read());
  await store.apply(match.fixture());
  await store.refresh("m-1");
  const ratios = [await ratio()];
  await store.apply(match.kickOff(), match.goal("home", 5), match.corner("away", 7));
  await store.refresh("m-1");
  ratios.push(await ratio());
  await store.apply(match.endOfHalf("first_half"), match.endOfHalf("second_half"), match.event("full_time"));
  ratios.push(await ratio());
  for (const each of ratios) {
    expect(each).toBeGreaterThan(0.5);
    expect(each).toBeLessThan(1.1);
  }
});
