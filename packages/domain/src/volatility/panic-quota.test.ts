import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { STAKES } from "../events/event-payloads.ts";
import { PANIC_MODES, panicQuota, stakesOf } from "./panic-quota.ts";
import { MINUTE, SECOND } from "../testing/quotes.ts";

describe("the panic quota", () => {
  it.each([
    ["low", 0, "full", 0],
    ["low", 14.999, "full", 0],
    ["low", 15, "partial", 5],
    ["low", 44.999, "partial", 5],
    ["low", 45, "degraded", 20],
    ["low", 89.999, "degraded", 20],
    ["low", 90, "new_normal", 45],
    ["medium", 0, "full", 0],
    ["medium", 29.999, "full", 0],
    ["medium", 30, "partial", 5],
    ["medium", 89.999, "partial", 5],
    ["medium", 90, "degraded", 30],
    ["medium", 179.999, "degraded", 30],
    ["medium", 180, "new_normal", 60],
    ["high", 0, "full", 0],
    ["high", 59.999, "full", 0],
    ["high", 60, "partial", 5],
    ["high", 179.999, "partial", 5],
    ["high", 180, "degraded", 30],
    ["high", 359.999, "degraded", 30],
    ["high", 360, "new_normal", 60],
    ["high", 10_000, "new_normal", 60],
  ] as const)("of a match of %s stakes after %s minutes is %s: %s s", (stakes, minutes, mode, seconds) => {
    const quota = panicQuota(minutes * MINUTE, stakes);
    expect(quota.mode).toBe(mode);
    expect(quota.lifetimeMs).toBe(seconds * SECOND);
  });

  it("only ever relaxes while the panic lasts", () => {
    const anyDuration = fc.nat(500 * MINUTE);
    fc.assert(
      fc.property(fc.constantFrom(...STAKES), anyDuration, anyDuration, (stakes, one, other) => {
        const shorter = panicQuota(Math.min(one, other), stakes);
        const longer = panicQuota(Math.max(one, other), stakes);
        expect(longer.lifetimeMs).toBeGreaterThanOrEqual(shorter.lifetimeMs);
        expect(PANIC_MODES.indexOf(longer.mode)).toBeGreaterThanOrEqual(PANIC_MODES.indexOf(shorter.mode));
      }),
    );
  });

  it("relaxes later where more is at stake", () => {
    fc.assert(
      fc.property(fc.nat(500 * MINUTE), (duration) => {
        const modes = STAKES.map((stakes) => PANIC_MODES.indexOf(panicQuota(duration, stakes).mode));
        expect(modes).toEqual([...modes].sort((a, b) => b - a));
      }),
    );
  });

  it("is full for a duration that makes no sense", () => {
    expect(panicQuota(NaN, "low").mode).toBe("full");
    expect(panicQuota(-1, "low").mode).toBe("full");
  });
});

describe("stakes", () => {
  it("are what the fixture says, else medium", () => {
    expect(stakesOf({ stakes: "high" })).toBe("high");
    expect(stakesOf({})).toBe("medium");
    expect(stakesOf(null)).toBe("medium");
  });
});
