import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { removeMargin } from "./margin.ts";
import { blendRates, ratesFromMarket, viewOf } from "./market-rates.ts";
import { kickOffGrid } from "../goals/score-grids.ts";

const METHODS = ["proportional", "power", "shin"] as const;

describe("removing the bookmaker's margin", () => {
  it("leaves probabilities in the order of the odds", () => {
    const odds = fc.array(fc.double({ min: 1.05, max: 40, noNaN: true }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(odds, fc.constantFrom(...METHODS), (prices, method) => {
        const probabilities = removeMargin(prices, method);
        expect(probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        for (let one = 0; one < prices.length; one++) {
          for (let other = 0; other < prices.length; other++) {
            if (prices[one]! < prices[other]!) {
              expect(probabilities[one]!).toBeGreaterThanOrEqual(probabilities[other]! - 1e-12);
            }
          }
        }
      }),
    );
  });

  it("trusts favourites more by a power or by insiders than in proportion", () => {
    const favourite = (method: (typeof METHODS)[number]) => removeMargin([1.25, 6.5, 12], method)[0]!;
    expect(favourite("power")).toBeGreaterThan(favourite("proportional"));
    expect(favourite("shin")).toBeGreaterThan(favourite("proportional"));
    expect(favourite("proportional")).toBeCloseTo(0.7713, 4);
  });

  it("refuses what cannot be odds", () => {
    expect(() => removeMargin([0.9, 2])).toThrow(RangeError);
    expect(() => removeMargin([2, Number.NaN])).toThrow(RangeError);
  });
});

const anyMarketRates = fc.record({
  home: fc.double({ min: 0.3, max: 4, noNaN: true }),
  away: fc.double({ min: 0.3, max: 4, noNaN: true }),
});

describe("rates from prices", () => {
  it("are the rates that the prices were made from", () => {
    fc.assert(
      fc.property(anyMarketRates, fc.boolean(), ({ home, away }, withTotal) => {
        const { bothScore: _, over25, ...outcomes } = viewOf(kickOffGrid({ home, away, rho: -0.05 }));
        const rates = ratesFromMarket(withTotal ? { ...outcomes, over25 } : outcomes, -0.05);
        expect(rates.home).toBeCloseTo(home, 4);
        expect(rates.away).toBeCloseTo(away, 4);
      }),
      { numRuns: 60 },
    );
  });

  it("stay inside bounds whatever the prices claim", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.99, noNaN: true }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (home, over25) => {
          const rates = ratesFromMarket({ home, draw: (1 - home) / 3, away: (2 * (1 - home)) / 3, over25 }, -0.05);
          expect(rates.home + rates.away).toBeGreaterThan(0.19);
          expect(rates.home + rates.away).toBeLessThan(12.1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("lie between model and market when blended, at either end when only one counts", () => {
    const model = { home: 1.2, away: 1.4, rho: -0.1 };
    const market = { home: 1.8, away: 0.9, rho: -0.02 };
    expect(blendRates(model, market, 1)).toEqual(market);
    expect(blendRates(model, market, 0)).toEqual(model);
    expect(blendRates(model, market, 0.5).home).toBeCloseTo(Math.sqrt(1.2 * 1.8), 12);
  });
});
