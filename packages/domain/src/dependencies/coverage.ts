import type { FactFamily } from "../events/fact-family.ts";
import { type Period, PERIOD_START_MINUTE, periodIndex } from "../events/period.ts";
import type { CoverageGap, MatchState } from "../match/match-state.ts";
import { oncePerState } from "../match/once-per-state.ts";
import { PRIMITIVE_IDS, type PrimitiveId, primitiveReads } from "./primitive.ts";
import type { FactName } from "./facts.ts";
import type { Reads } from "./reads.ts";

const PREFIX = "coverage.";

/** What a market pays on: a primitive, or, for a market of the user's own, the facts that it reads. */
type Paying =
  | { readonly space?: "counts" | "halves" | "named"; readonly primitive: PrimitiveId }
  | { readonly space: "own"; readonly reads: Reads };

/** What a feed must carry for each primitive: the families whose coverage it reads. */
const NEEDED = Object.fromEntries(PRIMITIVE_IDS.map((id) => [id, familiesIn(primitiveReads(id))])) as Record<
  PrimitiveId,
  FactFamily[]
>;

function familiesIn(reads: Reads): FactFamily[] {
  return (Object.keys(reads) as FactName[]).flatMap((fact) =>
    fact.startsWith(PREFIX) ? [fact.slice(PREFIX.length) as FactFamily] : [],
  );
}

export function familiesOf(market: Paying): readonly FactFamily[] {
  return market.space === "own" ? familiesIn(market.reads) : NEEDED[market.primitive];
}

/** Where the account of what the market pays on begins to have holes; undefined where it has none. */
export function gapOf(market: Paying, state: MatchState): CoverageGap | undefined {
  if (Object.keys(state.uncovered).length === 0) return undefined;
  const gaps = familiesOf(market).flatMap((family) => state.uncovered[family] ?? []);
  return gaps.reduce<CoverageGap | undefined>((a, b) => (a === undefined || isEarlier(b, a) ? b : a), undefined);
}

/** Whether all that the market pays on has been reported, so that a price of it can be made and its end settles it. */
export function isCovered(market: Paying, state: MatchState): boolean {
  return gapOf(market, state) === undefined;
}

function isEarlier(a: CoverageGap, b: CoverageGap): boolean {
  if (a === "never" || b === "never") return a === "never";
  return periodIndex(a.period) < periodIndex(b.period) || (a.period === b.period && a.minute < b.minute);
}

const shortened = oncePerState(() => new Map<string, MatchState>());

/**
 * `state` as far as the account is whole: what had been counted by then stands, and no end that came later is one, for
 * nobody knows what was missed before it.
 */
export function asFarAsReported(market: Paying, state: MatchState): MatchState {
  const gap = gapOf(market, state);
  if (gap === undefined || gap === "never") return state;
  const known = shortened(state);
  const key = `${gap.period} ${gap.minute}`;
  const reported = known.get(key) ?? upTo(gap, state);
  known.set(key, reported);
  return reported;
}

function upTo({ period, minute }: Exclude<CoverageGap, "never">, state: MatchState): MatchState {
  const whole = periodIndex(period);
  return {
    ...state,
    periodsPlayed: Math.min(state.periodsPlayed, whole),
    over: false,
    playedOut: false,
    marksPassed: state.marksPassed.filter((mark) => isBehind(mark, period, minute)),
  };
}

/** Whether a mark of the match clock lies before that minute of the period. */
function isBehind(mark: number, period: Period, minute: number): boolean {
  if (mark < PERIOD_START_MINUTE[period]) return true;
  return mark <= minute && (period !== "first_half" || mark < PERIOD_START_MINUTE.second_half);
}
