import { changedFacts, type FactName } from "../dependencies/facts.ts";
import type { MatchState } from "../match/match-state.ts";
import { differingParts } from "./state-parts.ts";

/** Parts tried one at a time; a step that changed more than these is blamed as a whole. */
const MOST_PARTS = 32;

/**
 * Which of the facts that differ between two states make a prediction differ: each part of the state is taken over
 * alone, and what then changes the prediction is to blame. Where several facts hang on one part, those that another
 * part proves are taken; without such a proof, all of them. Where no part alone changes it, all facts are to blame:
 * too many facts cost recomputes, too few cost a true label.
 * @param suspects the facts that differ and that nobody has declared
 * @param differs whether the prediction for this state is another one than for `before`; false where it has none
 */
export async function factsToBlame(
  before: MatchState,
  after: MatchState,
  suspects: readonly FactName[],
  differs: (state: MatchState) => Promise<boolean>,
): Promise<FactName[]> {
  if (suspects.length <= 1) return [...suspects];
  const parts = differingParts(before, after);
  if (parts.length > MOST_PARTS) return [...suspects];
  const witnesses: FactName[][] = [];
  for (const part of parts) {
    const state = part.applyTo(before);
    const moved = changedFacts(before, state).filter((fact) => suspects.includes(fact));
    // A part that moves no suspect cannot prove one; it may be an input that no fact describes.
    if (moved.length > 0 && (await differs(state))) witnesses.push(moved);
  }
  const blamed = blameOf(witnesses);
  return blamed.size === 0 ? [...suspects] : suspects.filter((fact) => blamed.has(fact));
}

/** The fewest facts that explain every witness: single ones first, then whole witnesses that none of them explains. */
export function blameOf(witnesses: readonly (readonly FactName[])[]): Set<FactName> {
  const blamed = new Set<FactName>();
  for (const facts of witnesses.toSorted((a, b) => a.length - b.length))
    if (!facts.some((fact) => blamed.has(fact))) for (const fact of facts) blamed.add(fact);
  return blamed;
}
