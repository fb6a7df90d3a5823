import type { MatchStore } from "@touchline/cache";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RefreshAsker } from "./refresh-asker.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** An asker whose questions nobody answers. */
function unanswered(
  suspendedWaitMs: number,
  requestRefresh: MatchStore["requestRefresh"] = () => Promise.resolve("noted"),
) {
  const late: string[] = [];
  const asker = new RefreshAsker({
    store: { requestRefresh },
    queues: { enqueueRefresh: () => Promise.resolve() },
    backlog: { admits: () => Promise.resolve(true) },
    feed: { listen: () => () => undefined },
    events: { asked: () => undefined, shed: () => undefined, coalesced: () => undefined, failed: () => undefined },
    monotonic: () => performance.now(),
    onSuspendedTooLong: (matchId) => late.push(matchId),
    suspendedWaitMs,
  });
  return { asker, late };
}

describe("what is asked of the store", () => {
  it.each([
    ["noted", true],
    ["other_epoch", false],
    ["unknown_match", false],
  ] as const)(
    "names what the reader has read, and when; once it is %s, the next reader waits for it: %s",
    async (result, isAsked) => {
      const seen: unknown[] = [];
      const { asker } = unanswered(0, async (...args) => {
        seen.push(args);
        return Promise.resolve(result);
      });
      asker.ask("m-1", "default", "live", "stale", { epoch: "e", now: 5 });
      await vi.advanceTimersByTimeAsync(0);
      expect(seen).toEqual([["m-1", "default", "background", { epoch: "e", now: 5 }]]);
      expect(asker.isAsked("m-1", "default")).toBe(isAsked);
    },
  );
});

describe("a suspended price that nobody answers for", () => {
  it.each([0, 400, 4_999, 5_000, 60_000])("is looked after once when %i ms have gone by", (waitMs) => {
    const { asker, late } = unanswered(waitMs);
    asker.ask("m-1", "default", "live", "suspended");
    vi.advanceTimersByTime(waitMs);
    expect(late).toEqual(["m-1"]);
    vi.runAllTimers();
    expect(late).toEqual(["m-1"]);
    expect(asker.isAsked("m-1", "default")).toBe(false);
  });

  it("is no concern any more once the asker is closed", () => {
    const { asker, late } = unanswered(400);
    asker.ask("m-1", "default", "live", "suspended");
    asker.close();
    vi.runAllTimers();
    expect(late).toEqual([]);
  });
});
