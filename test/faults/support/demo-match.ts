import { readFile } from "node:fs/promises";
import { durationMsOf, fixtureOf, parseTimelines, timelineToEvents } from "@touchline/feeds";
import type { MatchEventInput } from "@touchline/domain";

/** A real match as it was played, told under another id. */
export interface DemoMatch {
  readonly matchId: string;
  /** All of it, in match order: history that ended a second ago. */
  readonly events: readonly MatchEventInput[];
  readonly score: { readonly home: number; readonly away: number };
}

const FILE = new URL("../../../data/demo.ndjson", import.meta.url);

/** @param now wall-clock milliseconds: two tellings with the same are of the same match, to the millisecond */
export async function demoMatch(matchId: string, now = Date.now()): Promise<DemoMatch> {
  const [lines = []] = parseTimelines(await readFile(FILE, "utf8")).values();
  const pace = { kickoff: now - durationMsOf(lines, { speed: 1 }) - 1_000, speed: 1 };
  const [home = 0, away = 0] = (lines.at(-1)?.payload as { score_90?: number[] } | undefined)?.score_90 ?? [];
  const fixture: MatchEventInput = {
    id: `${matchId}-fixture`,
    source: "demo",
    matchId,
    type: "fixture",
    occurredAt: new Date(pace.kickoff).toISOString(),
    payload: { ...fixtureOf(lines, pace) },
  };
  const told = timelineToEvents(lines, { ...pace, matchId, idPrefix: `${matchId}-` });
  return { matchId, events: [fixture, ...told], score: { home, away } };
}
