import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fitLeague } from "./fit-league.ts";
import { plainFit } from "./plain-fit.ts";
import { parseResults, type ResultRow } from "../results/result-row.ts";

const file = new URL("../../data/results_ENG-Premier-League_2011-12.csv", import.meta.url);
const rows = parseResults(readFileSync(file, "utf8"));

describe("a fit's plain likelihood, for comparison with other programs", () => {
  it("is in the document, as the R package goalmodel has it", () => {
    const { plain } = fitLeague(rows).checks;
    expect(Math.abs(plain!.poissonLogLikelihood - -1088.991)).toBeLessThan(0.01);
    expect(Math.abs(plain!.logLikelihood - -1087.359)).toBeLessThan(0.01);
    expect(Math.abs(plain!.rho - -0.1336)).toBeLessThan(0.01);
  });

  it("is left out where a team has not scored: nothing is likeliest then", () => {
    const goalless = rows.map((row): ResultRow => ({
      ...row,
      goals: {
        home: row.home === "Wigan" ? 0 : row.goals.home,
        away: row.away === "Wigan" ? 0 : row.goals.away,
      },
    }));
    expect(plainFit(goalless)).toBeUndefined();
  });
});
