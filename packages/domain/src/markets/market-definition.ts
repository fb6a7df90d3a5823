import { createHash } from "node:crypto";
import { canonicalJson } from "../json/canonical-json.ts";
import type { Market } from "./market.ts";
import type { MatchState } from "../match/match-state.ts";
import { COUNT_PRIMITIVES, type CountPrimitive } from "../dependencies/primitives/count-primitives.ts";
import { NAMED_PRIMITIVES, type NamedPrimitive } from "../dependencies/primitives/named-primitives.ts";

/** A count above every line of the catalogue: a larger one pays the same. */
const MOST_COUNTED = 16;
/** Goals of one side in one half, likewise. */
const MOST_GOALS = 5;

/**
 * All that decides what a market is worth and what it pays, but for its name: as plain JSON, equal for two builds that
 * mean the same by it. A payoff is a function, so it is identified by what it gives for every small result.
 */
export function definitionOf(market: Market): unknown {
  const { id, category, outcomes, winners, scope, space, primitive } = market;
  return { id, category, outcomes, winners, scope, space, primitive, pays: payoffsOf(market) };
}

function payoffsOf(market: Market): string[] {
  switch (market.space) {
    case "counts":
      return market.lines.map((line) => digest(everyPair(MOST_COUNTED, line)));
    case "halves":
      return market.lines.map((line) =>
        digest(everyPair(MOST_GOALS, (h1, a1) => everyPair(MOST_GOALS, (h2, a2) => line(h1, a1, h2, a2)))),
      );
    case "named":
    case "own":
      return [];
  }
}

/** What `valueOf` gives for each pair of counts, each up to `most`, in one text. */
function everyPair(most: number, valueOf: (home: number, away: number) => number | string): string {
  const all: (number | string)[] = [];
  for (let home = 0; home <= most; home++) for (let away = 0; away <= most; away++) all.push(valueOf(home, away));
  return all.join();
}

/** What the primitives make of the states of a match for settlement. */
export function settlementRules(
  states: readonly MatchState[],
  named: Readonly<Record<string, NamedPrimitive>> = NAMED_PRIMITIVES,
  counted: Readonly<Record<string, CountPrimitive>> = COUNT_PRIMITIVES,
): unknown {
  return states.map((state) => [
    shown(counted, ({ progress }) => progress(state)),
    shown(named, (primitive) => namedRule(primitive, state)),
  ]);
}

function namedRule({ outcomes, settle }: NamedPrimitive, state: MatchState): unknown {
  return [outcomes(state), settle(state) ?? null];
}

function shown<Rule>(rules: Readonly<Record<string, Rule>>, show: (rule: Rule) => unknown): unknown {
  return Object.fromEntries(Object.entries(rules).map(([id, rule]) => [id, show(rule)]));
}

/** Twelve hexadecimal digits that identify a value. */
export function digest(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex").slice(0, 12);
}
