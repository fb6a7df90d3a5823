import { PERIODS, SIDES } from "@touchline/domain";
import type { Totals } from "../adapter/adapter.ts";
import type { SnapshotItem } from "./diff-snapshot.ts";

/** More goals than any match has seen; a number beyond it is a fault of the feed, not a score. */
const MOST_GOALS = 50;

/**
 * Numbers as a list of what must have happened: so many goals of each side in each period, without minute and scorer,
 * and the periods as far as they have been played. With `diffSnapshot`, a score that rises adds a goal and a score that
 * falls takes the last one back.
 */
export function itemsOfTotals(
  { period, phase, goals, asOf }: Totals,
  match: { readonly matchId: string; readonly source: string },
): SnapshotItem[] {
  const base = { source: match.source, matchId: match.matchId, occurredAt: asOf };
  const reached = period === null ? -1 : PERIODS.indexOf(period);
  const played = PERIODS.filter((each, k) => k < 2 || goals[each] !== undefined || k === reached).filter(
    (each) => PERIODS.indexOf(each) <= reached,
  );
  const items: SnapshotItem[] = [];
  for (const each of played) {
    items.push({ ...base, type: "period_start", period: each });
    for (const side of SIDES)
      for (let n = 0; n < Math.min(MOST_GOALS, goals[each]?.[side] ?? 0); n++)
        items.push(
          each === "shoot_out"
            ? { ...base, type: "shootout_kick", period: each, team: side, payload: { scored: true } }
            : { ...base, type: "goal", period: each, team: side },
        );
    if (PERIODS.indexOf(each) < reached || phase === "break" || phase === "ended")
      items.push({ ...base, type: "period_end", period: each });
  }
  if (phase === "ended") items.push({ ...base, type: "full_time" });
  if (phase === "abandoned" || phase === "postponed") items.push({ ...base, type: phase });
  return items;
}
