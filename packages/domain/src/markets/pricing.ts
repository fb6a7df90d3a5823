import type { CountGrid, HalfFullGrid } from "../dependencies/count-grid.ts";
import { type CountLine, type HalvesLine, type CatalogueMarket, outcomesOf } from "./market.ts";
import type { MatchState } from "../match/match-state.ts";
import type { Distributions, NamedDistribution, StakeDistribution } from "../dependencies/primitive.ts";
import { type Margin, marginOf } from "./statistic.ts";
import { type CountTable, countTable, halvesTable } from "./winner-table.ts";

/**
 * Probability of each outcome of `market` under `distributions`: its payoff summed over the distribution of its
 * primitive.
 *
 * For markets that may refund the stake this is the probability that fair odds imply, wins over wins and losses,
 * so that complements always sum to 1; a quarter line counts half of each neighbour. Overlapping markets give each
 * outcome its own probability. A bet on a scorer is returned on a condition of its own, so each such price is wins over
 * wins and losses by itself, and first scorers may sum to more than 1.
 *
 * @returns one number per outcome of `outcomesOf`, in its order, in [0, 1]
 * @throws Error when `distributions` lacks the market's primitive
 */
export function priceMarket(market: CatalogueMarket, distributions: Distributions, state: MatchState): number[] {
  if (market.space === "named")
    return namedProbabilities(market, required(distributions[market.primitive], market), state);
  const mass = new Float64Array(market.outcomes.length);
  if (market.space === "halves") addHalves(mass, market.lines, required(distributions.half_and_full, market));
  else addCounts(mass, market.lines, required(distributions[market.primitive], market));
  const prices: number[] = [];
  let staked = 0;
  for (const share of mass) staked += share;
  for (const share of mass) {
    if (market.winners === "overlapping") prices.push(clamp(share));
    // All mass refunded: the market cannot be decided any more, yet it is open until the whistle. Even odds.
    else prices.push(staked > 0 ? clamp(share / staked) : 1 / mass.length);
  }
  return prices;
}

function namedProbabilities(
  market: CatalogueMarket,
  distribution: NamedDistribution | StakeDistribution,
  state: MatchState,
): number[] {
  return outcomesOf(market, state).map((outcome) => {
    const chance = distribution[outcome];
    if (chance === undefined) throw new Error(`distribution of ${market.primitive} lacks outcome ${outcome}`);
    if (typeof chance === "number") return clamp(chance);
    // A stake that is sure to be returned can win nothing.
    return chance.stands > 0 ? clamp(chance.wins / chance.stands) : 0;
  });
}

function addCounts(mass: Float64Array, lines: readonly CountLine[], grid: CountGrid): void {
  for (const line of lines) {
    const table = countTable(line);
    if (fits(grid, table.size)) addTable(mass, table, grid, 1);
    else addCells(mass, line, grid, 1);
  }
}

/** Adds what each outcome wins under `grid`, times `weight`. The grid's counts must lie inside the table. */
function addTable(mass: Float64Array, { size, winners, decided }: CountTable, grid: CountGrid, weight: number): void {
  if (decided) {
    addMargin(mass, decided.winners, size, marginOf(grid, decided.by), weight);
    return;
  }
  const { home0, away0, rows, cols, cells } = grid;
  for (let row = 0, cell = 0; row < rows; row++) {
    const base = (home0 + row) * size + away0;
    for (let col = 0; col < cols; col++, cell++) {
      const winner = winners[base + col]!;
      if (winner >= 0) mass[winner]! += weight * cells[cell]!;
    }
  }
}

function addMargin(mass: Float64Array, winners: Int8Array, size: number, margin: Margin, weight: number): void {
  const { lowest, mass: distribution } = margin;
  for (let index = 0; index < distribution.length; index++) {
    const winner = winners[lowest + index + size]!;
    if (winner >= 0) mass[winner]! += weight * distribution[index]!;
  }
}

/** Counts beyond the table: the line is asked cell by cell. */
function addCells(mass: Float64Array, line: CountLine, grid: CountGrid, weight: number): void {
  const { home0, away0, cols, cells } = grid;
  for (let cell = 0; cell < cells.length; cell++) {
    const winner = line(home0 + Math.floor(cell / cols), away0 + (cell % cols));
    if (winner >= 0) mass[winner]! += weight * cells[cell]!;
  }
}

function fits(grid: CountGrid, size: number): boolean {
  return endOf(grid) <= size;
}

/** Both counts lie below it. */
function endOf({ home0, away0, rows, cols }: CountGrid): number {
  return Math.max(home0 + rows, away0 + cols);
}

/**
 * Many first halves pay alike: those with the same distribution of the second half (equal leads) and the same payoff
 * pattern are summed first, so that each second half is walked once for all of them.
 */
function addHalves(mass: Float64Array, lines: readonly HalvesLine[], joint: HalfFullGrid): void {
  const { first } = joint;
  const { distributions, distributionOf } = secondHalvesOf(joint);
  const needed = Math.max(endOf(first), ...distributions.map(endOf));
  for (const line of lines) {
    const { size, patterns, patternCount, second } = halvesTable(line, needed);
    const weights = new Float64Array(distributions.length * patternCount);
    for (let row = 0, cell = 0; row < first.rows; row++) {
      const h1 = first.home0 + row;
      for (let col = 0; col < first.cols; col++, cell++) {
        const a1 = first.away0 + col;
        const distribution = distributionOf[cell]!;
        if (h1 < size && a1 < size && fits(distributions[distribution]!, size))
          weights[distribution * patternCount + patterns[h1 * size + a1]!]! += first.cells[cell]!;
        else addCells(mass, (h2, a2) => line(h1, a1, h2, a2), distributions[distribution]!, first.cells[cell]!);
      }
    }
    for (let distribution = 0, index = 0; distribution < distributions.length; distribution++)
      for (let pattern = 0; pattern < patternCount; pattern++, index++)
        if (weights[index]! > 0) addTable(mass, second[pattern]!, distributions[distribution]!, weights[index]!);
  }
}

interface SecondHalves {
  readonly distributions: readonly CountGrid[];
  /** By cell of the first half: which of `distributions`. */
  readonly distributionOf: Uint16Array;
}

const secondHalves = new WeakMap<HalfFullGrid, SecondHalves>();

/** The different distributions of the second half, found once for all the markets on both halves. */
function secondHalvesOf(joint: HalfFullGrid): SecondHalves {
  let known = secondHalves.get(joint);
  if (!known) {
    const numbers = new Map<CountGrid, number>();
    const distributionOf = new Uint16Array(joint.second.length);
    for (const [cell, distribution] of joint.second.entries()) {
      const number = numbers.get(distribution) ?? numbers.size;
      numbers.set(distribution, number);
      distributionOf[cell] = number;
    }
    known = { distributions: [...numbers.keys()], distributionOf };
    secondHalves.set(joint, known);
  }
  return known;
}

function required<T>(distribution: T | undefined, market: CatalogueMarket): T {
  if (distribution === undefined) throw new Error(`market ${market.id} needs primitive ${market.primitive}`);
  return distribution;
}

/** Sums of thousands of cells overshoot by rounding alone. */
function clamp(probability: number): number {
  return probability > 1 ? 1 : probability;
}
