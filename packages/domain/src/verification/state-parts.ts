import { equalJson } from "../json/equal-json.ts";
import type { MatchState } from "../match/match-state.ts";

/** One part in which two states differ, and how to take it over alone. */
export interface StatePart {
  /** Such as `weather` or `lineups.home`. */
  readonly name: string;
  /** `state` with this part as the second state has it, and all else as it was. */
  applyTo(state: MatchState): MatchState;
}

/** Fields that hold several inputs side by side, each of which may change alone. */
const DIVIDED = [
  "lineups",
  "goalkeepers",
  "unavailable",
  "off",
  "stoppage",
  "counts",
  "halfTimeCounts",
  "uncovered",
  "prematchOdds",
] as const satisfies readonly (keyof MatchState)[];

/**
 * The parts in which `other` differs from `state`. All of them applied to `state` make `other`; one of them alone makes
 * a state that no events may lead to, and that says what a prediction looks at.
 */
export function differingParts(state: MatchState, other: MatchState): StatePart[] {
  const names = new Set([...Object.keys(state), ...Object.keys(other)]) as Set<keyof MatchState>;
  return [...names].flatMap((name) => {
    if (equalJson(state[name], other[name])) return [];
    const [from, into]: unknown[] = [other[name], state[name]];
    if (!isDivided(name) || !isRecord(from) || !isRecord(into)) return [wholePart(name, from)];
    const keys = new Set([...Object.keys(from), ...Object.keys(into)]);
    return [...keys].filter((key) => !equalJson(from[key], into[key])).map((key) => innerPart(name, key, from[key]));
  });
}

function wholePart(name: keyof MatchState, value: unknown): StatePart {
  return { name, applyTo: (state) => withField(state, name, value) };
}

function innerPart(name: keyof MatchState, key: string, value: unknown): StatePart {
  return {
    name: `${name}.${key}`,
    applyTo: (state) => withField(state, name, withField((state[name] ?? {}) as object, key, value)),
  };
}

function withField<T extends object>(record: T, key: string, value: unknown): T {
  const { [key as keyof T]: _old, ...rest } = record;
  return (value === undefined ? rest : { ...rest, [key]: value }) as T;
}

function isDivided(name: keyof MatchState): boolean {
  return (DIVIDED as readonly string[]).includes(name);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
