import { describe, expect, it } from "vitest";
import type { StreamEvent } from "./live-stream.ts";
import { type TimelineEntry, timelineAfter } from "./timeline.ts";

function touched(n: number, more: Record<string, unknown> = {}): StreamEvent {
  const data = {
    matchId: "m",
    epoch: "e",
    n,
    version: n,
    at: 1_000 * n,
    event: { id: `e-${n}`, source: "feed", type: "goal", team: "home", minute: 12 },
    changed: ["score"],
    touched: [
      { market: "a", severity: "hard" },
      { market: "b", severity: "soft" },
    ],
    settled: [{ market: "c" }],
    reopened: [],
    markets_preserved: 7,
    ...more,
  };
  return { kind: "touched", id: undefined, data };
}

function refreshed(seen: number, at: number, variant = "default"): StreamEvent {
  const data = { matchId: "m", n: 99, seen, at, refresh: 5, variant, computeMs: 3, markets: { a: {}, b: {} } };
  return { kind: "refreshed", id: undefined, data };
}

const after = (...events: StreamEvent[]): readonly TimelineEntry[] =>
  events.reduce<readonly TimelineEntry[]>(timelineAfter, []);

describe("the timeline", () => {
  it("says what an event touched, suspended, settled and left alone", () => {
    expect(after(touched(1))).toMatchObject([
      { type: "goal", team: "home", minute: 12, touched: ["a", "b"], hard: 1, settled: ["c"], leftAlone: 7 },
    ]);
  });

  it("lists the newest first, and each once however often it comes", () => {
    expect(after(touched(1), touched(2), touched(1)).map(({ version }) => version)).toEqual([2, 1]);
  });

  it("counts from the event to the first refresh that had seen it", () => {
    const entries = after(touched(1), touched(2), refreshed(1, 1_040), refreshed(2, 2_300), refreshed(2, 9_000));
    expect(entries.map(({ refresh }) => refresh?.freshMs)).toEqual([300, 40]);
  });

  it("does not take the refresh of another variant or of another match for an answer", () => {
    const other: StreamEvent = { ...refreshed(1, 1_040), data: { ...refreshed(1, 1_040).data, matchId: "other" } };
    expect(after(touched(1), refreshed(1, 1_020, "odds"), other)[0]?.refresh).toBeUndefined();
  });

  it("waits for no refresh of an event that touched nothing", () => {
    expect(after(touched(1, { touched: [], settled: [] }), refreshed(1, 1_040))[0]?.refresh).toBeUndefined();
  });

  it("keeps the newest three hundred events", () => {
    const entries = after(...Array.from({ length: 350 }, (_, i) => touched(i + 1)));
    expect([entries.length, entries[0]?.version, entries.at(-1)?.version]).toEqual([300, 350, 51]);
  });
});
