import type { Pair } from "@touchline/domain";
import type { ResultRow } from "../results/result-row.ts";

/**
 * What a match says about the strength of its teams. Goals are what is forecast, but there are few of them; shots say
 * the same with less noise and sooner, so they are remembered for a shorter time. How much each counts is learnt, not
 * set.
 */
export interface Signal {
  readonly name: SignalName;
  readonly countsOf: (row: ResultRow) => Pair | undefined;
  /** Weight of a match falls as exp(-decayPerDay * days). */
  readonly decayPerDay: number;
  /** Strength of the prior of every attack and defence, in average matches. */
  readonly shrinkageMatches: number;
  /**
   * How far below average (log scale) attack and defence of a team are expected that did not play in the league last
   * season.
   */
  readonly newcomerDeficit: number;
}

export type SignalName = "goals" | "shotsOnTarget" | "shots" | "corners";

export const SIGNALS: readonly Signal[] = [
  {
    name: "goals",
    countsOf: (row) => row.goals,
    decayPerDay: 0.0019,
    shrinkageMatches: 2.2,
    newcomerDeficit: 0.15,
  },
  {
    name: "shotsOnTarget",
    countsOf: (row) => row.shotsOnTarget,
    decayPerDay: 0.008,
    shrinkageMatches: 1.5,
    newcomerDeficit: 0.12,
  },
  {
    name: "shots",
    countsOf: (row) => row.shots,
    decayPerDay: 0.01,
    shrinkageMatches: 1.1,
    newcomerDeficit: 0.1,
  },
  {
    name: "corners",
    countsOf: (row) => row.corners,
    decayPerDay: 0.0019,
    shrinkageMatches: 1.1,
    newcomerDeficit: 0.1,
  },
];

/** The goals alone: plain Dixon and Coles, for comparison. */
export const GOALS_ONLY: readonly Signal[] = SIGNALS.slice(0, 1);

/** Signals that the rows carry often enough to be of use. */
export function signalsIn(rows: readonly ResultRow[], signals: readonly Signal[] = SIGNALS): Signal[] {
  return signals.filter((signal) => {
    const recorded = rows.reduce((count, row) => count + (signal.countsOf(row) ? 1 : 0), 0);
    return recorded > rows.length / 2;
  });
}
