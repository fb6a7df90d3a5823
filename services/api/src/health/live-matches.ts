import type { Graph } from "@touchline/domain";
import type { MatchStore } from "@touchline/cache";
import { type LiveMatch, MARKET_STATUSES } from "@touchline/contract";
import { findMatches } from "../matches/find-matches.ts";
import { type AttemptOptions, readOnce } from "../predictions/read-attempt.ts";
import { selectionOf } from "../predictions/selection.ts";
import { type ServingDecision, worstOf } from "../predictions/serving-decision.ts";

interface LiveMatchesOptions extends AttemptOptions {
  readonly graph: Graph;
  readonly store: MatchStore;
}

/** Matches that are looked at in one health snapshot. */
const MAX_LIVE = 50;

/**
 * The live matches with the worst label that a read of each would get now. It is no read: nothing is counted, asked for
 * or waited for, and no market counts as accessed.
 * @throws ApiError `store_unavailable`
 */
export async function readLiveMatches(
  options: LiveMatchesOptions,
): Promise<{ readonly live: LiveMatch[]; readonly complete: boolean }> {
  const { matches, next } = await findMatches(
    options.store,
    { status: "live", limit: MAX_LIVE, offset: 0 },
    options.now(),
  );
  const live = await Promise.all(
    matches.map(async (match) => ({ ...match, ...(await lookAt(options, match.matchId)) })),
  );
  return { live, complete: next === null };
}

type Look = Pick<LiveMatch, "worst" | "reason" | "markets" | "oldestSeconds">;

async function lookAt(options: LiveMatchesOptions, matchId: string): Promise<Look> {
  const { decisions, now } = await readOnce(options, matchId, selectionOf({}, options.graph), NO_DIRECTIVES, 1);
  if (decisions.length === 0) return { worst: null, reason: null, markets: {}, oldestSeconds: null };
  const worst = worstOf(decisions);
  const count = (status: ServingDecision["status"]): number =>
    decisions.filter((decision) => decision.status === status).length;
  const ages = decisions.flatMap(({ status, entry }) =>
    entry && (status === "fresh" || status === "stale") ? now - entry.computedAt : [],
  );
  return {
    worst,
    reason: decisions.find(({ status }) => status === worst)?.reason ?? null,
    markets: Object.fromEntries(
      MARKET_STATUSES.map((status) => [status, count(status)] as const).filter(([, number]) => number > 0),
    ),
    oldestSeconds: ages.length === 0 ? null : Math.max(0, Math.round(Math.max(...ages) / 100) / 10),
  };
}

const NO_DIRECTIVES = { noCache: false, onlyIfCached: false, maxStaleSeconds: undefined };
