import type { CountGrid } from "../dependencies/count-grid.ts";

/**
 * One number that a payoff may look at. Nearly every line tells results apart by a single one of them, so a
 * distribution is summed over its cells once for each statistic and not once for each of the dozens of markets that
 * share it.
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

/** Distribution of one statistic: `mass[i]` = P(statistic = lowest + i). */
export interface Margin {
  readonly lowest: number;
  readonly mass: Float64Array;
}

type Margins = Readonly<Record<Exclude<Statistic, "fewer">, Margin>>;

const margins = new WeakMap<CountGrid, Margins>();
const fewer = new WeakMap<CountGrid, Margin>();

/** The statistic's distribution under `grid`, summed when first asked for and kept as long as the grid. */
export function marginOf(grid: CountGrid, statistic: Statistic): Margin {
  if (statistic === "fewer") return fewerOf(grid);
  let known = margins.get(grid);
  if (!known) {
    known = summed(grid);
    margins.set(grid, known);
  }
  return known[statistic];
}

/** All but the rarest at once: walking the cells costs more than adding them up. */
function summed({ home0, away0, rows, cols, cells }: CountGrid): Margins {
  const total = new Float64Array(rows + cols - 1);
  const lead = new Float64Array(rows + cols - 1);
  const home = new Float64Array(rows);
  const away = new Float64Array(cols);
  for (let row = 0, cell = 0; row < rows; row++) {
    const level = row + cols - 1;
    let sum = 0;
    for (let col = 0; col < cols; col++, cell++) {
      const mass = cells[cell]!;
      sum += mass;
      total[row + col]! += mass;
      lead[level - col]! += mass;
      away[col]! += mass;
    }
    home[row] = sum;
  }
  return {
    total: { lowest: home0 + away0, mass: total },
    lead: { lowest: home0 - away0 - (cols - 1), mass: lead },
    home: { lowest: home0, mass: home },
    away: { lowest: away0, mass: away },
  };
}

function fewerOf(grid: CountGrid): Margin {
  const known = fewer.get(grid);
  if (known) return known;
  const { home0, away0, rows, cols, cells } = grid;
  const lowest = Math.min(home0, away0);
  const mass = new Float64Array(Math.min(home0 + rows, away0 + cols) - lowest);
  for (let row = 0, cell = 0; row < rows; row++)
    for (let col = 0; col < cols; col++, cell++) mass[Math.min(home0 + row, away0 + col) - lowest]! += cells[cell]!;
  const margin = { lowest, mass };
  fewer.set(grid, margin);
  return margin;
}
