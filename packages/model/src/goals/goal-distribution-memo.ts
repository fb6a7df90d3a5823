import type { CountGrid } from "@touchline/domain";
import { addScaled } from "../counts/count-grid.ts";
import { goalDistributionFrom, type Intensities, LEAD_CLASSES } from "./goal-chain.ts";

/*
 * What the second half or a later quarter of an hour brings, given the lead it starts from, does not depend on the
 * clock while it lies ahead. So one distribution serves a whole half of refreshes, and every market on it.
 * Distributions are pure functions of what they are remembered by: whether one is remembered changes nothing but time.
 */

/** Stretches remembered: about eight matches under way at a time in one process, with six stretches each. */
const MOST_STRETCHES = 64;
/** Leads are bounded by the goals a match can have; this bounds what a broken feed can make us keep. */
const MOST_DISTRIBUTIONS = 128;
/** Starts are as rare as a power of this: so that distributions are shared while the chances of their starts drift. */
const RARITY = 10;

/** A share of a match under given intensities, with the distributions known for it by start. */
interface Stretch {
  readonly intensities: Intensities;
  readonly share: number;
  readonly distributions: Map<number, CountGrid>;
}

/** The latest first. */
const stretches: Stretch[] = [];

/**
 * Distribution of the goals each side adds over `share` of a match from home lead `lead`.
 * @param chance of that start, as far as the caller cares: less than 1e-14 of it all is cut off
 * @returns one and the same grid for equal arguments
 */
export function goalDistributionAfter(
  intensities: Intensities,
  lead: number,
  share: number,
  chance: number,
): CountGrid {
  return distributionIn(stretchOf(intensities, share), lead, chance);
}

/**
 * The same for an uncertain start: `leadMass[i]` is the chance of home lead `lowestLead + i`.
 * @returns a grid of the caller's own
 */
export function goalDistributionOverLeads(
  intensities: Intensities,
  lowestLead: number,
  leadMass: Float64Array,
  share: number,
): CountGrid {
  // A certain start belongs to a stretch that has begun, whose share changes with every second.
  if (leadMass.length === 1) return goalDistributionFrom(intensities, lowestLead, share, 1);
  const stretch = stretchOf(intensities, share);
  const distributions: CountGrid[] = [];
  const chances: number[] = [];
  let total = 0;
  let rows = 1;
  let cols = 1;
  for (let index = 0; index < leadMass.length; index++) {
    const chance = leadMass[index]!;
    if (chance < LEAST_CHANCE) continue;
    const distribution = distributionIn(stretch, lowestLead + index, chance);
    distributions.push(distribution);
    chances.push(chance);
    total += chance;
    rows = Math.max(rows, distribution.rows);
    cols = Math.max(cols, distribution.cols);
  }
  const sum: CountGrid = { home0: 0, away0: 0, rows, cols, cells: new Float64Array(rows * cols) };
  for (let index = 0; index < distributions.length; index++)
    addScaled(sum, distributions[index]!, chances[index]! / total);
  return sum;
}

const LEAST_CHANCE = 1e-12;

function distributionIn({ intensities, share, distributions }: Stretch, lead: number, chance: number): CountGrid {
  const rarity = Math.min(0, Math.ceil(Math.log10(chance) / Math.log10(RARITY)));
  // One number for both: leads are far below 1000, and so are the powers.
  const key = lead * 1000 - rarity;
  let distribution = distributions.get(key);
  if (!distribution) {
    distribution = goalDistributionFrom(intensities, lead, share, RARITY ** rarity);
    if (distributions.size < MOST_DISTRIBUTIONS) distributions.set(key, distribution);
  }
  return distribution;
}

function stretchOf(intensities: Intensities, share: number): Stretch {
  const index = stretches.findIndex((stretch) => stretch.share === share && areEqual(stretch.intensities, intensities));
  const [known] = index < 0 ? [] : stretches.splice(index, 1);
  const stretch = known ?? { intensities, share, distributions: new Map<number, CountGrid>() };
  stretches.unshift(stretch);
  if (stretches.length > MOST_STRETCHES) stretches.pop();
  return stretch;
}

function areEqual(one: Intensities, other: Intensities): boolean {
  if (one === other) return true;
  for (let index = 0; index < LEAD_CLASSES; index++)
    if (one.home[index] !== other.home[index] || one.away[index] !== other.away[index]) return false;
  return true;
}
