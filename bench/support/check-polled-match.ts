import type { MatchStore } from "@touchline/cache";
import { appendEvent, canonicalJson, type EventLog, foldEvents, MatchEvent, type MatchState } from "@touchline/domain";
import { POLLED_SOURCE, type PolledMatch } from "./poll-match.ts";

export interface PolledCheck {
  /** Beyond that of the fixture. */
  readonly steps: number;
  /** Revisions in the log: one for each time that an event was added, revised or retracted. */
  readonly logged: number;
  readonly isRight: boolean;
}

/** What is left of a polled match, beside its file. */
export async function checkPolledMatch(store: MatchStore, match: PolledMatch): Promise<PolledCheck> {
  const { log, state, version } = await store.truth(match.matchId);
  const logged = [...log.values()]
    .filter(({ source }) => source === POLLED_SOURCE)
    .reduce((sum, { revision }) => sum + revision, 0);
  return { steps: version - 1, logged, isRight: isAsInFile(state, match) };
}

/** The same state as that of the file's events, each reported once; and the totals that the file ends with. */
function isAsInFile(state: MatchState, { fixture, events, lines }: PolledMatch): boolean {
  const reported = [fixture, ...events]
    .map((event) => MatchEvent.parse(event))
    .reduce<EventLog>(appendEvent, new Map());
  const end = lines.at(-1)?.payload as { score_90: number[]; corners: number[] };
  const { score, counts, over } = state;
  return (
    canonicalJson(state) === canonicalJson(foldEvents(reported)) &&
    over &&
    [score.home, score.away].join() === end.score_90.join() &&
    [counts.corners.home, counts.corners.away].join() === end.corners.join()
  );
}
