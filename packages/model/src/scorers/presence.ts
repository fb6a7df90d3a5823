import { remainingShare, shareUntil, type ClockPoint, type Half } from "../situation/clock-profile.ts";
import type { InPlayParams } from "../situation/in-play-params.ts";
import { halvesPlayed, type Situation } from "../situation/situation.ts";
import { MADE_BY_THE_END, madeBy, madeByNow } from "./substitution-law.ts";

/** The rest of the 90 minutes, cut where substitutions begin to come faster or slower. */
export interface Span {
  /** Share of a match's goals still to come by the end of the span, from now. */
  readonly until: number;
  /** Of the substitutions that may still be made, the share made by the end of the span. */
  readonly made: number;
}

/** Minutes of each half at which a span ends, the half's end aside. */
const CUTS: Readonly<Record<Half, readonly number[]>> = { first: [30], second: [1, 10, 15, 20, 25, 30, 35, 40, 45] };

/** Spans from now to the end of the 90 minutes; none after it. */
export function spansAhead(situation: Situation, params: InPlayParams): Span[] {
  const played = halvesPlayed(situation.stage);
  if (played === 2) return [];
  const now = madeByNow(situation, stoppageLeft(situation, params));
  const share = (point: ClockPoint): number => shareUntil(situation, point, params.goalProfile, params);
  const made = (by: number): number => Math.max(0, (by - now) / (1 - now));
  const spans: Span[] = [];
  for (const half of played === 0 ? (["first", "second"] as const) : (["second"] as const)) {
    const running = situation.stage === (half === "first" ? "first_half" : "second_half");
    const elapsed = running ? situation.minute : 0;
    for (const minute of CUTS[half])
      if (minute > elapsed) spans.push({ until: share({ half, minute }), made: made(madeBy(half, minute)) });
    const atEnd = half === "first" ? madeBy("first", 45) : MADE_BY_THE_END;
    spans.push({ until: share({ half, minute: Infinity }), made: made(atEnd) });
  }
  return spans;
}

/** Share of the second half's stoppage still to be played, as far as it is known: 1 until it begins. */
function stoppageLeft(situation: Situation, params: InPlayParams): number {
  if (situation.stage !== "second_half" || situation.minute <= 45) return 1;
  const left = (minute: number): number => remainingShare({ ...situation, minute }, params.goalProfile, params).second;
  return Math.min(1, left(situation.minute) / left(45));
}
