import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { STAKES } from "../events/event-payloads.ts";
import { limitUntil } from "./limit-until.ts";
import { MINUTE, panicFor, quiet, quotes, SECOND } from "../testing/quotes.ts";
import { foldVolatility } from "./volatility.ts";
import { volatilityLimit } from "./volatility-policy.ts";
import { CALM, type VolatilityRecord } from "./volatility-record.ts";

/** Panic of random length and number, broken by calm prices, as known at a random moment. */
const anyRecord: fc.Arbitrary<VolatilityRecord> = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }), fc.nat(240))
  .map(([lengths, knownMinutes]) => {
    let from = 0;
    const samples = lengths.flatMap((minutes) => {
      const panic = panicFor(minutes * MINUTE, from);
      from += (minutes + 3) * MINUTE;
      return panic;
    });
    return foldVolatility(samples.filter(({ at }) => at <= knownMinutes * MINUTE));
  });
const anyMoment = fc.integer({ min: -5 * MINUTE, max: 400 * MINUTE });

describe("until when a limit stands", () => {
  it("is later than now, and nothing of the limit changes before", () => {
    fc.assert(
      fc.property(
        anyRecord,
        fc.constantFrom(...STAKES),
        anyMoment,
        fc.double({ max: 1, min: 0, noNaN: true }),
        (...drawn) => {
          const [record, stakes, now, share] = drawn;
          const { until, ...limit } = volatilityLimit(record, stakes, now);
          expect(until).toBeGreaterThan(now);
          const reach = Math.min(until, now + 600 * MINUTE) - now;
          for (const later of [now + Math.floor(share * reach), now + reach - 1]) {
            if (later >= until) continue;
            const { until: _later, ...then } = volatilityLimit(record, stakes, later);
            expect(then, `${later - now} ms later, of ${reach}`).toEqual(limit);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("is found again and again in few steps, up to the calm at the end", () => {
    const record = foldVolatility(panicFor(45 * MINUTE));
    const moments: number[] = [];
    for (let now = 0; now < Infinity && moments.length < 100; now = limitUntil(record, "medium", now))
      moments.push(now);
    expect(moments.length).toBeLessThan(40);
    expect(volatilityLimit(record, "medium", moments.at(-1)!)).toMatchObject({ level: "normal", circuit: "normal" });
  });

  it("is for ever while prices are calm", () => {
    expect(limitUntil(CALM, "medium", 5)).toBe(Infinity);
    expect(limitUntil(foldVolatility(quiet(30)), "medium", 30 * MINUTE)).toBe(Infinity);
  });

  it("is the end of the warning, of the panic, and each step of the quota", () => {
    const at = 30 * MINUTE;
    const warned = foldVolatility([...quiet(30), ...quotes([1.92], { from: at })]);
    expect(limitUntil(warned, "medium", at)).toBe(at + 30 * MINUTE);
    const jumped = foldVolatility([...quiet(30), ...quotes([1.8], { from: at })]);
    // More than half of the last half hour, and the circuit leaves its normal state.
    expect(limitUntil(jumped, "medium", at + 10 * MINUTE)).toBe(at + 15 * MINUTE);
    expect(limitUntil(jumped, "low", at + 10 * MINUTE)).toBe(at + 15 * MINUTE);
    expect(limitUntil(jumped, "low", at + 29 * MINUTE)).toBe(at + 30 * MINUTE);
  });

  it("of a clock behind the newest price is when it gets there", () => {
    const at = 30 * MINUTE;
    const jumped = foldVolatility([...quiet(30), ...quotes([1.8], { from: at })]);
    expect(limitUntil(jumped, "medium", at - 5 * SECOND)).toBe(at);
    expect(limitUntil(jumped, "medium", at - 5 * MINUTE)).toBe(at - MINUTE);
  });
});
