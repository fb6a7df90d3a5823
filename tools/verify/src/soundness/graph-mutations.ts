import {
  changedFacts,
  type FactName,
  type CatalogueMarket,
  type Market,
  planInvalidation,
  type PrimitiveId,
  type ReadsOf,
  readsOf,
  VARIANTS,
} from "@touchline/domain";
import { checkStep } from "./check-step.ts";
import type { Step } from "./play-match.ts";
import { emptyTally } from "./tally.ts";

/** A dependency graph with one mistake: the markets of `primitive` are said not to read `fact`. */
export interface Omission {
  readonly primitive: PrimitiveId;
  readonly fact: FactName;
}

/**
 * What the checker made of a mistake. `masked`: on these matches the fact never changed without another one that the
 * same markets read, so that leaving it out flags exactly as much. `unseen`: it never changed while they were open.
 */
export type MutationOutcome = "caught" | "masked" | "unseen" | "escaped";

/** Every mistake of that kind that the graph has room for. */
export function omissionsOf(markets: readonly CatalogueMarket[]): Omission[] {
  const omissions = new Map<string, Omission>();
  for (const market of markets)
    for (const variant of VARIANTS)
      for (const fact of Object.keys(readsOf(market, variant)) as FactName[])
        omissions.set(`${market.primitive} ${fact}`, { primitive: market.primitive, fact });
  return [...omissions.values()];
}

export function withOmission({ primitive, fact }: Omission): ReadsOf {
  return (market, variant) => {
    const { [fact]: left, ...rest } = readsOf(market, variant);
    return market.primitive === primitive && left !== undefined ? rest : readsOf(market, variant);
  };
}

/** Steps by the facts that change in them; those without a prediction prove nothing and are left out. */
export function stepsByFact(steps: readonly Step[]): ReadonlyMap<FactName, readonly Step[]> {
  const byFact = new Map<FactName, Step[]>();
  for (const step of steps) {
    if (!step.quotes) continue;
    for (const fact of changedFacts(step.before.state, step.after.state)) {
      const known = byFact.get(fact);
      if (known) known.push(step);
      else byFact.set(fact, [step]);
    }
  }
  return byFact;
}

/** Puts the checker to the test: does it see the mistake on these steps, in which the fact changes? */
export function checkMutation(omission: Omission, steps: readonly Step[], markets: readonly Market[]): MutationOutcome {
  const concerned = markets.filter(({ primitive }) => primitive === omission.primitive);
  const reads = withOmission(omission);
  const tally = emptyTally();
  let seen = false;
  let different = false;
  for (const step of steps) {
    checkStep(step, concerned, tally, reads);
    if (tally.misses > 0) return "caught";
    const right = reachOf(step, concerned, readsOf);
    seen ||= right !== "";
    different ||= right !== reachOf(step, concerned, reads);
  }
  if (!seen) return "unseen";
  return different ? "escaped" : "masked";
}

/** What is flagged of the markets that stay open, as text to compare. */
function reachOf({ before, after }: Step, markets: readonly Market[], reads: ReadsOf): string {
  const { touched } = planInvalidation(before.state, after.state, markets, reads);
  return touched.map(({ market, variants }) => `${market} ${variants?.join(" ") ?? "*"}`).join();
}
