import type { CountGrid } from "@touchline/domain";
import { certainCounts, gridFromWeights } from "../counts/count-grid.ts";

/** Leads up to two goals either way have factors of their own; a larger lead has those of two goals. */
export const LEAD_CLASSES = 5;

/**
 * Goal intensities of both sides by lead class (home lead -2 or worse ... +2 or better), per whole match:
 * over a share `s` of a match a side at constant lead scores Poisson(`s` * intensity) goals.
 */
export interface Intensities {
  readonly home: Float64Array;
  readonly away: Float64Array;
}

export function leadClass(lead: number): number {
  return lead <= -2 ? 0 : lead >= 2 ? 4 : lead + 2;
}

/*
 * All distributions here come from one Markov chain, the score, whose jump rates depend on the lead only once time is
 * measured in shares of the match's goals instead of minutes. Such a chain needs no time steps: by uniformisation its
 * distribution after share s is the Poisson(rate * s) mixture of the n-step distributions of a jump chain (Jensen
 * 1953), exact up to the tail cut off.
 */

/** Tail of the number of jumps that is left out; the grids are cut and scaled once more after this. */
const JUMP_TAIL = 1e-14;
const MAX_JUMPS = 200;

/** Poisson weights for the number of jumps, until the tail is below 1e-14; `jumpWeights[0 .. return value]` are set. */
export function loadJumpWeights(mean: number): number {
  let weight = Math.exp(-mean);
  let sum = weight;
  let jumps = 0;
  jumpWeights[0] = weight;
  while (1 - sum > JUMP_TAIL && jumps < MAX_JUMPS) {
    jumps++;
    weight *= mean / jumps;
    jumpWeights[jumps] = weight;
    sum += weight;
    // Past the mode the terms only fall: what the next one cannot change, rounding hides anyway.
    if (jumps > mean && weight < 0.1 * JUMP_TAIL) break;
  }
  return jumps;
}

/** Scratch, valid until the next call of `loadJumpWeights`. */
export const jumpWeights = new Float64Array(MAX_JUMPS + 1);

/** Largest total intensity over the lead classes: the rate of the uniformised chain. */
export function chainRate(intensities: Intensities): number {
  let rate = 0;
  for (let index = 0; index < LEAD_CLASSES; index++) {
    rate = Math.max(rate, intensities.home[index]! + intensities.away[index]!);
  }
  return rate;
}

/** Room for a border of zeros around the goals 0 .. MAX_JUMPS - 2, so that the inner loop needs no edge cases. */
let mass = new Float64Array(64 * 64);
let distribution = new Float64Array(64 * 64);
/** Scratch, valid until the next call of `loadJumpChances`. */
export const homeJump = new Float64Array(2 * MAX_JUMPS + 3);
export const awayJump = new Float64Array(2 * MAX_JUMPS + 3);
export const noJump = new Float64Array(2 * MAX_JUMPS + 3);

/**
 * Distribution of the goals each side adds over `share` of a match, starting from home lead `lead`.
 * @param share in shares of a whole match, at least 0
 * @returns grid with offsets 0
 */
export function goalDistribution(intensities: Intensities, lead: number, share: number): CountGrid {
  return goalDistributionFrom(intensities, lead, share, 1);
}

/** The same for a start that has only this `chance`: the rarer it is, the sooner its own tail may be cut. */
export function goalDistributionFrom(intensities: Intensities, lead: number, share: number, chance: number): CountGrid {
  const rate = chainRate(intensities);
  if (share * rate <= 0) return certainCounts({ home: 0, away: 0 });
  const jumps = jumpsWorth(chance, loadJumpWeights(rate * share));
  const stride = jumps + 2;
  const size = stride * stride;
  if (mass.length < size) {
    mass = new Float64Array(size);
    distribution = new Float64Array(size);
  }
  mass.fill(0, 0, size);
  distribution.fill(0, 0, size);
  loadJumpChances(intensities, lead, jumps, rate);
  mass[stride + 1] = 1;
  distribution[stride + 1] = jumpWeights[0]!;
  for (let jump = 1; jump <= jumps; jump++) oneJump(mass, distribution, jump, stride, jumps, jumpWeights[jump]!);
  return gridFromWeights(0, 0, distribution, stride, 1);
}

/** Jumps after which, given a start of this chance, less than the tail is left. */
function jumpsWorth(chance: number, mostJumps: number): number {
  let jumps = mostJumps;
  // Beyond the mode the weights fall faster than geometrically, so twice the first one left out covers the rest.
  while (jumps > 1 && 2 * chance * jumpWeights[jumps]! < JUMP_TAIL) jumps--;
  return jumps;
}

/** Chances of one jump by added lead (home goals less away goals, plus `jumps + 1` to make it an index). */
export function loadJumpChances(intensities: Intensities, lead: number, jumps: number, rate: number): void {
  for (let added = -jumps - 1; added <= jumps + 1; added++) {
    const index = leadClass(lead + added);
    const home = intensities.home[index]! / rate;
    const away = intensities.away[index]! / rate;
    homeJump[added + jumps + 1] = home;
    awayJump[added + jumps + 1] = away;
    noJump[added + jumps + 1] = 1 - home - away;
  }
}

/**
 * One step of the jump chain, in place: from the far corner back, so that every cell still reads its sources' old mass.
 */
function oneJump(
  chain: Float64Array,
  sum: Float64Array,
  jump: number,
  stride: number,
  jumps: number,
  weight: number,
): void {
  for (let home = jump; home >= 0; home--) {
    const row = (home + 1) * stride + 1;
    const centre = home + jumps + 1;
    for (let away = jump - home; away >= 0; away--) {
      const cell = row + away;
      const lead = centre - away;
      const next =
        chain[cell]! * noJump[lead]! +
        chain[cell - stride]! * homeJump[lead - 1]! +
        chain[cell - 1]! * awayJump[lead + 1]!;
      chain[cell] = next;
      sum[cell]! += weight * next;
    }
  }
}
