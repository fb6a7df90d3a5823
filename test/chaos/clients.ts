import type { Client } from "@touchline/client";
import type { MatchEventInput } from "@touchline/domain";
import { untilSo } from "../faults/support/counters.ts";

/** Markets that goals, cards and corners reach. */
export const MARKETS = ["match_result", "over_under_2_5", "both_teams_to_score", "corners_over_under_9_5"];

/** Publishes until an api accepts the event. @throws DeadlineError when none does */
export async function publishThrough(clients: readonly Client[], event: MatchEventInput): Promise<MatchEventInput> {
  let tries = 0;
  await untilSo(
    `an api accepting ${event.id}`,
    async () =>
      clients[tries++ % clients.length]?.publish(event).then(
        ({ results }) => results[0]?.status,
        () => undefined,
      ),
    (status) => status === "accepted" || status === "duplicate",
  );
  return event;
}

/** Waits for an answer that has seen the version and in which nothing waits to be predicted. @returns it, as text */
export async function freshFrom(client: Client, matchId: string, minVersion?: number): Promise<string> {
  const asked = minVersion === undefined ? {} : { minVersion };
  const answer = await untilSo(
    "a fresh answer",
    async () => client.predictions(matchId, { markets: MARKETS, ...asked }).catch(() => undefined),
    (reply) =>
      reply !== undefined &&
      Object.values(reply.markets).every(({ status }) => status === "fresh" || status === "settled"),
  );
  const outcomes = Object.entries(answer?.markets ?? {}).map(([id, { status, outcomes: of }]) => [id, status, of]);
  return JSON.stringify([answer?.state.score, outcomes]);
}

/** Prices are made anew all the time, so two apis may be asked on both sides of a refresh, but not every time. */
const TRIES = 10;

/** @returns what differs between the apis however often they are asked; nothing when they agree */
export async function disagreement(
  clients: readonly Client[],
  matchId: string,
  minVersion?: number,
): Promise<readonly string[]> {
  let answers: string[] = [];
  for (let tries = 0; tries < TRIES; tries++) {
    answers = await Promise.all(clients.map(async (client) => freshFrom(client, matchId, minVersion)));
    if (new Set(answers).size === 1) return [];
  }
  return [`the apis end with different prices of ${matchId}: ${answers.join(" | ")}`];
}
