/**
 * What a feed may or may not carry. A market that pays on what nobody carries would settle as if it had not happened,
 * so it is neither offered nor settled. `substitutions` and `lineups` decide for whom a bet on a scorer stands;
 * `prices` decide no market, they only move the variant that listens to them.
 */
export const FACT_FAMILIES = [
  "goals",
  "scorers",
  "corners",
  "cards",
  "penalties",
  "substitutions",
  "lineups",
  "prices",
] as const;
export type FactFamily = (typeof FACT_FAMILIES)[number];
