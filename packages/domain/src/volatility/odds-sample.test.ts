import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MatchEvent } from "../events/event.ts";
import { compareSamples, inSampleOrder, logOdds, oddsSamplesOf } from "./odds-sample.ts";

const event = (type: string, payload: object, more: object = {}): MatchEvent =>
  MatchEvent.parse({
    id: `${type}-1`,
    source: "feed",
    matchId: "m1",
    type,
    occurredAt: "2026-11-20T20:00:00Z",
    payload,
    ...more,
  });
const at = Date.parse("2026-11-20T20:00:00Z");

describe("prices in events", () => {
  it.each(["odds_update", "odds_steam", "line_movement"])("are in %s, one for each outcome", (type) => {
    const prices = { home: 2.1, draw: 3.4 };
    expect(oddsSamplesOf([event(type, { market: "match_result", prices })])).toEqual([
      { at, market: "match_result", outcome: "home", price: 2.1, stretch: 0 },
      { at, market: "match_result", outcome: "draw", price: 3.4, stretch: 0 },
    ]);
  });

  it("are not in what tells of money without a price, nor in other events", () => {
    const without = [
      event("odds_steam", { market: "match_result" }),
      event("sharp_money", { market: "match_result", outcome: "home" }),
      event("corner", { market: "match_result", prices: { home: 2 } }, { team: "home" }),
    ];
    expect(oddsSamplesOf(without)).toEqual([]);
  });

  it("tell how many periods had begun by then, whichever event came first", () => {
    const payload = { market: "match_result", prices: { home: 2.1 } };
    const quoted = (minute: number) =>
      event("odds_update", payload, { id: `q${minute}`, occurredAt: new Date(at + minute * 60_000).toISOString() });
    const starts = (minute: number, type: string, period: string) =>
      event(type, {}, { id: `s${minute}`, period, occurredAt: new Date(at + minute * 60_000).toISOString() });
    const events = [
      quoted(70),
      quoted(50),
      starts(62, "period_start", "second_half"),
      quoted(-5),
      starts(0, "kick_off", "first_half"),
      starts(1, "period_start", "first_half"),
      quoted(0),
    ];
    expect(oddsSamplesOf(events).map(({ stretch }) => stretch)).toEqual([2, 1, 0, 1]);
  });

  it("are taken back with their event", () => {
    const payload = { market: "match_result", prices: { home: 2.1 } };
    expect(oddsSamplesOf([event("odds_update", payload, { retracted: true })])).toEqual([]);
  });
});

describe("the order of samples", () => {
  const anySample = fc.record({
    at: fc.nat(5),
    market: fc.constantFrom("a", "b"),
    outcome: fc.constantFrom("x", "y"),
    price: fc.constantFrom(1.5, 2, 3),
  });

  it("is the same for every order of arrival and any repetition", () => {
    fc.assert(
      fc.property(fc.array(anySample), fc.infiniteStream(fc.double({ min: 0, max: 1 })), (samples, random) => {
        const shuffled = [...samples, ...samples.slice(0, 3)]
          .map((sample) => [random.next().value ?? 0, sample] as const)
          .sort(([a], [b]) => a - b)
          .map(([, sample]) => sample);
        expect(inSampleOrder(shuffled)).toEqual(inSampleOrder(samples));
      }),
    );
  });

  it("goes by time first", () => {
    const early = { at: 1, market: "z", outcome: "z", price: 9 };
    expect(compareSamples(early, { at: 2, market: "a", outcome: "a", price: 2 })).toBeLessThan(0);
  });

  it.each([NaN, Infinity, 1, 0.5, -2])("leaves out a price of %s", (price) => {
    expect(inSampleOrder([{ at: 0, market: "a", outcome: "x", price }])).toEqual([]);
  });

  it("leaves out a price of no known time", () => {
    expect(inSampleOrder([{ at: NaN, market: "a", outcome: "x", price: 2 }])).toEqual([]);
  });
});

describe("log-odds", () => {
  it.each([
    [2, 0],
    [1.25, Math.log(4)],
    [5, -Math.log(4)],
  ])("of the price %s are %s", (price, expected) => {
    expect(logOdds(price)).toBeCloseTo(expected, 12);
  });
});
