import { describe, expect, it } from "vitest";
import { runSimulation } from "./run-simulation.ts";

const SEED = 20_261_101;
/** So few that a run takes seconds; the command draws more. */
const ENDINGS = 250;

describe("prices held against simulated endings", () => {
  it("lie no further apart than chance allows, in every situation, scorers included", () => {
    console.info(`seed ${SEED}, ${ENDINGS} endings of each situation`);
    const results = [...runSimulation(ENDINGS, SEED)];
    expect(results.length).toBeGreaterThanOrEqual(20);
    const outcomes = results.reduce((sum, result) => sum + result.outcomes, 0);
    expect(outcomes).toBeGreaterThan(8_000);
    expect(results.flatMap(({ situation, apart }) => apart.map((each) => ({ situation, ...each })))).toEqual([]);
  });
});
