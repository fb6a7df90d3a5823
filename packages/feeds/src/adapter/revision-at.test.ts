import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { revisionAt } from "./revision-at.ts";

const KICKOFF = Date.parse("2026-05-01T19:00:00Z");
const HOUR = 3_600_000;

describe("a revision by time", () => {
  it("counts seconds around the match, and hours later", () => {
    expect(revisionAt(KICKOFF + 1_000, KICKOFF) - revisionAt(KICKOFF, KICKOFF)).toBe(1);
    const late = KICKOFF + 100 * 24 * HOUR;
    expect(revisionAt(late + HOUR, KICKOFF) - revisionAt(late, KICKOFF)).toBe(1);
  });

  it("never falls, and stays within the domain's bound", () => {
    const hours = fc.double({ min: -1_000, max: 500_000, noNaN: true });
    fc.assert(
      fc.property(hours, hours, (a, b) => {
        const [one, other] = [Math.min(a, b), Math.max(a, b)].map((h) => revisionAt(KICKOFF + h * HOUR, KICKOFF));
        expect(one).toBeLessThanOrEqual(other ?? 0);
        expect(one).toBeGreaterThanOrEqual(1);
        expect(other).toBeLessThanOrEqual(1_000_000);
      }),
    );
  });
});
