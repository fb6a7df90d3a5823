import type { FactName } from "../dependencies/facts.ts";
import type { Reads } from "../dependencies/reads.ts";
import type { MatchState } from "../match/match-state.ts";
import { oncePerState } from "../match/once-per-state.ts";
import { SOURCE_FAMILIES } from "../events/sources-policy.ts";
import { KIND_MOVES, movedBy } from "./happening-kind.ts";

export type SourceReason = "sources_silent" | "report_unconfirmed";

interface Doubted {
  readonly silent: ReadonlySet<FactName> | "all";
  readonly awaited: ReadonlySet<FactName> | "all";
}

const CERTAIN: ReadonlySet<FactName> = new Set();

const doubted = oncePerState(({ sources }): Doubted => {
  if (!sources) return { silent: CERTAIN, awaited: CERTAIN };
  const silent = SOURCE_FAMILIES.filter((family) => sources.families[family]?.acting === null);
  return {
    silent: together(silent.map(movedBy)),
    awaited: together(sources.suspending.map((kind) => KIND_MOVES.get(kind) ?? "none")),
  };
});

function together(moves: readonly (readonly FactName[] | "all" | "none")[]): ReadonlySet<FactName> | "all" {
  if (moves.includes("all")) return "all";
  return new Set(moves.flatMap((facts) => (typeof facts === "string" ? [] : facts)));
}

/**
 * Why what reads these facts may not be offered: nobody speaks for one of them, or one may have changed and the source
 * that decides has not confirmed it.
 */
export function sourceReason(reads: Reads, state: MatchState): SourceReason | undefined {
  if (!state.sources) return undefined;
  const { silent, awaited } = doubted(state);
  if (readsAny(reads, silent)) return "sources_silent";
  return readsAny(reads, awaited) ? "report_unconfirmed" : undefined;
}

function readsAny(reads: Reads, facts: ReadonlySet<FactName> | "all"): boolean {
  if (facts === "all") return true;
  return [...facts].some((fact) => reads[fact] !== undefined);
}
