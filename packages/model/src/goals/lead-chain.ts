import type { Pair } from "@touchline/domain";
import {
  awayJump,
  chainRate,
  homeJump,
  type Intensities,
  jumpWeights,
  leadClass,
  loadJumpChances,
  loadJumpWeights,
  noJump,
} from "./goal-chain.ts";

/**
 * The lead alone: enough for expected goals, for who scores last and for where a clock window begins, and an order of
 * magnitude cheaper than the score. Arrays are indexed by `lead - lowest`.
 */
export interface LeadDistribution {
  readonly lowest: number;
  readonly mass: Float64Array;
}

/** Distribution of the lead after `share` of a match from `lead`. Mass beyond 1e-15 is cut off, not scaled back. */
export function leadDistribution(intensities: Intensities, lead: number, share: number): LeadDistribution {
  const rate = chainRate(intensities);
  if (share * rate <= 0) return { lowest: lead, mass: Float64Array.of(1) };
  const jumps = loadJumpWeights(rate * share);
  loadJumpChances(intensities, lead, jumps, rate);
  let mass: Float64Array = new Float64Array(2 * jumps + 1);
  let next: Float64Array = new Float64Array(2 * jumps + 1);
  const distribution = new Float64Array(2 * jumps + 1);
  mass[jumps] = 1;
  distribution[jumps] = jumpWeights[0]!;
  for (let jump = 1; jump <= jumps; jump++) {
    stepLead(mass, next, jumps - jump, jumps + jump);
    [mass, next] = [next, mass];
    const weight = jumpWeights[jump]!;
    for (let index = jumps - jump; index <= jumps + jump; index++) distribution[index]! += weight * mass[index]!;
  }
  return { lowest: lead - jumps, mass: distribution };
}

/**
 * One jump of the lead: `to[from .. until]` from `mass`, by the chances that `loadJumpChances` has set (one index
 * further up than the arrays here). Outside `from + 1 .. until - 1` the mass is zero, the chain having made fewer
 * jumps.
 */
function stepLead(mass: Float64Array, to: Float64Array, from: number, until: number): void {
  for (let index = from; index <= until; index++) {
    let next = mass[index]! * noJump[index + 1]!;
    if (index > from) next += mass[index - 1]! * homeJump[index]!;
    if (index < until) next += mass[index + 1]! * awayJump[index + 2]!;
    to[index] = next;
  }
}

/** Goals each side is expected to add over `share` of a match from `lead`. */
export function expectedGoals(intensities: Intensities, lead: number, share: number): Pair {
  const rate = chainRate(intensities);
  if (share * rate <= 0) return { home: 0, away: 0 };
  const jumps = loadJumpWeights(rate * share);
  loadJumpChances(intensities, lead, jumps, rate);
  let mass: Float64Array = new Float64Array(2 * jumps + 1);
  let next: Float64Array = new Float64Array(2 * jumps + 1);
  mass[jumps] = 1;
  let home = 0;
  let away = 0;
  let more = 1; // P(more jumps than so far): the time spent before the next one, times the chain's rate
  for (let jump = 0; jump <= jumps; jump++) {
    more -= jumpWeights[jump]!;
    if (more <= 0) break;
    for (let index = jumps - jump; index <= jumps + jump; index++) {
      home += more * mass[index]! * homeJump[index + 1]!;
      away += more * mass[index]! * awayJump[index + 1]!;
    }
    if (jump === jumps) break;
    stepLead(mass, next, jumps - jump - 1, jumps + jump + 1);
    [mass, next] = [next, mass];
  }
  return { home, away };
}

/** Who scores last over `share` of a match from `lead`; `none` is no goal at all. */
export function lastGoalDistribution(
  intensities: Intensities,
  lead: number,
  share: number,
): Pair & { readonly none: number } {
  const rate = chainRate(intensities);
  if (share * rate <= 0) return { home: 0, away: 0, none: 1 };
  const jumps = loadJumpWeights(rate * share);
  loadJumpChances(intensities, lead, jumps, rate);
  const size = 2 * jumps + 1;
  // Mass by lead whose last goal was the home side's, and the same for any lead whatever the last goal.
  let byHome: Float64Array = new Float64Array(size);
  let nextByHome: Float64Array = new Float64Array(size);
  let any: Float64Array = new Float64Array(size);
  let nextAny: Float64Array = new Float64Array(size);
  any[jumps] = 1;
  let home = 0;
  for (let jump = 1; jump <= jumps; jump++) {
    const from = jumps - jump;
    const until = jumps + jump;
    stepLead(any, nextAny, from, until);
    for (let index = from; index <= until; index++) {
      // A home goal makes it the last; an away goal takes it away; no jump leaves it.
      let next = byHome[index]! * noJump[index + 1]!;
      if (index > from) next += any[index - 1]! * homeJump[index]!;
      nextByHome[index] = next;
      home += jumpWeights[jump]! * next;
    }
    [any, nextAny] = [nextAny, any];
    [byHome, nextByHome] = [nextByHome, byHome];
  }
  const own = leadClass(lead);
  const none = Math.exp(-share * (intensities.home[own]! + intensities.away[own]!));
  return { home, away: 1 - home - none, none };
}
