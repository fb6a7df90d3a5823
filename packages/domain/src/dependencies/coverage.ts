import type { FactFamily } from "../events/fact-family.ts";
import { type Period, PERIOD_START_MINUTE, periodIndex } from "../events/period.ts";
import type { CoverageGap, MatchState } from "../match/match-state.ts";
import { oncePerState } from "../match/once-per-state.ts";
import { PRIMITIVE_IDS, type PrimitiveId, primitiveReads } from "./primitive.ts";

const PREFIX = "coverage.";

/** What a feed must carry for each primitive: the families whose coverage it reads. */
const NEEDED = Object.fromEntries(
  PRIMITIVE_IDS.map((id) => [
    id,
    Object.keys(primitiveReads(id)).flatMap((fact) =>
      fact.startsWith(PREFIX) ? [fact.slice(PREFIX.length) as FactFamily] : [],
    ),
  ]),
) as Record<PrimitiveId, FactFamily[]>;

export function familiesOf({ primitive }: { readonly primitive: PrimitiveId }): readonly FactFamily[] {
  return NEEDED[primitive];
}

/** Where the account of what the primitive pays on begins to have holes; undefined where it has none. */
export function gapOf(primitive: PrimitiveId, state: MatchState): CoverageGap | undefined {
  if (Object.keys(state.uncovered).length === 0) return undefined;
  const gaps = NEEDED[primitive].flatMap((family) => state.uncovered[family] ?? []);
  return gaps.reduce<CoverageGap | undefined>((a, b) => (a === undefined || isEarlier(b, a) ? b : a), undefined);
}

/** Whether all that the market pays on has been reported, so that a price of it can be made and its end settles it. */
export function isCovered({ primitive }: { readonly primitive: PrimitiveId }, state: MatchState): boolean {
  return gapOf(primitive, state) === undefined;
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
export function asFarAsReported(primitive: PrimitiveId, state: MatchState): MatchState {
  const gap = gapOf(primitive, state);
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
