import type { CountGrid, HalfFullGrid } from "./count-grid.ts";
import { type CountLine, type HalvesLine, type Market, REFUND } from "./market.ts";
import type { Laws } from "./primitive.ts";

/**
 * Probability of each outcome of `market` under `laws`: its payoff summed over the law of its primitive.
 *
 * For markets that may refund the stake this is the probability that fair odds imply, wins over wins and losses,
 * so that complements always sum to 1; a quarter line counts half of each neighbour. Overlapping markets give each
 * outcome its own probability.
 *
 * @returns one number per outcome, in catalogue order, in [0, 1]
 * @throws Error when `laws` lacks the market's primitive
 */
export function priceMarket(market: Market, laws: Laws): number[] {
  const mass = new Float64Array(market.outcomes.length);
  if (market.primitive === "half_and_full") addHalves(mass, market.lines, required(laws.half_and_full, market));
  else addCounts(mass, market.lines, required(laws[market.primitive], market));
  if (market.winners === "overlapping") return Array.from(mass, clamp);
  const staked = mass.reduce((total, share) => total + share, 0);
  // All mass refunded: the market cannot be decided any more, yet it is open until the whistle. Even odds.
  return Array.from(mass, (share) => (staked > 0 ? clamp(share / staked) : 1 / mass.length));
}

function addCounts(mass: Float64Array, lines: readonly CountLine[], grid: CountGrid): void {
  const { home0, away0, rows, cols, cells } = grid;
  for (let row = 0; row < rows; row++)
    for (let col = 0; col < cols; col++) {
      const probability = cells[row * cols + col] ?? 0;
      if (probability === 0) continue;
      for (const line of lines) {
        const winner = line(home0 + row, away0 + col);
        if (winner !== REFUND) mass[winner] = (mass[winner] ?? 0) + probability;
      }
    }
}

function addHalves(mass: Float64Array, lines: readonly HalvesLine[], { first, second }: HalfFullGrid): void {
  for (let i = 0; i < first.cells.length; i++) {
    const weight = first.cells[i] ?? 0;
    const grid = second[i];
    if (weight === 0 || !grid) continue;
    const h1 = first.home0 + Math.floor(i / first.cols);
    const a1 = first.away0 + (i % first.cols);
    for (let j = 0; j < grid.cells.length; j++) {
      const probability = weight * (grid.cells[j] ?? 0);
      if (probability === 0) continue;
      const h2 = grid.home0 + Math.floor(j / grid.cols);
      const a2 = grid.away0 + (j % grid.cols);
      for (const line of lines) {
        const winner = line(h1, a1, h2, a2);
        if (winner !== REFUND) mass[winner] = (mass[winner] ?? 0) + probability;
      }
    }
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
