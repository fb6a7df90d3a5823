import type { MatchEvent } from "../events/event.ts";
import { kindOf } from "./happening-kind.ts";
import type { Ranking } from "./ranking.ts";

/**
 * What counts of words that hold until the next one: prices of whoever is authoritative when they are quoted, and of
 * each side the line-up of the most believed source that has reported one.
 */
export function wordsInForce(standing: readonly MatchEvent[], ranking: Ranking): MatchEvent[] {
  const words = standing.filter((event) => {
    const kind = kindOf(event);
    if (kind?.matchedBy !== "state" || !ranking.isGoverned(kind.family)) return false;
    return ranking.weightOf(kind.family, event) === "counts";
  });
  const best = new Map<string, number>();
  for (const { type, team, source } of words) {
    if (!isOneSheet(type)) continue;
    const rank = ranking.rankOf("lineups", source);
    best.set(sheetKey(type, team), Math.min(rank, best.get(sheetKey(type, team)) ?? rank));
  }
  return words.filter(
    ({ type, team, source }) =>
      !isOneSheet(type) || ranking.rankOf("lineups", source) === best.get(sheetKey(type, team)),
  );
}

/** Two sources name the same players each in their own way, so two sheets of one side cannot be mixed. */
function isOneSheet(type: string): boolean {
  return type === "lineup_confirmed" || type === "formation_change";
}

function sheetKey(type: string, team: string | undefined): string {
  return `${type} ${team ?? ""}`;
}
