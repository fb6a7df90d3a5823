import { createLogger } from "@touchline/platform";
import { afterEach, describe, expect, it } from "vitest";
import { PurgeQueue } from "./purge-queue.ts";
import { type Purge, PurgeError, type PurgeTarget } from "./targets/purge-target.ts";

/** A target whose calls the test ends, one by one. */
class HeldTarget implements PurgeTarget {
  readonly adapter = "fastly";
  readonly address = "held";
  readonly callsPerSecond = 10_000;
  readonly calls: { readonly purges: readonly Purge[]; readonly end: (error?: Error) => void }[] = [];
  readonly maxKeys: number;
  #arrived: (() => void)[] = [];

  constructor(maxKeys = 2) {
    this.maxKeys = maxKeys;
  }

  async purge(purges: readonly Purge[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.calls.push({ purges, end: (error) => (error ? reject(error) : resolve()) });
    for (const arrived of this.#arrived.splice(0)) arrived();
    await promise;
  }

  /** The call of that number, from 1, once it has begun. */
  async call(number: number) {
    while (this.calls.length < number) await new Promise<void>((resolve) => this.#arrived.push(resolve));
    return this.calls[number - 1]!;
  }
}

const log = createLogger({ service: "purge-test", level: "silent" });
const queues: { queue: PurgeQueue; target: HeldTarget }[] = [];
afterEach(async () => {
  for (const { queue, target } of queues.splice(0)) {
    const closing = queue.close();
    for (const call of target.calls) call.end();
    await closing;
  }
});

function open({ againMs = 0, maxKeys = 2, now = () => performance.now() } = {}) {
  const target = new HeldTarget(maxKeys);
  const counts: Record<string, number> = {};
  const queue = new PurgeQueue({
    target,
    timeoutMs: 60_000,
    againMs,
    log,
    monotonic: now,
    random: () => 0,
    counted: (outcome, keys) => (counts[outcome] = (counts[outcome] ?? 0) + keys),
  });
  queues.push({ queue, target });
  return { target, queue, counts };
}

const keysOf = (purges: readonly Purge[]) => purges.map(({ key }) => key);

describe("purges of one target", () => {
  it("are one for each key that waits, with the highest version, and as many in a call as the target takes", async () => {
    const { target, queue, counts } = open();
    queue.add({ key: "match:a", version: 1 });
    const first = await target.call(1);
    for (const version of [4, undefined, 3]) queue.add({ key: "match:b", version });
    for (const key of ["match:c", "match:d"]) queue.add({ key, version: 1 });
    expect(queue.length).toBe(4);
    first.end();
    const second = await target.call(2);
    expect(second.purges).toEqual([
      { key: "match:b", version: 4 },
      { key: "match:c", version: 1 },
    ]);
    second.end();
    expect(keysOf((await target.call(3)).purges)).toEqual(["match:d"]);
    expect(counts).toEqual({ purged: 3 });
  });

  it("are repeated for a change that comes while its key is being purged", async () => {
    const { target, queue } = open();
    queue.add({ key: "match:a", version: 1 });
    const first = await target.call(1);
    queue.add({ key: "match:a", version: 2 });
    first.end();
    expect((await target.call(2)).purges).toEqual([{ key: "match:a", version: 2 }]);
  });

  it("are repeated until they succeed, and what came meanwhile goes with them", async () => {
    const { target, queue, counts } = open();
    queue.add({ key: "match:a", version: 1 });
    (await target.call(1)).end(new PurgeError("test", 503));
    queue.add({ key: "match:a", version: 2 });
    (await target.call(2)).end(new Error("no connection"));
    const third = await target.call(3);
    expect(third.purges).toEqual([{ key: "match:a", version: 2 }]);
    expect(counts).toEqual({ failed: 2 });
  });

  it("are made once more a while later, without a version: a later one may have been sent", async () => {
    const { target, queue } = open({ againMs: 20 });
    queue.add({ key: "match:a", version: 1 });
    (await target.call(1)).end();
    const again = await target.call(2);
    expect(again.purges).toEqual([{ key: "match:a", version: undefined }]);
    expect(queue.behindMs).toBe(0);
  });

  it("tell how old the oldest change is that is not purged, failures included", async () => {
    let now = 1_000;
    const { target, queue } = open({ now: () => now });
    queue.add({ key: "match:a", version: 1 });
    const first = await target.call(1);
    now += 700;
    queue.add({ key: "match:b", version: 1 });
    expect(queue.behindMs).toBe(700);
    first.end(new Error("no connection"));
    const second = await target.call(2);
    expect(queue.behindMs).toBe(700);
    second.end();
  });

  it("become one purge of everything beyond a bound", async () => {
    const { target, queue } = open({ maxKeys: 1 });
    queue.add({ key: "match:first", version: 1 });
    const first = await target.call(1);
    for (let match = 0; match <= 10_000; match++) queue.add({ key: `match:${match}`, version: 1 });
    expect(queue.length).toBe(2);
    first.end();
    expect(keysOf((await target.call(2)).purges)).toEqual(["predictions"]);
  });

  it("are dropped once no answer can be that old", async () => {
    let now = 0;
    const { target, queue, counts } = open({ now: () => now });
    queue.add({ key: "match:a", version: 1 });
    const first = await target.call(1);
    now += 121_000;
    first.end(new Error("no connection"));
    queue.add({ key: "match:b", version: 1 });
    expect(keysOf((await target.call(2)).purges)).toEqual(["match:b"]);
    expect(counts).toEqual({ failed: 1, expired: 1 });
  });
});
