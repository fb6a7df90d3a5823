import type { CountGrid } from "./count-grid.ts";

/**
 * One number that a payoff may look at. Nearly every line tells results apart by a single one of them, so a law is summed
 * over its cells once for each statistic and not once for each of the dozens of markets that share it.
 */
const STATISTICS = {
  total: (home: number, away: number) => home + away,
  lead: (home: number, away: number) => home - away,
  home: (home: number, _away: number) => home,
  away: (_home: number, away: number) => away,
  fewer: (home: number, away: number) => Math.min(home, away),
} as const satisfies Record<string, (home: number, away: number) => number>;

export type Statistic = keyof typeof STATISTICS;

export const STATISTIC_NAMES = Object.keys(STATISTICS) as readonly Statistic[];

export function statisticOf(statistic: Statistic, home: number, away: number): number {
  return STATISTICS[statistic](home, away);
}

/** Law of one statistic: `mass[i]` = P(statistic = lowest + i). */
export interface Margin {
  readonly lowest: number;
  readonly mass: Float64Array;
}

const margins = new WeakMap<CountGrid, Partial<Record<Statistic, Margin>>>();

/** The statistic's law under `grid`, summed when first asked for and kept as long as the grid. */
export function marginOf(grid: CountGrid, statistic: Statistic): Margin {
  let known = margins.get(grid);
  if (!known) margins.set(grid, (known = {}));
  return (known[statistic] ??= SUM[statistic](grid));
}

const SUM: Readonly<Record<Statistic, (grid: CountGrid) => Margin>> = {
  total({ home0, away0, rows, cols, cells }) {
    const mass = new Float64Array(rows + cols - 1);
    for (let row = 0, cell = 0; row < rows; row++)
      for (let col = 0; col < cols; col++, cell++) mass[row + col]! += cells[cell]!;
    return { lowest: home0 + away0, mass };
  },
  lead({ home0, away0, rows, cols, cells }) {
    const mass = new Float64Array(rows + cols - 1);
    for (let row = 0, cell = 0; row < rows; row++)
      for (let col = 0, index = row + cols - 1; col < cols; col++, cell++, index--) mass[index]! += cells[cell]!;
    return { lowest: home0 - away0 - (cols - 1), mass };
  },
  home({ home0, rows, cols, cells }) {
    const mass = new Float64Array(rows);
    for (let row = 0, cell = 0; row < rows; row++) {
      let sum = 0;
      for (let col = 0; col < cols; col++, cell++) sum += cells[cell]!;
      mass[row] = sum;
    }
    return { lowest: home0, mass };
  },
  away({ away0, rows, cols, cells }) {
    const mass = new Float64Array(cols);
    for (let row = 0, cell = 0; row < rows; row++)
      for (let col = 0; col < cols; col++, cell++) mass[col]! += cells[cell]!;
    return { lowest: away0, mass };
  },
  fewer({ home0, away0, rows, cols, cells }) {
    const lowest = Math.min(home0, away0);
    const mass = new Float64Array(Math.min(home0 + rows, away0 + cols) - lowest);
    for (let row = 0, cell = 0; row < rows; row++)
      for (let col = 0; col < cols; col++, cell++) mass[Math.min(home0 + row, away0 + col) - lowest]! += cells[cell]!;
    return { lowest, mass };
  },
};
