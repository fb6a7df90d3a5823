import type { MatchEventInput } from "@touchline/domain";
import { describe, expect, it } from "vitest";
import type { Predictions, StreamMessage } from "@touchline/client";
import { createTracker } from "./tracker.ts";

const newTracker = () => createTracker({ variant: "default", giveUpMs: 10_000, unreportedAfterMs: 500 });

function event(id: string, type = "corner"): MatchEventInput {
  return { id, source: "s", matchId: "m", type, occurredAt: "2026-05-01T19:00:00Z" };
}

type Touch = string | { market: string; variants: string[] };

function touched(id: string, version: number, markets: Touch[], settled: string[] = []): StreamMessage {
  return {
    kind: "touched",
    matchId: "m",
    n: version,
    version,
    event: { id, source: "s", type: "corner" },
    changed: ["corners"],
    touched: markets.map((market) => ({
      severity: "soft" as const,
      ...(typeof market === "string" ? { market } : market),
    })),
    settled: settled.map((market) => ({ market })),
    reopened: [],
    offerChanged: [],
    openMarkets: 40,
    markets_affected_logical: markets.length + settled.length,
    cache_keys_deleted_actual: 0,
    markets_preserved: 0,
  };
}

function refreshed(seen: number, markets: string[], variant = "default"): StreamMessage {
  const listed = markets.map((id) => [id, { outcomes: { yes: 0.5 }, version: seen }] as const);
  return { kind: "refreshed", matchId: "m", n: 0, seen, variant, markets: Object.fromEntries(listed), computeMs: 1 };
}

function read(statuses: Record<string, string>): Predictions {
  const markets = Object.entries(statuses).map(([id, text]) => {
    const [status = "", code] = text.split(":");
    return [id, { status, outcomes: null, version: 0, ...(code ? { reason: { code } } : {}) }] as const;
  });
  return {
    matchId: "m",
    variant: "default",
    version: 0,
    status: "fresh",
    state: { period: "first_half", minute: 1, score: { home: 0, away: 0 }, redCards: { home: 0, away: 0 } },
    markets: Object.fromEntries(markets),
  };
}

describe("an event that touches markets", () => {
  it("is complete when a refresh that has seen it lists the last of them", () => {
    const tracker = newTracker();
    const corner = event("e1");
    tracker.published(corner, 100);
    tracker.received(touched("e1", 7, ["a", "b"]), 110);
    tracker.received(refreshed(7, ["a"]), 115);
    expect(tracker.take(115)).toEqual([]);
    tracker.received(refreshed(7, ["b"]), 120);
    expect(tracker.take(120)).toMatchObject([{ event: corner, outcome: "applied", freshMs: 20, freshByRead: false }]);
    expect(tracker.take(120)).toEqual([]);
  });

  it("is not made fresh by a refresh that began before it, nor by another variant's", () => {
    const tracker = newTracker();
    tracker.published(event("e1"), 0);
    tracker.received(touched("e1", 7, ["a"]), 10);
    tracker.received(refreshed(6, ["a"]), 15);
    tracker.received(refreshed(8, ["a"], "decimal-105"), 16);
    expect(tracker.take(16)).toEqual([]);
    tracker.received(refreshed(8, ["a"]), 20);
    expect(tracker.take(20)).toMatchObject([{ freshMs: 20 }]);
  });

  it("does not wait for a market that it touches in other variants only", () => {
    const tracker = newTracker();
    tracker.published(event("e1"), 0);
    tracker.received(touched("e1", 7, [{ market: "a", variants: ["market-blend"] }]), 10);
    expect(tracker.take(10)).toMatchObject([{ outcome: "applied", freshMs: undefined }]);
  });

  it("does not wait for a market that a later event settles", () => {
    const tracker = newTracker();
    tracker.published(event("e1"), 0);
    tracker.published(event("e2"), 5);
    tracker.received(touched("e1", 7, ["a"]), 10);
    tracker.received(touched("e2", 8, [], ["a"]), 12);
    expect(tracker.take(12)).toMatchObject([
      { outcome: "applied", freshMs: undefined, settledFirst: true },
      { outcome: "applied", settledFirst: false },
    ]);
  });

  it("asks for a read where a covering refresh left markets out: they came out equal", () => {
    const tracker = newTracker();
    tracker.published(event("e1"), 0);
    tracker.received(touched("e1", 7, ["a", "b"]), 10);
    expect(tracker.needsRead(12)).toBe(false);
    tracker.received(refreshed(7, ["a"]), 15);
    expect(tracker.needsRead(15)).toBe(true);
    tracker.read(read({ a: "fresh", b: "stale" }), 7, 18);
    expect(tracker.take(18)).toEqual([]);
    tracker.read(read({ a: "fresh", b: "fresh" }), 7, 21);
    expect(tracker.take(21)).toMatchObject([{ freshMs: 15, freshByRead: false }]);
  });

  it("asks for a read where no message comes at all, and gives what it finds as a bound", () => {
    const tracker = newTracker();
    tracker.published(event("e1"), 0);
    tracker.received(touched("e1", 7, ["a"]), 10);
    expect(tracker.needsRead(249)).toBe(false);
    expect(tracker.needsRead(250)).toBe(true);
    tracker.read(read({ a: "fresh" }), 6, 260);
    expect(tracker.take(260)).toEqual([]);
    tracker.read(read({ a: "fresh" }), 7, 270);
    expect(tracker.take(270)).toMatchObject([{ freshMs: 270, freshByRead: true }]);
  });

  it.each([
    ["fresh", 1],
    ["settled", 1],
    ["stale:expired", 1],
    ["stale:overtaken", 0],
    ["suspended:hard_event", 0],
    ["too_stale:expired", 0],
    ["missing", 0],
  ])("a market that reads %s leaves %i complete", (status, complete) => {
    const tracker = newTracker();
    tracker.published(event("e1"), 0);
    tracker.received(touched("e1", 7, ["a"]), 10);
    tracker.read(read({ a: status }), 7, 20);
    expect(tracker.take(20)).toHaveLength(complete);
  });

  it("is given up in the end", () => {
    const tracker = newTracker();
    tracker.published(event("e1"), 0);
    tracker.received(touched("e1", 7, ["a"]), 10);
    expect(tracker.take(9_999)).toEqual([]);
    expect(tracker.take(10_000)).toMatchObject([{ outcome: "overdue", freshMs: undefined }]);
    expect(tracker.pending).toBe(0);
  });
});

