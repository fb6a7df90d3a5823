import { z } from "zod";
import { type FactName, FACT_NAMES, factsOf } from "../dependencies/facts.ts";
import type { OutcomeResult } from "../markets/outcome-result.ts";
import type { MatchState } from "../match/match-state.ts";

/** A number: written out, a fact (`corners.home`, `corners.total`), a sum or a difference. */
export type Term = number | string | { readonly sum: readonly Term[] } | { readonly minus: readonly [Term, Term] };

/** Whether something holds of the facts. A number that is not known yet makes every comparison false. */
export type Condition =
  | { readonly over: readonly [Term, Term] }
  | { readonly atLeast: readonly [Term, Term] }
  | { readonly equal: readonly [Term, Term] }
  | { readonly is: readonly [string, string | boolean | number | null] }
  | { readonly played: "first_half" | "second_half" | "match" }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

const MOST_PARTS = 50;
const path = z.string().min(1).max(80);
const Term: z.ZodType<Term> = z.lazy(() =>
  z.union([
    z.number(),
    path,
    z.strictObject({ sum: z.array(Term).min(1).max(MOST_PARTS) }),
    z.strictObject({ minus: z.tuple([Term, Term]) }),
  ]),
);
const pair = z.tuple([Term, Term]);
const Condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ over: pair }),
    z.strictObject({ atLeast: pair }),
    z.strictObject({ equal: pair }),
    z.strictObject({ is: z.tuple([path, z.union([z.string().max(80), z.boolean(), z.number(), z.null()])]) }),
    z.strictObject({ played: z.enum(["first_half", "second_half", "match"]) }),
    z.strictObject({ all: z.array(Condition).min(1).max(MOST_PARTS) }),
    z.strictObject({ any: z.array(Condition).min(1).max(MOST_PARTS) }),
    z.strictObject({ not: Condition }),
  ]),
);

/** What a market pays: once `decided` holds, the outcomes whose condition holds have won. */
export const Payoff = z.strictObject({
  wins: z.record(z.string().max(64), Condition),
  /** By default: the second half has been played. */
  decided: Condition.optional(),
  /** Stakes are returned. */
  void: Condition.optional(),
});
export type Payoff = z.infer<typeof Payoff>;

/** The facts by which a payoff goes, as it spells them. */
export function pathsOf(payoff: Payoff): string[] {
  const found: string[] = [];
  const term = (part: Term): void => {
    if (typeof part === "string") found.push(part);
    else if (typeof part === "object") for (const inner of "sum" in part ? part.sum : part.minus) term(inner);
  };
  const condition = (part: Condition): void => {
    if ("is" in part) found.push(part.is[0]);
    else if ("not" in part) condition(part.not);
    else if ("all" in part) for (const inner of part.all) condition(inner);
    else if ("any" in part) for (const inner of part.any) condition(inner);
    else if (!("played" in part)) for (const inner of Object.values(part)[0] ?? []) term(inner);
  };
  for (const each of [...Object.values(payoff.wins), payoff.decided, payoff.void]) if (each) condition(each);
  return found;
}

/** The fact that a path begins with, and what follows it. Undefined when it begins with none. */
export function factOfPath(text: string): { readonly fact: FactName; readonly rest: readonly string[] } | undefined {
  const fact = FACT_NAMES.filter((name) => text === name || text.startsWith(`${name}.`)).toSorted(
    (a, b) => b.length - a.length,
  )[0];
  if (fact === undefined) return undefined;
  return { fact, rest: text.length === fact.length ? [] : text.slice(fact.length + 1).split(".") };
}

/** How each outcome of the payoff ended in `state`; undefined while it is open. */
export function resultsOfPayoff(
  payoff: Payoff,
  { outcomes, winners }: { readonly outcomes: readonly string[]; readonly winners: "exclusive" | "overlapping" },
  state: MatchState,
): Readonly<Record<string, OutcomeResult>> | undefined {
  if (payoff.void && holds(payoff.void, state)) return allOf(outcomes, "void");
  if (!holds(payoff.decided ?? { played: "second_half" }, state)) return undefined;
  const won = new Set(outcomes.filter((outcome) => payoff.wins[outcome] && holds(payoff.wins[outcome], state)));
  // A payoff in which nobody wins, or two do where one alone may, has not foreseen this match.
  if (winners === "exclusive" && won.size !== 1) return allOf(outcomes, "void");
  return Object.fromEntries(outcomes.map((outcome) => [outcome, won.has(outcome) ? "won" : "lost"]));
}

function allOf(outcomes: readonly string[], result: OutcomeResult): Record<string, OutcomeResult> {
  return Object.fromEntries(outcomes.map((outcome) => [outcome, result]));
}

const PERIODS_BEFORE_END = { first_half: 1, second_half: 2 } as const;

function holds(condition: Condition, state: MatchState): boolean {
  if ("all" in condition) return condition.all.every((part) => holds(part, state));
  if ("any" in condition) return condition.any.some((part) => holds(part, state));
  if ("not" in condition) return !holds(condition.not, state);
  if ("played" in condition)
    return condition.played === "match" ? state.over : state.periodsPlayed >= PERIODS_BEFORE_END[condition.played];
  if ("is" in condition) return valueAt(condition.is[0], state) === condition.is[1];
  const [kind, [left, right]] = Object.entries(condition)[0] as ["over" | "atLeast" | "equal", [Term, Term]];
  const [a, b] = [numberOf(left, state), numberOf(right, state)];
  if (a === undefined || b === undefined) return false;
  return kind === "over" ? a > b : kind === "atLeast" ? a >= b : a === b;
}

function numberOf(term: Term, state: MatchState): number | undefined {
  if (typeof term === "number") return term;
  if (typeof term === "string") {
    const value = valueAt(term, state);
    return typeof value === "number" ? value : undefined;
  }
  const parts = ("sum" in term ? term.sum : term.minus).map((part) => numberOf(part, state));
  if (!parts.every((part) => part !== undefined)) return undefined;
  return "sum" in term ? parts.reduce((sum, part) => sum + part, 0) : (parts[0] ?? 0) - (parts[1] ?? 0);
}

function valueAt(text: string, state: MatchState): unknown {
  const found = factOfPath(text);
  if (!found) return undefined;
  let value: unknown = factsOf(state)[found.fact];
  for (const step of found.rest) {
    if (typeof value !== "object" || value === null) return undefined;
    const fields = value as Record<string, unknown>;
    if (step === "total" && typeof fields["home"] === "number" && typeof fields["away"] === "number")
      value = fields["home"] + fields["away"];
    else value = Object.hasOwn(fields, step) ? fields[step] : undefined;
  }
  return value;
}
