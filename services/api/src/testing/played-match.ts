import { type BegunRefresh, type CommitResult, openMatchStore, type PredictedMarket } from "@touchline/cache";
import { marketsOf, MatchEvent, type MatchEventInput } from "@touchline/domain";
import type { ApiFixture } from "./api-fixture.ts";
import { applyOne } from "./apply-one.ts";

type Reported = Partial<MatchEventInput> & { readonly type: string };

/** A match whose tag-manager and worker are played by the test, step by step, on the real store. */
export interface PlayedMatch {
  readonly matchId: string;
  /** Applies an event as the tag-manager does. @returns the match version after it */
  tell(event: Reported): Promise<number>;
  /** Begins and commits a refresh of every open market. */
  refresh(options?: RefreshOptions): Promise<CommitResult | undefined>;
  begin(): Promise<BegunRefresh>;
  commit(begun: BegunRefresh, options?: RefreshOptions): Promise<CommitResult | undefined>;
}

interface RefreshOptions {
  /** Default `default`. */
  readonly variants?: readonly string[];
  /** Lifetime of the predictions, milliseconds; default one minute. */
  readonly lifetimeMs?: number;
  /** How long ago they were made, milliseconds; default 0. */
  readonly ageMs?: number;
  /** Probability of each market's first outcome, by which tests tell predictions apart; default 0.5. */
  readonly first?: number;
  /** Only these markets. */
  readonly markets?: readonly string[];
  /** δ of the refresh, milliseconds; default 10. */
  readonly deltaMs?: number;
}

const DAY_MS = 24 * 3_600_000;
let events = 0;

/**
 * Its fixture is known to the store, with a kick-off so far ahead that lifetimes are the longest. Time is `api.clock`.
 */
export async function playMatch(fixture: ApiFixture, matchId: string): Promise<PlayedMatch> {
  const { graph } = fixture.api.context;
  // The connection of the services that are played, which a test may lead elsewhere than the api's own.
  const store = openMatchStore(fixture.store, fixture.config.KEY_PREFIX);
  const now = fixture.clock.read;
  const kickoffAt = now() + 2 * DAY_MS;
  const match: PlayedMatch = {
    matchId,
    async tell(reported) {
      const event = MatchEvent.parse({
        id: `event-${++events}`,
        source: "test",
        matchId,
        occurredAt: new Date(now()).toISOString(),
        ...reported,
      });
      return applyOne(fixture, event);
    },
    refresh: async (options) => match.commit(await match.begin(), options),
    async begin() {
      const begun = await store.begin(matchId, { graphVersion: graph.version });
      if (begun.outcome !== "begun") throw new Error(`there is no match ${matchId}`);
      return begun;
    },
    async commit(begun, options = {}) {
      const { variants = ["default"], lifetimeMs = 60_000, ageMs = 0, first = 0.5, deltaMs = 10 } = options;
      const predictedAt = now() - ageMs;
      const predictions = marketsOf(begun.state)
        .filter(({ id }) => !begun.settled.has(id) && (options.markets?.includes(id) ?? true))
        .map(({ id, outcomes }): PredictedMarket => {
          const rest = (1 - first) / Math.max(1, outcomes.length - 1);
          return {
            market: id,
            outcomes: Object.fromEntries(outcomes.map((outcome, i) => [outcome, i === 0 ? first : rest])),
            freshUntil: predictedAt + lifetimeMs,
          };
        });
      return store.commit({
        matchId,
        begun,
        predictions: new Map(variants.map((variant) => [variant, predictions])),
        predictedAt,
        deltaMs,
        computeMs: 1,
        complete: true,
      });
    },
  };
  const payload = { home: "Rovers", away: "United", kickoff: new Date(kickoffAt).toISOString(), competition: "Cup" };
  await store.index(matchId, kickoffAt);
  await match.tell({ type: "fixture", payload });
  return match;
}