describe("an event that touches nothing", () => {
  it("is complete at once when its message says so", () => {
    const tracker = newTracker();
    tracker.published(event("e1"), 0);
    tracker.received(touched("e1", 7, []), 10);
    expect(tracker.take(10)).toMatchObject([{ outcome: "applied", freshMs: undefined }]);
  });

  it("counts as unreported once a later event has been applied, after a moment", () => {
    const tracker = newTracker();
    tracker.published(event("e1", "shot"), 0);
    tracker.published(event("e2"), 0);
    tracker.received(touched("e2", 8, []), 10);
    expect(tracker.take(10)).toEqual([]);
    expect(tracker.take(500).map(({ outcome }) => outcome)).toEqual(["unreported", "applied"]);
  });

  it("is complete when the service knew it already", () => {
    const tracker = newTracker();
    const known = event("e1");
    tracker.published(known, 0);
    tracker.answered(known, "duplicate");
    expect(tracker.take(1)).toMatchObject([{ outcome: "duplicate" }]);
  });
});

it("effects come in the order of publishing, whichever is complete first", () => {
  const tracker = newTracker();
  tracker.published(event("e1"), 0);
  tracker.published(event("e2"), 1);
  tracker.received(touched("e1", 7, ["a"]), 10);
  tracker.received(touched("e2", 8, []), 11);
  expect(tracker.take(11)).toEqual([]);
  expect(tracker.pending).toBe(2);
  tracker.received(refreshed(8, ["a"]), 20);
  expect(tracker.take(20).map((effect) => effect.event.id)).toEqual(["e1", "e2"]);
});

describe("a store whose history has changed", () => {
  it("leaves an event of the lost history unreported until it is reported again", () => {
    const tracker = newTracker();
    const [kept, lost] = [event("e1"), event("e2")];
    tracker.published(kept, 0);
    tracker.published(lost, 0);
    tracker.received(touched("e1", 1, ["match_result"]), 10);
    tracker.received(touched("e2", 2, ["match_result"]), 20);
    const epoch = "0123456789abcdef";
    tracker.received({ kind: "reset", matchId: "m", epoch, n: 1, version: 1, reason: "history_changed" }, 30);
    expect(tracker.version).toBe(1);
    tracker.received(refreshed(1, ["match_result"]), 40);
    expect(tracker.take(50)).toMatchObject([{ event: kept, outcome: "applied", freshMs: 40 }]);
    tracker.received(touched("e2", 2, []), 60);
    expect(tracker.take(70)).toMatchObject([{ event: lost, outcome: "applied" }]);
  });
});
