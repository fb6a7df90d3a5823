import type { CountGrid, Pair } from "@touchline/domain";

/** What may be lost at the far edges of a grid before the rest is scaled back to 1. */
const TRUNCATED_MASS = 1e-13;

/** All mass on one pair of counts: how a finished period looks. */
export function certainCounts(counts: Pair): CountGrid {
  return { home0: counts.home, away0: counts.away, rows: 1, cols: 1, cells: Float64Array.of(1) };
}

/** The same distribution, counted from other offsets; shares the cells. */
export function shiftGrid(grid: CountGrid, home: number, away: number): CountGrid {
  return { ...grid, home0: grid.home0 + home, away0: grid.away0 + away };
}

/** P(home = h, away = a); 0 outside the grid. */
export function cellAt(grid: CountGrid, home: number, away: number): number {
  const row = home - grid.home0;
  const col = away - grid.away0;
  if (row < 0 || col < 0 || row >= grid.rows || col >= grid.cols) return 0;
  return grid.cells[row * grid.cols + col]!;
}

/**
 * Grid from weights in a square scratch array of `stride` columns: skips a border of `border` rows and columns at the
 * near edges, cuts the far rows and columns whose mass together stays below 1e-13 of the whole, scales the rest to 1,
 * copies.
 * @param weights non-negative, `stride * stride` cells or more, not all zero
 */
export function gridFromWeights(
  home0: number,
  away0: number,
  weights: Float64Array,
  stride: number,
  border: number,
): CountGrid {
  const size = stride - border;
  loadMargins(weights, stride, border);
  let total = 0;
  for (let row = 0; row < size; row++) total += rowMass[row]!;
  const rows = usedLength(rowMass, size, total);
  const cols = usedLength(colMass, size, total);
  const cells = new Float64Array(rows * cols);
  let kept = 0;
  for (let row = 0; row < rows; row++) {
    const from = (row + border) * stride + border;
    for (let col = 0; col < cols; col++) kept += cells[row * cols + col] = weights[from + col]!;
  }
  const scale = 1 / kept;
  for (let cell = 0; cell < cells.length; cell++) cells[cell]! *= scale;
  return { home0, away0, rows, cols, cells };
}

const rowMass = new Float64Array(256);
const colMass = new Float64Array(256);

function loadMargins(weights: Float64Array, stride: number, border: number): void {
  const size = stride - border;
  colMass.fill(0, 0, size);
  for (let row = 0; row < size; row++) {
    const from = (row + border) * stride + border;
    let sum = 0;
    for (let col = 0; col < size; col++) {
      const weight = weights[from + col]!;
      sum += weight;
      colMass[col]! += weight;
    }
    rowMass[row] = sum;
  }
}

/** Fewest leading rows (or columns) that keep all but half of the truncated mass. */
function usedLength(mass: Float64Array, length: number, total: number): number {
  const droppable = 0.5 * TRUNCATED_MASS * total;
  let dropped = 0;
  let used = length;
  while (used > 1 && dropped + mass[used - 1]! <= droppable) dropped += mass[--used]!;
  return used;
}

/** `share * first + (1 - share) * second`, over the union of their cells. */
export function mixGrids(first: CountGrid, second: CountGrid, share: number): CountGrid {
  const home0 = Math.min(first.home0, second.home0);
  const away0 = Math.min(first.away0, second.away0);
  const rows = Math.max(first.home0 + first.rows, second.home0 + second.rows) - home0;
  const cols = Math.max(first.away0 + first.cols, second.away0 + second.cols) - away0;
  const cells = new Float64Array(rows * cols);
  const grid = { home0, away0, rows, cols, cells };
  addScaled(grid, first, share);
  addScaled(grid, second, 1 - share);
  return grid;
}

/** `target += weight * source`, cell by cell; the source's cells must lie inside the target. */
export function addScaled(target: CountGrid, source: CountGrid, weight: number): void {
  const rowShift = source.home0 - target.home0;
  const colShift = source.away0 - target.away0;
  for (let row = 0; row < source.rows; row++) {
    const to = (row + rowShift) * target.cols + colShift;
    const from = row * source.cols;
    for (let col = 0; col < source.cols; col++) target.cells[to + col]! += weight * source.cells[from + col]!;
  }
}

/** Sum of the cells for which `holds(home, away)`. */
export function probabilityOf(grid: CountGrid, holds: (home: number, away: number) => boolean): number {
  let sum = 0;
  for (let row = 0; row < grid.rows; row++) {
    for (let col = 0; col < grid.cols; col++) {
      if (holds(grid.home0 + row, grid.away0 + col)) sum += grid.cells[row * grid.cols + col]!;
    }
  }
  return sum;
}

/** Expected count of each side. */
export function meansOf(grid: CountGrid): Pair {
  let home = 0;
  let away = 0;
  for (let row = 0; row < grid.rows; row++) {
    for (let col = 0; col < grid.cols; col++) {
      const mass = grid.cells[row * grid.cols + col]!;
      home += mass * (grid.home0 + row);
      away += mass * (grid.away0 + col);
    }
  }
  return { home, away };
}

/**
 * E[z^(home + away - less)]: the chance that each of the counts beyond the first `less` passes a trial of chance `z`.
 * @param less at most the grid's smallest total
 */
export function totalGenerating({ home0, away0, rows, cols, cells }: CountGrid, less: number, z: number): number {
  let sum = 0;
  for (let row = rows - 1; row >= 0; row--) {
    // Horner's rule, along the row and then down the rows.
    let inRow = 0;
    for (let cell = row * cols + cols - 1; cell >= row * cols; cell--) inRow = inRow * z + cells[cell]!;
    sum = sum * z + inRow;
  }
  return sum * z ** (home0 + away0 - less);
}
