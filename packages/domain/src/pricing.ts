import type { CountGrid, HalfFullGrid } from "./count-grid.ts";
import { type CountLine, type HalvesLine, type Market, outcomesOf } from "./market.ts";
import type { MatchState } from "./match-state.ts";
import type { Laws, NamedLaw } from "./primitive.ts";
import { countTable, halvesTable } from "./winner-table.ts";

/**
 * Probability of each outcome of `market` under `laws`: its payoff summed over the law of its primitive.
 *
 * For markets that may refund the stake this is the probability that fair odds imply, wins over wins and losses,
 * so that complements always sum to 1; a quarter line counts half of each neighbour. Overlapping markets give each
 * outcome its own probability.
 *
 * @returns one number per outcome of `outcomesOf`, in its order, in [0, 1]
 * @throws Error when `laws` lacks the market's primitive
 */
export function priceMarket(market: Market, laws: Laws, state: MatchState): number[] {
  if (market.space === "named") return namedProbabilities(market, required(laws[market.primitive], market), state);
  const mass = new Float64Array(market.outcomes.length);
  if (market.space === "halves") addHalves(mass, market.lines, required(laws.half_and_full, market));
  else addCounts(mass, market.lines, required(laws[market.primitive], market));
  if (market.winners === "overlapping") return Array.from(mass, clamp);
  const staked = mass.reduce((total, share) => total + share, 0);
  // All mass refunded: the market cannot be decided any more, yet it is open until the whistle. Even odds.
  return Array.from(mass, (share) => (staked > 0 ? clamp(share / staked) : 1 / mass.length));
}

function namedProbabilities(market: Market, law: NamedLaw, state: MatchState): number[] {
  return outcomesOf(market, state).map((outcome) => {
    const probability = law[outcome];
    if (probability === undefined) throw new Error(`law of ${market.primitive} lacks outcome ${outcome}`);
    return clamp(probability);
  });
}

function addCounts(mass: Float64Array, lines: readonly CountLine[], grid: CountGrid): void {
  const { home0, away0, rows, cols, cells } = grid;
  for (const line of lines) {
    const { size, winners } = countTable(line);
    const fits = home0 + rows <= size && away0 + cols <= size;
    for (let row = 0, cell = 0; row < rows; row++) {
      const base = (home0 + row) * size + away0;
      for (let col = 0; col < cols; col++, cell++) {
        const winner = fits ? winners[base + col]! : line(home0 + row, away0 + col);
        if (winner >= 0) mass[winner]! += cells[cell]!;
      }
    }
  }
}

/**
 * Many first halves pay alike: those with the same law of the second half (equal leads) and the same payoff pattern are
 * summed first, so that each second half is walked once for all of them.
 */
function addHalves(mass: Float64Array, lines: readonly HalvesLine[], joint: HalfFullGrid): void {
  for (const line of lines) {
    const { size, winners, patterns, patternCount } = halvesTable(line);
    const weightOf = new Map<CountGrid, Float64Array>();
    const { first, second } = joint;
    for (let i = 0; i < first.cells.length; i++) {
      const grid = second[i]!;
      const h1 = first.home0 + Math.floor(i / first.cols);
      const a1 = first.away0 + (i % first.cols);
      if (h1 >= size || a1 >= size || grid.home0 + grid.rows > size || grid.away0 + grid.cols > size) {
        addCell(mass, line, h1, a1, first.cells[i]!, grid);
        continue;
      }
      let weights = weightOf.get(grid);
      if (!weights) weightOf.set(grid, (weights = new Float64Array(patternCount)));
      weights[patterns[h1 * size + a1]!]! += first.cells[i]!;
    }
    for (const [grid, weights] of weightOf)
      for (let pattern = 0; pattern < patternCount; pattern++)
        if (weights[pattern]! > 0) addSlice(mass, winners, size, patterns.indexOf(pattern), weights[pattern]!, grid);
  }
}

function addSlice(
  mass: Float64Array,
  winners: Int8Array,
  size: number,
  first: number,
  weight: number,
  grid: CountGrid,
): void {
  const { home0, away0, rows, cols, cells } = grid;
  for (let row = 0, cell = 0; row < rows; row++) {
    const base = (first * size + home0 + row) * size + away0;
    for (let col = 0; col < cols; col++, cell++) {
      const winner = winners[base + col]!;
      if (winner >= 0) mass[winner]! += weight * cells[cell]!;
    }
  }
}

/** A score beyond the table: the line is asked cell by cell. */
function addCell(mass: Float64Array, line: HalvesLine, h1: number, a1: number, weight: number, grid: CountGrid): void {
  const { home0, away0, cols, cells } = grid;
  for (let cell = 0; cell < cells.length; cell++) {
    const winner = line(h1, a1, home0 + Math.floor(cell / cols), away0 + (cell % cols));
    if (winner >= 0) mass[winner]! += weight * cells[cell]!;
  }
}

function required<T>(law: T | undefined, market: Market): T {
  if (law === undefined) throw new Error(`market ${market.id} needs primitive ${market.primitive}`);
  return law;
}

/** Sums of thousands of cells overshoot by rounding alone. */
function clamp(probability: number): number {
  return probability > 1 ? 1 : probability;
}
