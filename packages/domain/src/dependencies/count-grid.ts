/**
 * Probabilities of final counts by side: `cells[(h - home0) * cols + (a - away0)]` = P(home = h, away = a).
 * `home0`, `away0` are the counts already certain. Cells sum to 1.
 */
export interface CountGrid {
  readonly home0: number;
  readonly away0: number;
  readonly rows: number;
  readonly cols: number;
  readonly cells: Float64Array;
}

/**
 * Joint distribution of both halves: `second[i]` is the distribution of second-half goals given cell `i` of `first`.
 */
export interface HalfFullGrid {
  readonly first: CountGrid;
  readonly second: readonly CountGrid[];
}
