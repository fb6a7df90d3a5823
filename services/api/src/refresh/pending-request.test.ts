import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChangeListener } from "../changes/change-feed.ts";
import { PendingRequest } from "./pending-request.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function pending(kind: "background" | "blocking") {
  const listeners = new Set<ChangeListener>();
  const ended: PendingRequest[] = [];
  const request = new PendingRequest({
    feed: {
      listen(_matchId, listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    matchId: "m-1",
    variant: "default",
    kind,
    onEnd: (one) => ended.push(one),
  });
  const answer = (...variants: string[]): void => {
    for (const listener of listeners) listener.onChange({ kind: "answered", matchId: "m-1", variants, text: "" });
  };
  return { request, listeners, ended, answer };
}

describe("a refresh request that waits for its answer", () => {
  it("ends with the answer to its variant, once, and listens no more", () => {
    const { request, listeners, ended, answer } = pending("background");
    answer("decimal");
    expect(request.state).toBe("background");
    answer("decimal", "default");
    request.end();
    expect([request.state, listeners.size, ended]).toEqual(["ended", 0, [request]]);
  });

  it("ends when changes may have been missed", () => {
    const { request, listeners } = pending("blocking");
    for (const listener of listeners) listener.onGap();
    expect(request.state).toBe("ended");
  });

  it("counts as lost after five seconds, after one when it was shed", () => {
    const { request: kept } = pending("background");
    const { request: shed } = pending("background");
    shed.shed();
    vi.advanceTimersByTime(1_000);
    expect([kept.state, shed.state]).toEqual(["background", "ended"]);
    vi.advanceTimersByTime(4_000);
    expect(kept.state).toBe("ended");
  });

  it("stays ended when it is shed too late", () => {
    const { request, answer } = pending("background");
    answer("default");
    request.shed();
    vi.runAllTimers();
    expect(request.state).toBe("ended");
  });

  it("is never shed when a reader waits for it", () => {
    const { request } = pending("blocking");
    expect(() => request.shed()).toThrow('state "shed" cannot follow "blocking"');
  });
});
