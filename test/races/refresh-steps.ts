import { deepStrictEqual } from "node:assert/strict";
import type { PredictedMarket } from "@touchline/cache";
import { type Graph, MODEL_VARIANTS } from "./model-events.ts";
import { type ModelWorld, NOW } from "./model-world.ts";

const LIFETIME_MS = 3_600_000;

/** Begins a refresh as a worker of a build does, where one can begin. */
export async function beginAndCompare(world: ModelWorld, worker: number, graph: Graph): Promise<void> {
  const { match, server, matchId } = world;
  const claim = world.claims.get(worker);
  const refused = match.whyNoBegin(claim);
  const real = await server.store.begin(matchId, { graphVersion: graph, claim });
  deepStrictEqual(real.outcome, refused ?? "begun");
  if (real.outcome !== "begun") return;
  const expected = match.begin(graph);
  deepStrictEqual([real.number, real.version, real.epoch], [expected.number, expected.seen, match.epoch]);
  deepStrictEqual(real.touched && [...real.touched].toSorted(), expected.given);
  world.workers.set(worker, { real, expected });
}

export async function commitAndCompare(world: ModelWorld, worker: number): Promise<void> {
  const running = world.workers.get(worker);
  if (!running) return;
  const { real, expected } = running;
  const predictions = new Map(
    MODEL_VARIANTS.map((variant): [string, PredictedMarket[]] => [
      variant,
      // The reading of a fact that was never there is impossible: the value is made from what the worker saw.
      expected.due[variant].map((market) => ({
        market,
        outcomes: { [expected.values[market] ?? ""]: 1 },
        freshUntil: NOW + LIFETIME_MS,
      })),
    ]),
  );
  const result = await world.server.store.commit({
    matchId: world.matchId,
    begun: real,
    predictions,
    predictedAt: NOW,
    deltaMs: 1,
    computeMs: 1,
    complete: true,
  });
  deepStrictEqual(result, world.match.commit(expected));
  await world.publish();
}

export async function claimAndCompare(world: ModelWorld, worker: number): Promise<void> {
  const { match, server, matchId } = world;
  const token = `c${worker}${world.claims.size}`;
  const claim = { token, lastsMs: 60_000, leaseMs: 0, graphVersion: "a", epoch: match.epoch };
  const isKnown = match.version > 0 && !match.lost.has("refresh");
  const isOther = match.isMixed || match.graph !== "a";
  const expected = !isKnown
    ? "unknown_match"
    : isOther
      ? "other_graph"
      : match.isClaimed
        ? "claimed_elsewhere"
        : "claimed";
  deepStrictEqual(await server.store.claim(matchId, claim), expected);
  if (expected !== "claimed") return;
  world.claims.set(worker, token);
  match.claim = token;
  match.claimShiftMs = 0;
}
