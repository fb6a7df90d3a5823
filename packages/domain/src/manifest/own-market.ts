import type { FactName } from "../dependencies/facts.ts";
import type { Reads } from "../dependencies/reads.ts";
import type { Severity } from "../dependencies/severity.ts";
import { findMarket } from "../markets/catalogue.ts";
import { type Market, outcomesOf } from "../markets/market.ts";
import type { OutcomeResult } from "../markets/outcome-result.ts";
import { payoffReads } from "../markets/payoff-reads.ts";
import { playedResultsOf } from "../markets/settlement.ts";
import { EMPTY_STATE } from "../match/fold-events.ts";
import type { MatchState } from "../match/match-state.ts";
import type { ManifestMarket } from "./manifest.ts";
import { factOfPath, pathsOf, resultsOfPayoff } from "./payoff.ts";

type Results = Readonly<Record<string, OutcomeResult>>;
type Settle = (state: MatchState) => Results | undefined;

/** A market that is not in the catalogue, as its manifest describes it. The manifest has been checked. */
export function ownMarket(id: string, said: ManifestMarket, reads: Reads): Market {
  const { name = id, category = "specials", outcomes = [], winners = "exclusive" } = said;
  const shown: Market = {
    id,
    name,
    category,
    outcomes,
    winners,
    scope: "all",
    aliases: {},
    space: "own",
    primitive: `own.${said.group ?? id}`,
    reads: decidingReads(reads, said),
    settle: remembering(settleOf(said, { outcomes, winners })),
    settlement: wordsOf(said),
  };
  return shown;
}

const GOALS: ReadonlySet<FactName> = new Set<FactName>([
  "score",
  "half_time_score",
  "extra_time_score",
  "goal_times",
  "goal_order",
  "scorers",
]);

/**
 * The facts that decide the market: those that its model reads and those that its payoff goes by. Its feed has to carry
 * what they are counted from, and what goals decide is suspended while a goal may have been scored.
 */
function decidingReads(reads: Reads, { settlement }: ManifestMarket): Reads {
  const paths = typeof settlement === "object" && "wins" in settlement ? pathsOf(settlement) : [];
  const rule = typeof settlement === "object" && "as" in settlement ? findMarket(settlement.as) : undefined;
  const facts: FactName[] = [
    ...(Object.keys(reads) as FactName[]),
    ...paths.flatMap((path) => factOfPath(path)?.fact ?? []),
    ...(rule ? (Object.keys(payoffReads(rule)) as FactName[]) : []),
  ];
  const needed: Partial<Record<FactName, Severity>> = { clock_correction: "hard" };
  for (const fact of facts) {
    if (GOALS.has(fact)) Object.assign(needed, { "coverage.goals": "hard", penalty_pending: "hard" });
    if (fact.endsWith("corners")) needed["coverage.corners"] = "hard";
    if (fact === "cards" || fact === "half_time_cards") needed["coverage.cards"] = "hard";
    if (fact.startsWith("coverage.")) needed[fact] = "hard";
  }
  return { ...reads, ...needed };
}

/** Faults of the settlement of a market that is not in the catalogue. */
export function settlementFaults(at: string, { settlement, outcomes = [] }: ManifestMarket): string[] {
  if (settlement === undefined || settlement === "none") return [];
  if ("as" in settlement) {
    const rule = findMarket(settlement.as);
    if (!rule) return [`${at}.settlement.as: there is no market ${settlement.as}; GET /v1/markets lists them`];
    const fixed = outcomesOf(rule, EMPTY_STATE);
    if (fixed.length === 0) return [`${at}.settlement.as: ${settlement.as} has no fixed outcomes; choose another rule`];
    return outcomes.flatMap((outcome) => {
      const like = settlement.outcomes?.[outcome] ?? outcome;
      return fixed.includes(like)
        ? []
        : [`${at}.settlement.outcomes.${outcome}: must be one of ${fixed.join(", ")}, of ${settlement.as}`];
    });
  }
  const named = Object.keys(settlement.wins);
  return [
    ...outcomes
      .filter((outcome) => !named.includes(outcome))
      .map((outcome) => `${at}.settlement.wins.${outcome}: is missing; say when this outcome wins`),
    ...named
      .filter((outcome) => !outcomes.includes(outcome))
      .map((outcome) => `${at}.settlement.wins.${outcome}: is no outcome of the market; remove it, or add the outcome`),
    ...pathsOf(settlement).flatMap((path) =>
      factOfPath(path)
        ? []
        : [`${at}.settlement: ${JSON.stringify(path)} begins with no fact; docs/facts.md lists them`],
    ),
  ];
}

function settleOf(
  { settlement = "none" }: ManifestMarket,
  market: { readonly outcomes: readonly string[]; readonly winners: "exclusive" | "overlapping" },
): Settle {
  if (settlement === "none") return () => undefined;
  if (!("as" in settlement)) return (state) => resultsOfPayoff(settlement, market, state);
  const rule = findMarket(settlement.as);
  return (state) => {
    const results = rule && playedResultsOf(rule, state);
    if (!results) return undefined;
    return Object.fromEntries(
      market.outcomes.map((outcome) => [outcome, results[settlement.outcomes?.[outcome] ?? outcome] ?? "void"]),
    );
  };
}

/** Equal results are one object, so that what is made of them is made once. */
function remembering(settle: Settle): Settle {
  const known = new Map<string, Results>();
  return (state) => {
    const results = settle(state);
    if (!results) return undefined;
    const key = Object.entries(results).flat().join();
    const made = known.get(key) ?? results;
    if (known.size < MOST_REMEMBERED) known.set(key, made);
    return made;
  };
}

const MOST_REMEMBERED = 256;

function wordsOf({ settlement = "none" }: ManifestMarket): string {
  if (settlement === "none") return "Not settled here";
  if ("as" in settlement) return `Settles as ${settlement.as} does`;
  return "Settles by the payoff of its manifest";
}
