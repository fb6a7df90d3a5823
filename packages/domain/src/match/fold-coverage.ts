import type { MatchEvent } from "../events/event.ts";
import type { PayloadOf } from "../events/event-payloads.ts";
import { FACT_FAMILIES, type FactFamily } from "../events/fact-family.ts";
import { PERIOD_START_MINUTE, PERIODS } from "../events/period.ts";
import { clockAt, hasBegun, matchMinute } from "./clock.ts";
import type { CoverageGap, MatchState } from "./match-state.ts";
import { isPlayOver } from "./play-over.ts";

/** What the fixture says is carried counts until a source says it of itself. */
export function fixtureCoverage(state: MatchState, event: MatchEvent, coverage: readonly FactFamily[]): MatchState {
  return withCarried(state, event, { ...state.carried, match: coverage }, false);
}

/** What a source says that it carries from now on. What one of the sources carries is carried. */
export function sourceCoverage(
  state: MatchState,
  event: MatchEvent,
  { coverage, complete }: PayloadOf<"coverage_changed">,
): MatchState {
  const sources = { ...state.carried.sources, [event.source]: coverage };
  return withCarried(state, event, { ...state.carried, sources }, complete);
}

/**
 * A family that stops in mid-match has a gap from there on, and one that comes back keeps it: nobody has reported what
 * happened in between. Unless the source says that its account is `complete`.
 */
function withCarried(
  state: MatchState,
  event: MatchEvent,
  carried: MatchState["carried"],
  complete: boolean,
): MatchState {
  const reported = Object.values(carried.sources);
  const families = new Set(reported.length > 0 ? reported.flat() : (carried.match ?? FACT_FAMILIES));
  const begun = hasBegun(state);
  const gap = begun ? gapFrom(state, event) : "never";
  const uncovered = Object.fromEntries(
    FACT_FAMILIES.flatMap((family): [FactFamily, CoverageGap][] => {
      const known = begun ? state.uncovered[family] : undefined;
      if (families.has(family)) return known && !complete ? [[family, known]] : [];
      const found = known ?? gap;
      return found ? [[family, found]] : [];
    }),
  );
  return { ...withoutPrices(state, begun, families), carried, uncovered };
}

/** Where it stops; undefined once everything has been played, for then there is nothing left to miss. */
function gapFrom(state: MatchState, event: MatchEvent): CoverageGap | undefined {
  if (isPlayOver(state)) return undefined;
  const period = event.period ?? state.clock?.period ?? PERIODS[Math.min(state.periodsPlayed, PERIODS.length - 1)];
  if (period === undefined) return undefined;
  const shown = state.clock?.period === period ? matchMinute(state, clockAt(state, Date.parse(event.occurredAt))) : 0;
  return { period, minute: event.minute ?? Math.max(shown, PERIOD_START_MINUTE[period]) };
}

/** Prices that nobody keeps up to date any more say nothing. Those at kick-off stay what they were. */
function withoutPrices(state: MatchState, begun: boolean, families: ReadonlySet<FactFamily>): MatchState {
  if (families.has("prices")) return state;
  return { ...state, odds: {}, prematchOdds: begun ? state.prematchOdds : {} };
}
