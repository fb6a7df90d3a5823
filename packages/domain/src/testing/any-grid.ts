import type { CountGrid, HalfFullGrid } from "../dependencies/count-grid.ts";

export interface Shape {
  readonly home0: number;
  readonly away0: number;
  readonly rows: number;
  readonly cols: number;
}

/** A distribution over counts with random weights, some of them zero. Cells sum to 1. */
export function gridOf({ home0, away0, rows, cols }: Shape, random: () => number): CountGrid {
  const weights = Float64Array.from({ length: rows * cols }, () => (random() < 0.1 ? 0 : random() ** 3));
  weights[0] = 0.1;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { home0, away0, rows, cols, cells: weights.map((weight) => weight / total) };
}

/**
 * A joint distribution of both halves: first halves of equal lead share their second half, as the model's do; some do
 * not.
 */
export function halvesOf(first: Shape, second: Shape, random: () => number): HalfFullGrid {
  const half = gridOf(first, random);
  const byLead = new Map<number, CountGrid>();
  const later = Array.from(half.cells, (_cell, index) => {
    const lead = Math.floor(index / half.cols) - (index % half.cols);
    if (random() < 0.2) return gridOf(second, random);
    const known = byLead.get(lead) ?? gridOf(second, random);
    byLead.set(lead, known);
    return known;
  });
  return { first: half, second: later };
}

/** Every cell: home count, away count, probability. */
export function* cellsOf({ home0, away0, cols, cells }: CountGrid): Iterable<readonly [number, number, number]> {
  for (const [index, cell] of cells.entries()) yield [home0 + Math.floor(index / cols), away0 + (index % cols), cell];
}
