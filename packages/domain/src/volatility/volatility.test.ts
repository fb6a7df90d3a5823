import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inSampleOrder, type OddsSample } from "./odds-sample.ts";
import { MAX_PANIC_SPANS, VOLATILITY_WINDOW_MS } from "./panic-time.ts";
import { MAX_EARLIER } from "./price-move.ts";
import { MINUTE, panicFor, quiet, quotes, SECOND } from "../testing/quotes.ts";
import {
  CALM_TRACK,
  foldVolatility,
  MAX_PRICE_SERIES,
  recordOf,
  stepVolatility,
  type VolatilityTrack,
} from "./volatility.ts";
import { CALM, circuitAt, hasMoved, panicDurationAt, panicShareAt, volatilityAt } from "./volatility-record.ts";

/** Half an hour at 2.00, then the given prices from minute 30 on, one a minute. */
const afterQuiet = (...prices: readonly number[]) =>
  foldVolatility([...quiet(30), ...quotes(prices, { from: 30 * MINUTE })]);

describe("the volatility of a match", () => {
  it("is normal before any price, and while prices stand", () => {
    expect(volatilityAt(CALM, 0)).toBe("normal");
    expect(volatilityAt(foldVolatility(quiet(30)), 30 * MINUTE)).toBe("normal");
  });

  it("is panic when a price jumps after a quiet half hour", () => {
    expect(volatilityAt(afterQuiet(1.8), 30 * MINUTE)).toBe("panic");
  });

  it("is panic when the half hour was so quiet that nothing was received at all", () => {
    const silent = [...quiet(3), ...quotes([1.8], { from: 40 * MINUTE })];
    expect(volatilityAt(foldVolatility(silent), 40 * MINUTE)).toBe("panic");
  });

  it("is a warning when the price moves by less", () => {
    const track = afterQuiet(1.92);
    expect(volatilityAt(track, 30 * MINUTE)).toBe("warning");
    expect(volatilityAt(track, 60 * MINUTE - 1)).toBe("warning");
    expect(volatilityAt(track, 60 * MINUTE)).toBe("normal");
  });

  it("is normal while fewer than three earlier prices are known", () => {
    expect(volatilityAt(foldVolatility(quotes([2, 2, 1.2])), 2 * MINUTE)).toBe("normal");
    expect(volatilityAt(foldVolatility(quotes([2, 2, 2, 1.2])), 3 * MINUTE)).toBe("panic");
  });

  it("compares with the last half hour only, where that has prices enough", () => {
    const before = quotes([5, 1.2, 5, 1.2, 5], { from: -60 * MINUTE });
    expect(
      volatilityAt(foldVolatility([...before, ...quiet(30), ...quotes([1.8], { from: 30 * MINUTE })]), 30 * MINUTE),
    ).toBe("panic");
  });

  it("calms down while the new price becomes the usual one", () => {
    const minutes = Array.from({ length: 12 }, (_unused, index) => index);
    const levels = minutes.map((minute) =>
      volatilityAt(afterQuiet(...minutes.slice(0, minute + 1).map(() => 1.8)), (30 + minute) * MINUTE),
    );
    expect(levels.slice(0, 5)).toEqual(["panic", "panic", "panic", "panic", "warning"]);
    expect(levels.slice(5)).toEqual(levels.slice(5).map(() => "normal"));
  });

  it("does not take the running clock for a move: prices that stood at half-time may drift in the second half", () => {
    const pointsAMinute = 0.008;
    const drifting = Array.from({ length: 40 }, (_unused, minute) => 1 / (0.45 - pointsAMinute * minute));
    const halfTime = quiet(15, { price: 1 / 0.45 }).map((sample) => ({ ...sample, stretch: 1 }));
    const levelsWith = (stretch: number) => {
      const second = quotes(drifting, { from: 15 * MINUTE }).map((sample) => ({ ...sample, stretch }));
      return second.map(({ at }) =>
        volatilityAt(foldVolatility([...halfTime, ...second].filter((s) => s.at <= at)), at),
      );
    };
    expect(levelsWith(2)).toEqual(drifting.map(() => "normal"));
    expect(levelsWith(1)).toContain("panic");
  });

  it("is that of its most volatile outcome: a calm market calms no other", () => {
    const calm = quiet(6, { from: 31 * MINUTE, market: "corners_over_under_9_5", price: 1.9 });
    const track = foldVolatility([...quiet(30), ...quotes([1.8], { from: 30 * MINUTE }), ...calm]);
    expect(volatilityAt(track, 36 * MINUTE)).toBe("panic");
    expect(panicDurationAt(track, 36 * MINUTE)).toBe(6 * MINUTE);
  });

  it("falls back to normal half an hour after the last price", () => {
    const track = afterQuiet(1.8);
    expect(volatilityAt(track, 30 * MINUTE + VOLATILITY_WINDOW_MS - 1)).toBe("panic");
    expect(volatilityAt(track, 30 * MINUTE + VOLATILITY_WINDOW_MS)).toBe("normal");
    expect(panicDurationAt(track, 30 * MINUTE + VOLATILITY_WINDOW_MS)).toBeUndefined();
  });
});

