import type { MatchStore } from "@touchline/cache";
import type { MatchState } from "@touchline/domain";
import type { AllMatches } from "../stream/all-stream.ts";
import { matchStatusOf } from "./match-status.ts";

/** Matches read in one go, looked at, and listed. */
const BATCH = 100;
const MAX_SCANNED = 5_000;
const MAX_LISTED = 2_000;

/** Every match that is not over, with its version, by kick-off. @throws ApiError `store_unavailable` */
export async function listAll(store: MatchStore): Promise<AllMatches> {
  const total = await store.listedCount();
  const matches: AllMatches["matches"][number][] = [];
  for (let from = 0; from < Math.min(total, MAX_SCANNED); from += BATCH) {
    for (const { matchId, version, state } of await store.listed(from, BATCH)) {
      const status = matchStatusOf(JSON.parse(state) as MatchState);
      if (status === "ended") continue;
      if (matches.length === MAX_LISTED) return { matches, complete: false };
      matches.push({ matchId, version, status });
    }
  }
  return { matches, complete: total <= MAX_SCANNED };
}
