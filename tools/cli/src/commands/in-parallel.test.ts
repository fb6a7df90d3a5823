import { describe, expect, it } from "vitest";
import { inParallel } from "./in-parallel.ts";

const never = new AbortController().signal;

describe("working in parallel", () => {
  it("runs at most so many at a time, and gives results in order", async () => {
    let running = 0;
    let most = 0;
    const results = await inParallel([3, 1, 2, 0], 2, never, async (item) => {
      most = Math.max(most, ++running);
      for (let i = 0; i < item; i++) await Promise.resolve();
      running--;
      return item * 10;
    });
    expect(results).toEqual([30, 10, 20, 0]);
    expect(most).toBe(2);
  });

  it("starts nothing after the first failure, and throws it", async () => {
    const started: number[] = [];
    const work = inParallel([1, 2, 3], 1, never, async (item) => {
      started.push(item);
      if (item === 2) throw new Error("two");
    });
    await expect(work).rejects.toThrow("two");
    expect(started).toEqual([1, 2]);
  });

  it("starts nothing once it is told to stop", async () => {
    expect(await inParallel([1, 2], 1, AbortSignal.abort(), async (item) => item)).toEqual([]);
  });
});