describe("how long a match has panicked", () => {
  it("is nothing at the first moment, and not the same as no panic", () => {
    const track = afterQuiet(1.8);
    expect(panicDurationAt(track, 30 * MINUTE)).toBe(0);
    expect(panicDurationAt(foldVolatility(quiet(30)), 30 * MINUTE)).toBeUndefined();
  });

  it("goes on from market to market", () => {
    const track = foldVolatility(panicFor(100 * MINUTE));
    expect(volatilityAt(track, 100 * MINUTE)).toBe("normal");
    const meanwhile = foldVolatility(panicFor(100 * MINUTE).filter(({ at }) => at <= 95 * MINUTE));
    expect(panicDurationAt(meanwhile, 95 * MINUTE)).toBe(95 * MINUTE);
  });

  it("ends with a calm price, and begins anew", () => {
    const samples = [...panicFor(10 * MINUTE), ...panicFor(15 * MINUTE, 20 * MINUTE)].filter(
      ({ at }) => at < 35 * MINUTE,
    );
    const track = foldVolatility(samples);
    expect(panicDurationAt(track, 34 * MINUTE)).toBe(14 * MINUTE);
    expect(track.spans).toEqual([{ from: 0, until: 10 * MINUTE }]);
    const calm = quotes([2], { from: 39 * MINUTE });
    expect(foldVolatility([...panicFor(10 * MINUTE), ...calm])).toMatchObject({ panic: null, spans: track.spans });
    expect(foldVolatility([...panicFor(10 * MINUTE), ...calm, ...quotes([2], { from: 40 * MINUTE })]).spans).toEqual(
      [],
    );
  });

  it("is not cut where one market calms down at the instant at which another starts", () => {
    const one = [...quiet(30, { market: "a" }), ...quotes([1.8, 2], { from: 30 * MINUTE, market: "a" })];
    const other = (market: string) => [...quiet(30, { market }), ...quotes([1.8], { from: 31 * MINUTE, market })];
    for (const market of ["0-before", "z-after"])
      expect(panicDurationAt(foldVolatility([...one, ...other(market)]), 32 * MINUTE)).toBe(2 * MINUTE);
  });

  it("tells which was the newest panicking price", () => {
    expect(afterQuiet(1.8, 1.6).panic).toMatchObject({ since: 30 * MINUTE, until: 61 * MINUTE, movedAt: 31 * MINUTE });
  });
});

describe("a panicking price", () => {
  const at = 30 * MINUTE;
  const outcomes = ["one", "two"].flatMap((outcome) => quiet(30, { outcome }));
  const jump = (outcome: string, price = 1.8) => quotes([price], { from: at, outcome });
  const calm = foldVolatility(outcomes);
  const one = foldVolatility([...outcomes, ...jump("one")]);
  const both = foldVolatility([...outcomes, ...jump("one"), ...jump("two")]);

  it("is a move, and so is another one of the same millisecond, whichever arrives first", () => {
    const other = foldVolatility([...outcomes, ...jump("two")]);
    expect([hasMoved(calm, one), hasMoved(one, both), hasMoved(other, both)]).toEqual([true, true, true]);
    expect(foldVolatility([...jump("two"), ...jump("one"), ...outcomes])).toEqual(both);
  });

  it("is another move when it is corrected", () => {
    expect(hasMoved(one, foldVolatility([...outcomes, ...jump("one", 1.7)]))).toBe(true);
  });

  it("is none when it is reported again, when a calm one joins it, and when the panic ends", () => {
    const calmLater = quotes([2], { from: at, outcome: "three" });
    const again = foldVolatility([...outcomes, ...jump("one"), ...jump("one"), ...calmLater]);
    expect(hasMoved(one, again)).toBe(false);
    expect(hasMoved(one, calm)).toBe(false);
  });
});

describe("panic over the last half hour", () => {
  it("is a share of time", () => {
    const track = foldVolatility(panicFor(15 * MINUTE));
    expect(panicShareAt(track, 15 * MINUTE)).toBe(0.5);
    expect(panicShareAt(track, 30 * MINUTE)).toBe(0.5);
    expect(panicShareAt(track, 39 * MINUTE)).toBeCloseTo(0.2, 12);
    expect(panicShareAt(track, 45 * MINUTE)).toBe(0);
  });

  it("moves the circuit as time passes, with no further price", () => {
    const track = foldVolatility(panicFor(30 * MINUTE));
    expect([30, 41, 43, 52].map((minute) => circuitAt(track, minute * MINUTE))).toEqual([
      "open",
      "open",
      "high_volatility",
      "normal",
    ]);
  });
});

describe("clocks", () => {
  const track = afterQuiet(1.8);

  it("that run behind the feed by some seconds see the panic at once", () => {
    expect(volatilityAt(track, 30 * MINUTE - 5 * SECOND)).toBe("panic");
    expect(panicDurationAt(track, 30 * MINUTE - 5 * SECOND)).toBe(0);
  });

  it("do not see the panic of a price that is dated far ahead", () => {
    expect(volatilityAt(track, 0)).toBe("normal");
  });
});

