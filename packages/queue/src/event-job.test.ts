import type { MatchEventInput } from "@touchline/domain";
import { describe, expect, it } from "vitest";
import { type EnqueuedJob, enqueueEvents } from "./event-job.ts";

function corners(count: number): MatchEventInput[] {
  return Array.from({ length: count }, (_unused, index) => ({
    id: `c${index}`,
    source: "test",
    matchId: "m-1",
    type: "corner",
    team: "home",
    occurredAt: "2026-08-15T14:00:00Z",
    payload: {},
  }));
}

/** A queue that notes its batches. Adding fails where `fails` says so of the batch. */
function noting(fails: (batch: number) => Error | undefined = () => undefined) {
  const batches: string[][] = [];
  const idsOf = (jobs: readonly EnqueuedJob[]): string[] => jobs.map(({ opts }) => opts.jobId);
  return {
    batches,
    add: async (_name: string, _data: unknown, opts: EnqueuedJob["opts"]): Promise<void> => {
      batches.push([opts.jobId]);
    },
    addBulk: async (jobs: EnqueuedJob[]): Promise<void> => {
      batches.push(idsOf(jobs));
      const error = fails(batches.length);
      if (error) throw error;
    },
  };
}

describe("events that are published together", () => {
  it("are added in batches that keep Redis for a few milliseconds, in order", async () => {
    const queue = noting();
    await enqueueEvents(queue, corners(150));
    expect(queue.batches.map(({ length }) => length)).toEqual([64, 64, 22]);
    expect(queue.batches.flat()).toEqual(corners(150).map(({ id }) => `m-1.test.${id}`));
  });

  it("are added again from the batch on whose script Redis has forgotten", async () => {
    const queue = noting((batch) => (batch === 2 ? new Error("NOSCRIPT No matching script") : undefined));
    await enqueueEvents(queue, corners(100));
    expect(queue.batches.map(([first]) => first)).toEqual(["m-1.test.c0", "m-1.test.c64", "m-1.test.c64"]);
  });

  it("end with the batch that fails", async () => {
    const queue = noting((batch) => (batch === 2 ? new Error("LOADING") : undefined));
    await expect(enqueueEvents(queue, corners(300))).rejects.toThrow("LOADING");
    expect(queue.batches).toHaveLength(2);
  });
});
