import type { MatchState } from "@touchline/domain";
import { type MatchSummary, matchSummaryOf } from "../predictions/answer-body.ts";
import type { MatchStore } from "@touchline/cache";
import { type MatchStatus, matchStatusOf } from "./match-status.ts";

export interface FoundMatch {
  readonly matchId: string;
  readonly home: string | null;
  readonly away: string | null;
  readonly competition: string | null;
  readonly kickoff: string | null;
  readonly status: MatchStatus;
  readonly version: number;
  readonly state: MatchSummary;
}

interface PageQuery {
  readonly status: MatchStatus | undefined;
  readonly limit: number;
  /** Position in the list of all matches, by kick-off. */
  readonly offset: number;
}

/** A page, and where the next one begins; `next` is null at the end. A page may be short and still have a next. */
export interface Page {
  readonly matches: readonly FoundMatch[];
  readonly next: number | null;
}

/** Matches read in one go, and in one request: a filter may have to pass over many. */
const BATCH = 100;
const MAX_SCANNED = 1_000;

/** @param now wall-clock milliseconds, for the minute that is shown */
export async function findMatches(store: MatchStore, { status, limit, offset }: PageQuery, now: number): Promise<Page> {
  const total = await store.listedCount();
  const end = Math.min(total, offset + MAX_SCANNED);
  const matches: FoundMatch[] = [];
  for (let from = offset; from < end; from += BATCH) {
    for (const { position, matchId, version, state: text } of await store.listed(from, Math.min(BATCH, end - from))) {
      const state = JSON.parse(text) as MatchState;
      if (status !== undefined && matchStatusOf(state) !== status) continue;
      if (matches.length === limit) return { matches, next: position };
      matches.push(found(matchId, version, state, now));
    }
  }
  return { matches, next: end < total ? end : null };
}

function found(matchId: string, version: number, state: MatchState, now: number): FoundMatch {
  const { home = null, away = null, competition = null, kickoff = null } = state.fixture ?? {};
  return {
    matchId,
    home,
    away,
    competition,
    kickoff,
    status: matchStatusOf(state),
    version,
    state: matchSummaryOf(state, now),
  };
}