const anySample: fc.Arbitrary<OddsSample> = fc.record({
  at: fc.nat(200).map((units) => units * 30 * SECOND),
  market: fc.constantFrom("match_result", "over_under_2_5"),
  outcome: fc.constantFrom("home", "away"),
  stretch: fc.constantFrom(0, 0, 0, 1),
  price: fc.oneof(fc.constantFrom(2, 2, 2, 1.8, 1.5), fc.double({ min: 1.01, max: 50, noNaN: true })),
});
const anySamples = fc.array(anySample, { maxLength: 60, size: "max" });

describe("folding prices", () => {
  it("gives the same for any order and repetition of arrivals", () => {
    const shuffled = anySamples.chain((samples) =>
      fc.tuple(fc.constant(samples), fc.shuffledSubarray([...samples, ...samples], { minLength: 2 * samples.length })),
    );
    fc.assert(
      fc.property(shuffled, ([samples, arrived]) => {
        expect(foldVolatility(arrived)).toEqual(foldVolatility(samples));
      }),
    );
  });

  it("gives the same one by one as all at once, those of one moment in any order", () => {
    fc.assert(
      fc.property(anySamples, (samples) => {
        let track: VolatilityTrack | undefined = CALM_TRACK;
        for (const sample of samples.toSorted((a, b) => a.at - b.at)) track = track && stepVolatility(track, [sample]);
        expect(track).toEqual(foldVolatility(samples));
      }),
    );
  });

  it("is asked for again when a price turns up late", () => {
    const track = foldVolatility(quiet(5));
    expect(stepVolatility(track, [{ at: 1, market: "match_result", outcome: "home", price: 2 }])).toBeUndefined();
    expect(stepVolatility(track, quiet(5).slice(-1))).toBe(track);
    expect(stepVolatility(track, [{ at: NaN, market: "match_result", outcome: "home", price: 2 }])).toBe(track);
  });

  it("does not change the track it steps from", () => {
    const track = foldVolatility(quiet(30));
    const before = structuredClone(track);
    stepVolatility(track, quotes([1.8], { from: 30 * MINUTE }));
    expect(track).toEqual(before);
  });

  it("has an answer to every question at any time", () => {
    fc.assert(
      fc.property(
        anySamples,
        fc.oneof(fc.double(), fc.integer({ min: -MINUTE, max: 300 * MINUTE })),
        (samples, now) => {
          const record = foldVolatility(samples);
          expect(["normal", "warning", "panic"]).toContain(volatilityAt(record, now));
          expect(["normal", "high_volatility", "open"]).toContain(circuitAt(record, now));
          expect(panicDurationAt(record, now) ?? 0).toBeGreaterThanOrEqual(0);
          const share = panicShareAt(record, now);
          expect(share >= 0 && share <= 1).toBe(true);
        },
      ),
    );
  });

  it("agrees with a watch kept on every market every half minute", () => {
    fc.assert(
      fc.property(anySamples, (samples) => {
        const ordered = inSampleOrder(samples);
        const end = ordered.at(-1)?.at ?? 0;
        let panicMs = 0;
        for (let now = end - VOLATILITY_WINDOW_MS; now < end; now += 30 * SECOND)
          if (volatilityAt(foldVolatility(ordered.filter(({ at }) => at <= now)), now) === "panic")
            panicMs += 30 * SECOND;
        expect(panicShareAt(foldVolatility(samples), end) * VOLATILITY_WINDOW_MS).toBeCloseTo(panicMs, 3);
      }),
      { numRuns: 50 },
    );
  });
});

describe("what is kept", () => {
  it("stays small after 10,000 prices of one outcome that panics every other second", () => {
    const prices = Array.from({ length: 10_000 }, (_unused, index) => (index % 8 === 0 ? 1.05 : 2));
    const track = foldVolatility(quotes(prices, { everyMs: SECOND }));
    expect(track.series.get("match_result/home")?.times).toHaveLength(MAX_EARLIER);
    expect(track.spans.length).toBeLessThanOrEqual(MAX_PANIC_SPANS);
    expect(JSON.stringify(recordOf(track)).length).toBeLessThan(4_000);
    expect(JSON.stringify([...track.series]).length).toBeLessThan(10_000);
  });

  it("is bounded in outcomes, and makes room when one has been silent for half an hour", () => {
    const outcomes = Array.from({ length: MAX_PRICE_SERIES + 10 }, (_unused, index) => `o${index}`);
    const all = outcomes.flatMap((outcome, index) => quotes([2], { from: index, outcome }));
    const track = foldVolatility(all);
    expect(track.series.size).toBe(MAX_PRICE_SERIES);
    const later = stepVolatility(track, quotes([2], { from: 60 * MINUTE, outcome: "new" }));
    expect(later?.series.size).toBe(MAX_PRICE_SERIES);
    expect(later?.series.get("match_result/new")).toBeDefined();
    expect(later?.series.get("match_result/o0")).toBeUndefined();
  });
});
