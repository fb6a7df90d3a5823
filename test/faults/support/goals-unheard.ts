import type { StoreRedis } from "@touchline/cache";
import { MatchEvent } from "@touchline/domain";
import { applyMatchEvent } from "../../../services/tag-manager/src/apply-match-event.ts";
import { TruthCache } from "../../../services/tag-manager/src/truth-cache.ts";
import { PATIENCE_MS } from "../../setup/patience.ts";
import type { RunningService } from "../../setup/services.ts";
import { untilSo } from "./books.ts";
import type { LiveMatch } from "./live-match.ts";

interface Rounds {
  readonly apis: readonly RunningService[];
  readonly store: StoreRedis;
  readonly prefix: string;
  readonly match: LiveMatch;
  readonly rounds: number;
  /** Ends every subscription. */
  readonly cut: () => Promise<unknown>;
}

interface Reading {
  readonly status: string;
  /** Match version at which the numbers last changed. */
  readonly version: number;
}

/** Reads of each process after a goal, one right after the other. */
const READS = 10;

/**
 * Scores goals, each in the moment after all subscriptions were cut and while every process has the old price in its
 * memory, and reads at once.
 * @returns the answers that offered a price from before the goal
 */
export async function readAfterUnheardGoals({ apis, store, prefix, match, rounds, cut }: Rounds): Promise<unknown[]> {
  const { matchId } = match;
  const truths = new TruthCache(1);
  const apply = async (event: MatchEvent): Promise<number> => {
    const step = { store, prefix, truths, finishedTtlMs: 60_000, now: Date.now };
    return (await applyMatchEvent(step, event)).version;
  };
  // From here on the truth is remembered, so that a step is one command and follows the cut at once.
  let version = await apply(MatchEvent.parse(match.goal()));
  const wrong: unknown[] = [];
  for (let round = 0; round < rounds; round++) {
    await Promise.all(apis.map(async (api) => warmUp(api, matchId, version)));
    await cut();
    version = await apply(MatchEvent.parse(match.goal(round % 2 === 0 ? "home" : "away")));
    for (let again = 0; again < READS; again++)
      for (const reading of await Promise.all(apis.map(async ({ url }) => read(url, matchId))))
        if (reading.status !== "suspended" && !(reading.status === "fresh" && reading.version >= version))
          wrong.push({ round, again, after: version, ...reading });
  }
  // Whole again: what happens next arrives over the new subscriptions.
  await Promise.all(apis.map(async (api) => warmUp(api, matchId, version)));
  version = await apply(MatchEvent.parse(match.goal()));
  await Promise.all(apis.map(async (api) => warmUp(api, matchId, version)));
  return wrong;
}

async function read(url: string, matchId: string): Promise<Reading> {
  const address = `${url}/v1/matches/${matchId}/predictions?markets=match_result`;
  const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const body = (await response.json()) as { markets?: Record<string, Reading> };
  return body.markets?.["match_result"] ?? { status: `HTTP ${response.status}`, version: -1 };
}

/** Until the process hears changes again, serves a prediction that has seen `version`, and does so from memory. */
async function warmUp(service: RunningService, matchId: string, version: number): Promise<void> {
  const { url } = service;
  const hits = await service.metric("touchline_l1_hits_total");
  await untilSo(
    `predictions of version ${version}`,
    async () => read(url, matchId),
    (reading) => reading.status === "fresh" && reading.version >= version,
  );
  await untilSo(
    "answers from memory",
    async () => {
      await read(url, matchId);
      return service.metric("touchline_l1_hits_total");
    },
    (count) => count > hits,
  );
}
