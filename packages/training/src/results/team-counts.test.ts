import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { viewOf, DEFAULT_IN_PLAY, kickOffGrid } from "@touchline/model";
import { parseResults } from "./result-row.ts";
import { fitTeamCounts, type TeamCountFit, type TeamCounts } from "./team-counts.ts";

const file = new URL("../../data/results_ENG-Premier-League_2011-12.csv", import.meta.url);
const rows = parseResults(readFileSync(file, "utf8"));
const teams = [...new Set(rows.map((row) => row.home))].toSorted();
const season: TeamCounts = {
  teams: teams.length,
  homeTeam: rows.map((row) => teams.indexOf(row.home)),
  awayTeam: rows.map((row) => teams.indexOf(row.away)),
  homeCount: rows.map((row) => row.goals.home),
  awayCount: rows.map((row) => row.goals.away),
  weight: rows.map(() => 1),
};
const poisson = fitTeamCounts(season, { rho: "none", shrinkage: 0 });
const dixonColes = fitTeamCounts(season, { rho: "fit", shrinkage: 0 });

function outcomesOf(fit: TeamCountFit, homeName: string, awayName: string): number[] {
  const home = teams.indexOf(homeName);
  const away = teams.indexOf(awayName);
  const rates = {
    home: Math.exp(fit.level + fit.homeAdvantage + fit.attack[home]! - fit.defence[away]!),
    away: Math.exp(fit.level + fit.attack[away]! - fit.defence[home]!),
    rho: fit.rho,
  };
  const even = [1, 1, 1, 1, 1];
  const view = viewOf(kickOffGrid(rates, { ...DEFAULT_IN_PLAY, leadFactors: { home: even, away: even } }));
  return [view.home, view.draw, view.away];
}

describe("the Premier League of 2011/12, as the R package goalmodel has it", () => {
  it("has the published Poisson likelihood, level and home advantage", () => {
    expect(Math.abs(poisson.logLikelihood - -1088.991)).toBeLessThan(0.01);
    expect(poisson.level).toBeCloseTo(0.13, 2);
    expect(poisson.homeAdvantage).toBeCloseTo(0.268, 3);
  });

  it("has the published Dixon-Coles likelihood and rho", () => {
    expect(Math.abs(dixonColes.logLikelihood - -1087.359)).toBeLessThan(0.01);
    expect(Math.abs(dixonColes.rho - -0.1336)).toBeLessThan(0.01);
  });

  it.each([
    ["Arsenal", "Fulham", [0.61149, 0.22682, 0.16169]],
    ["Man United", "Chelsea", [0.66857, 0.20514, 0.12629]],
    ["Bolton", "Liverpool", [0.25226, 0.29034, 0.4574]],
  ])("forecasts %s against %s as published", (home, away, published) => {
    outcomesOf(dixonColes, home, away).forEach((probability, index) => {
      expect(Math.abs(probability - published[index]!)).toBeLessThan(0.0005);
    });
  });

  it("cannot be made likelier by moving any one parameter", () => {
    for (const team of [0, 7, 19]) {
      for (const nudge of [-0.01, 0.01]) {
        const attack = Float64Array.from(dixonColes.attack);
        attack[team]! += nudge;
        expect(likelihoodAt({ ...dixonColes, attack })).toBeLessThan(dixonColes.logLikelihood);
        expect(likelihoodAt({ ...dixonColes, rho: dixonColes.rho + nudge })).toBeLessThan(dixonColes.logLikelihood);
      }
    }
  });
});

/** Written out once more, without gradient or tricks. */
function likelihoodAt({
  level,
  homeAdvantage,
  attack,
  defence,
  rho,
}: Omit<TeamCountFit, "iterations" | "logLikelihood">) {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  return rows.reduce((sum, row) => {
    const home = teams.indexOf(row.home);
    const away = teams.indexOf(row.away);
    const l = Math.exp(level + homeAdvantage + attack[home]! - defence[away]!);
    const m = Math.exp(level + attack[away]! - defence[home]!);
    const { home: x, away: y } = row.goals;
    const tau = [1 - l * m * rho, 1 + l * rho, 1 + m * rho, 1 - rho][x < 2 && y < 2 ? x * 2 + y : 4] ?? 1;
    return sum + Math.log((tau * (Math.exp(-l) * l ** x * Math.exp(-m) * m ** y)) / (factorial(x) * factorial(y)));
  }, 0);
}

describe("shrinkage", () => {
  it("pulls every team towards its prior, all the way when it is strong", () => {
    const prior = Float64Array.from({ length: 2 * teams.length }, (_, index) => (index === 3 ? -0.2 : 0));
    const free = fitTeamCounts(season, { rho: "none", shrinkage: 0 });
    const held = fitTeamCounts(season, { rho: "none", shrinkage: 20, prior });
    const fixed = fitTeamCounts(season, { rho: "none", shrinkage: 1e7, prior });
    const spread = (fit: TeamCountFit) => Math.max(...fit.attack) - Math.min(...fit.attack);
    expect(spread(held)).toBeLessThan(0.8 * spread(free));
    expect(fixed.attack[3]).toBeCloseTo(-0.2, 4);
    expect(fixed.attack[4]).toBeCloseTo(0, 4);
  });

  it("gives the same answer wherever the search starts", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 40, maxLength: 40 }),
        (noise) => {
          const start = {
            level: 0.3,
            homeAdvantage: 0.1,
            attack: Float64Array.from(noise.slice(0, 20)),
            defence: Float64Array.from(noise.slice(20)),
            rho: 0,
          };
          const fit = fitTeamCounts(season, { rho: "none", shrinkage: 3, start });
          const usual = fitTeamCounts(season, { rho: "none", shrinkage: 3 });
          expect(fit.logLikelihood).toBeCloseTo(usual.logLikelihood, 6);
          expect(fit.attack[5]).toBeCloseTo(usual.attack[5]!, 6);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("refuses to fit to nothing", () => {
    const nothing = { teams: 2, homeTeam: [], awayTeam: [], homeCount: [], awayCount: [], weight: [] };
    expect(() => fitTeamCounts(nothing, { rho: "none", shrinkage: 1 })).toThrow(RangeError);
  });
});
