import type { MatchEventInput } from "../events/event.ts";
import { fittedId } from "../events/fitted-id.ts";
import { canonicalJson } from "../json/canonical-json.ts";
import type { SnapshotItem } from "./diff-snapshot.ts";

/**
 * The rows with an id each. Those that have none get one of type, team, period and which one of these it is:
 * `goal-home-first_half-2`. They are counted in the order of the match clock, then of their content, never in the order
 * of the list, which some providers sort anew.
 */
export function identified(items: readonly SnapshotItem[]): MatchEventInput[] {
  const ranked = items
    .map((item, index) => ({ item, index, content: canonicalJson({ ...item, occurredAt: "" }) }))
    .sort((a, b) => clockOf(a.item) - clockOf(b.item) || compare(a.content, b.content));
  const counts = new Map<string, number>();
  const ids = items.map(({ id }) => id);
  for (const { item, index } of ranked) {
    if (item.id !== undefined) continue;
    const group = `${item.type}-${item.team ?? "match"}-${item.period ?? "any"}`;
    const nth = (counts.get(group) ?? 0) + 1;
    counts.set(group, nth);
    ids[index] = fittedId(`${group}-${nth}`);
  }
  return items.map((item, index) => ({ ...item, id: ids[index] ?? "" }));
}

/** The id that a row gets when the revisions of `id` are used up. */
export function successorOf(id: string): string {
  return fittedId(`${id}-again`);
}

/** Rows without a clock come first; those that know only the minute, after those that know the second. */
function clockOf({ minute, second }: SnapshotItem): number {
  return minute == null ? -1 : minute * 61 + (second ?? 60);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
