import type { Client } from "@touchline/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  answerOf,
  type Behaviour,
  ModelServer,
  reply,
  truthful,
} from "../../packages/predictor/src/testing/model-server.ts";
import { LiveMatch } from "../faults/support/live-match.ts";
import { pidsOf, play, setStage, type Stage } from "../faults/support/stage.ts";
import { watchMachineDelay } from "../setup/machine-delay.ts";
import type { RunningService } from "../setup/services.ts";

const DEADLINE_MS = 300;
const MARKETS = ["match_result", "over_under_4_5", "corners_over_under_12_5", "home_clean_sheet"];

let model: ModelServer;
let stage: Stage;
let worker: RunningService;
beforeAll(async () => {
  model = await ModelServer.started();
  const env = {
    PREDICTOR: "http",
    PREDICTOR_URL: model.url,
    PREDICTOR_DEADLINE_MS: String(DEADLINE_MS),
    MISS_WAIT_MS: "2000",
  };
  stage = await setStage({ env });
  worker = stage.installation.workers[0]!;
});
afterAll(async () => {
  await stage.stop();
  await model.stop();
});

const asked = async (outcome: string) => worker.metric(`touchline_predictor_requests_total{outcome="${outcome}"}`);
const read = async (client: Client, matchId: string) =>
  (await client.predictions(matchId, { markets: MARKETS })).markets;
type Answer = Awaited<ReturnType<typeof read>>;

const statuses = (markets: Answer) => MARKETS.map((id) => markets[id]?.status);
const outcomesOf = (markets: Answer) => MARKETS.map((id) => markets[id]?.outcomes);

/** What a scenario does to the model server, and what the worker must call it. */
const outages: { what: string; outcome: string; begin: () => Promise<void> | void; end: () => Promise<void> | void }[] =
  [
    { what: "is killed", outcome: "unreachable", begin: () => model.stop(), end: () => model.start() },
    { what: "hangs", outcome: "timeout", begin: behaving(() => undefined), end: behaving(truthful) },
    {
      what: "is slower than the deadline",
      outcome: "timeout",
      begin: behaving(
        (request, response, raw) => void setTimeout(() => truthful(request, response, raw), 3 * DEADLINE_MS),
      ),
      end: behaving(truthful),
    },
    {
      what: "fails",
      outcome: "status",
      begin: behaving((_request, response) => reply(response, {}, 500)),
      end: behaving(truthful),
    },
    {
      what: "sums to 1.3",
      outcome: "invalid",
      begin: behaving(spoilt("match_result", { home: 0.6, draw: 0.4, away: 0.3 })),
      end: behaving(truthful),
    },
    {
      what: "answers NaN",
      outcome: "invalid",
      begin: behaving(spoilt("match_result", { home: Number.NaN, draw: 0.5, away: 0.5 })),
      end: behaving(truthful),
    },
    {
      what: "leaves a market out",
      outcome: "invalid",
      begin: behaving(spoilt("match_result")),
      end: behaving(truthful),
    },
  ];

function behaving(behaviour: Behaviour): () => void {
  return () => {
    model.behave = behaviour;
  };
}

/** The truth, but for one market. */
function spoilt(market: string, probabilities?: Record<string, number>): Behaviour {
  return (request, response) => {
    const answer = answerOf(request);
    for (const { blends } of answer.predictions)
      for (const { markets } of blends) {
        if (probabilities) markets[market] = { probabilities };
        else delete markets[market];
      }
    reply(response, answer);
  };
}

describe("a model server that", () => {
  it.each(outages)(
    "$what: no price of it is served, nothing hangs, and it is used again by itself",
    async ({ what, outcome, begin, end }) => {
      const { client } = stage;
      const match = new LiveMatch(what.replaceAll(/\W+/g, "-"));
      await play(stage, match);
      await expect.poll(async () => statuses(await read(client, match.matchId))).toEqual(MARKETS.map(() => "fresh"));
      const before = await read(client, match.matchId);
      const reported = await asked(outcome);

      await begin();
      await stage.publish(match.corner());
      await expect
        .poll(async () => (await read(client, match.matchId))["corners_over_under_12_5"]?.status)
        .toBe("stale");
      await expect.poll(async () => asked(outcome)).toBeGreaterThan(reported);
      // The corner hit nothing hard: the old prices are served, and are called stale.
      const during = await read(client, match.matchId);
      expect(new Set(statuses(during))).toEqual(new Set(["stale"]));
      expect(outcomesOf(during)).toEqual(outcomesOf(before));

      await stage.publish(match.goal());
      await expect.poll(async () => (await read(client, match.matchId))["match_result"]?.status).toBe("suspended");
      const began = performance.now();
      const delayMs = watchMachineDelay(...pidsOf(stage));
      const suspended = await read(client, match.matchId);
      expect(performance.now() - began).toBeLessThan(5_000 + delayMs());
      expect(suspended["match_result"]?.outcomes).toBeNull();

      await end();
      await expect.poll(async () => statuses(await read(client, match.matchId))).toEqual(MARKETS.map(() => "fresh"));
      const after = await read(client, match.matchId);
      expect(after["match_result"]?.outcomes?.["home"]).toBeGreaterThan(
        before["match_result"]?.outcomes?.["home"] ?? 1,
      );
    },
  );

  it("failed is reported once for each outage, not for each prediction", async () => {
    const lines = worker.logs.map((line) => JSON.parse(line) as { msg?: string });
    const failures = lines.filter(({ msg }) => msg?.startsWith("model server fails"));
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.length).toBeLessThanOrEqual(outages.length);

    // Whether a refresh fell into one of the outages while the circuit was open is chance: here one has to.
    const match = new LiveMatch("while-open");
    await play(stage, match);
    behaving((_request, response) => reply(response, {}, 500))();
    await expect
      .poll(async () => {
        await stage.publish(match.corner());
        return asked("open");
      })
      .toBeGreaterThan(0);
    behaving(truthful)();
    // On a busy machine a truthful answer may be late as well, and only a later call can close the circuit again.
    await play(stage, new LiveMatch("afterwards"));
    await expect.poll(async () => worker.metric('touchline_predictor_circuit{state="closed"}')).toBe(1);
    expect(await worker.metric('touchline_refresh_jobs_total{outcome="failed"}')).toBeGreaterThan(failures.length);
  });
});
