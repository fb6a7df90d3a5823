import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { clockAt, marketsOf, type MatchState, settlementOf, VARIANTS } from "@touchline/domain";
import { HttpPredictor } from "@touchline/predictor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { statesOf } from "@touchline/feeds/testing";
import { LiveMatch } from "../faults/support/live-match.ts";
import { play, setStage } from "../faults/support/stage.ts";

const SERVER = fileURLToPath(new URL("../../examples/model-server/server.mjs", import.meta.url));

/** A server of somebody else's that is to be held to the contract instead. */
const given = process.env["MODEL_SERVER_URL"];

let server: ChildProcess | undefined;
let url: string;
beforeAll(async () => {
  url = given ?? "";
  if (given !== undefined) return;
  // Port 0: any that is free.
  server = spawn(process.execPath, [SERVER, "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface(server.stdout!), "line")) as [string];
  url = /http:\S+/.exec(line)?.[0] ?? "";
});
afterAll(async () => {
  if (!server) return;
  const gone = once(server, "exit");
  server.kill("SIGTERM");
  const [code] = (await gone) as [number | null];
  if (code !== 0) throw new Error(`the example server ended with code ${code}`);
});

const states = statesOf("demo.ndjson");

const openMarkets = (state: MatchState) =>
  marketsOf(state)
    .filter((market) => !settlementOf(market, state))
    .map(({ id }) => id);

/** After each event of the bundled match, at once and four minutes on. */
const moments = states
  .filter(({ state }) => state.fixture && !state.over)
  .flatMap(({ event, state }) =>
    [0, 4].map((minutes) => ({
      what: `${minutes} minutes after ${event.type} ${event.id}`,
      state,
      clock: clockAt(state, Date.parse(event.occurredAt) + 60_000 * minutes),
    })),
  );

const never = new AbortController().signal;

describe("a model server, by default the example's", () => {
  it("is believed about every open market, in every variant, at every moment of the bundled match", async () => {
    const predictor = new HttpPredictor({ url, deadlineMs: 10_000, concurrency: 1 });
    const refused: string[] = [];
    const phases = new Set<string>();
    let predictions = 0;
    try {
      for (const { what, state, clock } of moments) {
        const markets = openMarkets(state);
        const asked = new Map(VARIANTS.map(({ id }) => [id, markets]));
        const reported = await predictor
          .predict({ matchId: "m-1", state, clock, markets: asked }, never)
          .catch((error: unknown) => void refused.push(`${what}: ${String(error)}`));
        phases.add(clock.phase);
        for (const prices of reported?.markets.values() ?? []) predictions += prices.size;
        if (reported) expect([...reported.markets.keys()]).toEqual(VARIANTS.map(({ id }) => id));
      }
    } finally {
      predictor.close();
    }
    expect(refused).toEqual([]);
    expect([...phases]).toEqual(expect.arrayContaining(["pre_match", "first_half", "half_time", "second_half"]));
    expect(predictions).toBe(moments.reduce((sum, { state }) => sum + VARIANTS.length * openMarkets(state).length, 0));
  });

  it("serves a whole installation: a goal's new price is fresh and another one", async () => {
    const stage = await setStage({ env: { PREDICTOR: "http", PREDICTOR_URL: url } });
    try {
      const match = new LiveMatch("example");
      await play(stage, match);
      const read = async () =>
        (await stage.client.predictions("example", { markets: ["over_under_4_5"] })).markets["over_under_4_5"];
      await expect.poll(async () => (await read())?.status).toBe("fresh");
      const before = (await read())?.outcomes?.["over"] ?? 1;
      await stage.publish(match.goal());
      await expect.poll(async () => (await read())?.outcomes?.["over"] ?? 0).toBeGreaterThan(before);
      const [worker] = stage.installation.workers;
      expect(await worker?.metric('touchline_predictor_requests_total{outcome="ok"}')).toBeGreaterThan(1);
      expect(await worker?.metric('touchline_refresh_jobs_total{outcome="failed"}')).toBe(0);
    } finally {
      await stage.stop();
    }
  });
});
