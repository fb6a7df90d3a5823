import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EMPTY_TALLY, quantile, type ReplaySummary, summaryLine } from "./summary.ts";

const summary: ReplaySummary = {
  ...EMPTY_TALLY,
  matchId: "m",
  title: "Arsenal 4–3 Leicester",
  published: 71,
  effective: 23,
  touchedMarkets: 254,
  openMarkets: 1_042,
  entries: 900,
  settled: 46,
  freshMs: [2, 3, 10],
  atRest: true,
  tookMs: 95_120,
};

describe("the line that ends a replay", () => {
  it("sums it up", () => {
    expect(summaryLine(summary, true)).toBe(
      "Arsenal 4–3 Leicester · 71 events in 95.1 s, 23 with effect · 254 of 1,042 open markets touched (24.4 %) · " +
        "900 entries · 46 settled · to fresh median 3.0 ms, 95 % within 10.0 ms, slowest 10.0 ms",
    );
  });

  it("gives no times to fresh for a match that was published at once: they are queueing", () => {
    expect(summaryLine(summary, false)).not.toContain("to fresh");
  });

  it("says what is wrong", () => {
    const line = summaryLine({ ...summary, rejected: 2, overdue: 1, atRest: false }, true);
    expect(line).toContain("2 rejected · 1 not fresh in time · not at rest yet");
  });
});

describe("quantiles", () => {
  it("are values that were seen, rising with the share", () => {
    const values = fc.array(fc.nat(), { minLength: 1 }).map((all) => all.toSorted((a, b) => a - b));
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, share, share, (ascending, a, b) => {
        expect(ascending).toContain(quantile(ascending, a));
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(quantile(ascending, low)).toBeLessThanOrEqual(quantile(ascending, high));
      }),
    );
  });

  it("of nothing are 0", () => {
    expect(quantile([], 0.5)).toBe(0);
  });
});
