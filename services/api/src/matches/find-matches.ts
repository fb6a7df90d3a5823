import type { ListedMatch, MatchListAnswer, MatchStatus } from "@touchline/contract";
import type { MatchState } from "@touchline/domain";
import { matchSummaryOf } from "../predictions/answer-body.ts";
import type { MatchStore } from "@touchline/cache";
import { matchStatusOf } from "./match-status.ts";

interface PageQuery {
  readonly status: MatchStatus | undefined;
  readonly limit: number;
  /** Position in the list of all matches, by kick-off. */
  readonly offset: number;
}

/** Matches read in one go, and in one request: a filter may have to pass over many. */
const BATCH = 100;
const MAX_SCANNED = 1_000;

/** @param now wall-clock milliseconds, for the minute that is shown */
export async function findMatches(
  store: MatchStore,
  { status, limit, offset }: PageQuery,
  now: number,
): Promise<MatchListAnswer> {
  const total = await store.listedCount();
  const end = Math.min(total, offset + MAX_SCANNED);
  const matches: ListedMatch[] = [];
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

function found(matchId: string, version: number, state: MatchState, now: number): ListedMatch {
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
