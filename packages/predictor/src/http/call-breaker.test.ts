import { describe, expect, it } from "vitest";
import { CallBreaker } from "./call-breaker.ts";

const OPTIONS = { windowMs: 10_000, fewestCalls: 5, failureShare: 0.5, openMs: 1_000, longestOpenMs: 4_000 } as const;

const closed = () => new CallBreaker(OPTIONS);

/** Makes one call that takes no time. */
function call(breaker: CallBreaker, how: "succeeded" | "failed" | "given_up", now: number): void {
  const end = breaker.begin(now);
  if (!end) throw new Error(`no call may be made at ${now}`);
  end(how, now);
}

/** Opened at time 0. */
function opened(): CallBreaker {
  const breaker = closed();
  for (let made = 0; made < OPTIONS.fewestCalls; made++) call(breaker, "failed", 0);
  expect(breaker.stateAt(0)).toBe("open");
  return breaker;
}

describe("a closed breaker", () => {
  it("opens with the failure that makes the evidence enough", () => {
    const breaker = closed();
    for (let made = 0; made < 4; made++) call(breaker, "failed", made);
    expect(breaker.stateAt(4)).toBe("closed");
    call(breaker, "failed", 4);
    expect(breaker.stateAt(4)).toBe("open");
    expect(breaker.begin(4)).toBeUndefined();
  });

  it("is not opened by a call that succeeded, however many failed before it", () => {
    const breaker = closed();
    for (let made = 0; made < 4; made++) call(breaker, "failed", made);
    call(breaker, "succeeded", 4);
    expect(breaker.stateAt(4)).toBe("closed");
    call(breaker, "failed", 5);
    expect(breaker.stateAt(5)).toBe("open");
  });

  it("forgets failures older than its window", () => {
    const breaker = closed();
    for (let made = 0; made < 4; made++) call(breaker, "failed", 0);
    call(breaker, "failed", OPTIONS.windowMs);
    expect(breaker.stateAt(OPTIONS.windowMs)).toBe("closed");
  });

  it("takes calls that were given up for no evidence", () => {
    const breaker = closed();
    for (let made = 0; made < 20; made++) call(breaker, "given_up", made);
    for (let made = 0; made < 4; made++) call(breaker, "failed", 20);
    expect(breaker.stateAt(20)).toBe("closed");
  });
});

describe("an open breaker", () => {
  it("lets one call through after its pause, and closes if that succeeds", () => {
    const breaker = opened();
    expect(breaker.begin(999)).toBeUndefined();
    const end = breaker.begin(1_000);
    expect(breaker.begin(1_001)).toBeUndefined();
    end?.("succeeded", 1_100);
    expect(breaker.stateAt(1_100)).toBe("closed");
    // And it starts from nothing: the failures from before are no evidence any more.
    for (let made = 0; made < 4; made++) call(breaker, "failed", 1_200);
    expect(breaker.stateAt(1_200)).toBe("closed");
  });

  it("doubles its pause with each probe that fails, up to the longest", () => {
    const breaker = opened();
    let at = 0;
    for (const pause of [1_000, 2_000, 4_000, 4_000]) {
      at += pause;
      expect(breaker.begin(at - 1)).toBeUndefined();
      call(breaker, "failed", at);
    }
  });

  it("makes the next call the probe when a probe was given up", () => {
    const breaker = opened();
    call(breaker, "given_up", 1_000);
    call(breaker, "succeeded", 1_000);
    expect(breaker.stateAt(1_000)).toBe("closed");
  });

  it("believes no call that began before it opened", () => {
    const breaker = closed();
    const early = breaker.begin(0);
    for (let made = 0; made < OPTIONS.fewestCalls; made++) call(breaker, "failed", 0);
    early?.("succeeded", 1);
    expect(breaker.stateAt(1)).toBe("open");
  });

  it("stays half open as long as nobody calls", () => {
    expect(opened().stateAt(3_600_000)).toBe("half_open");
  });
});
