import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { statesOf } from "@touchline/feeds/testing";
import {
  clockAt,
  DEFAULT_VARIANT,
  factsOf,
  graphFor,
  isListed,
  manifestGraph,
  type MatchState,
  parseManifest,
  planInvalidation,
  settlementOf,
  VARIANTS,
} from "@touchline/domain";
import { HttpPredictor, readManifest } from "@touchline/predictor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LiveMatch } from "../faults/support/live-match.ts";
import { play, setStage } from "../faults/support/stage.ts";

const FOLDER = fileURLToPath(new URL("../../examples/python-model/", import.meta.url));
const plain = VARIANTS[0]!;
const OWN = "most_corners_at_least_5";

/** The example needs Python and nothing else; a machine without it has nothing to test. */
const hasPython = spawnSync("python3", ["--version"]).status === 0;

describe.skipIf(!hasPython)("the Python example", () => {
  let server: ChildProcess;
  let url: string;
  beforeAll(async () => {
    server = spawn("python3", ["model.py", "0"], { cwd: FOLDER, stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(createInterface(server.stdout!), "line")) as [string];
    url = /http:\S+/.exec(line)?.[0] ?? "";
  });
  afterAll(async () => {
    const gone = once(server, "exit");
    server.kill("SIGKILL");
    await gone;
  });

  it("serves the manifest of its folder, which is valid", async () => {
    const served = await readManifest({ url });
    expect(served).toEqual(JSON.parse(await readFile(`${FOLDER}manifest.json`, "utf8")));
    const { markets } = manifestGraph(parseManifest(served));
    expect(markets.map(({ id }) => id)).toContain(OWN);
  });

  it("passes its own tests", async () => {
    const tests = spawn("python3", ["-m", "unittest", "-q"], { cwd: FOLDER, stdio: "ignore" });
    expect(await once(tests, "exit")).toEqual([0, null]);
  });

  it("leaves no market with another price that its manifest leaves alone, at any event of the bundled match", async () => {
    const graph = manifestGraph(parseManifest(await readManifest({ url })));
    const builtin = graphFor("builtin");
    const predictor = new HttpPredictor({ url, deadlineMs: 8_000, concurrency: 1, graph: () => graph });
    const never = new AbortController().signal;
    const misses: string[] = [];
    const undeclared: string[] = [];
    let [touched, touchedByBuiltin, open, compared] = [0, 0, 0, 0];
    const states = statesOf("demo.ndjson");
    const isOpen = (id: string, state: MatchState) => {
      const market = graph.findMarket(id);
      return market !== undefined && isListed(market, state) && settlementOf(market, state) === undefined;
    };
    try {
      for (const [index, { event, state: after }] of states.entries()) {
        const before = states[index - 1]?.state;
        if (!before?.fixture || JSON.stringify(factsOf(before)) === JSON.stringify(factsOf(after))) continue;
        const plan = planInvalidation(before, after, graph.markets, graph.reads);
        const reached = new Set(plan.touched.map(({ market }) => market));
        const ids = graph.markets.map(({ id }) => id).filter((id) => isOpen(id, before) && isOpen(id, after));
        open += ids.length;
        touched += ids.filter((id) => reached.has(id)).length;
        const known = graph.markets.filter(({ id }) => builtin.findMarket(id));
        const ofBuiltin = planInvalidation(before, after, known, builtin.reads).touched.map(({ market }) => market);
        touchedByBuiltin += ofBuiltin.filter((id) => ids.includes(id)).length;
        const left = ids.filter((id) => !reached.has(id));
        if (left.length === 0) continue;
        const clock = clockAt(after, Date.parse(event.occurredAt));
        const ask = async (state: MatchState) =>
          predictor.predict({ matchId: "m-1", state, clock, markets: new Map([[DEFAULT_VARIANT, left]]) }, never);
        const [old, now] = [await ask(before), await ask(after)];
        for (const id of left) {
          const [a, b] = [old, now].map((answer) => answer.markets.get(DEFAULT_VARIANT)?.get(id)?.probabilities);
          compared++;
          if (JSON.stringify(a) !== JSON.stringify(b)) misses.push(`${id} after ${event.type} ${event.id}`);
          const reads = graph.reads(graph.findMarket(id)!, plain);
          for (const fact of now.reads?.get(DEFAULT_VARIANT)?.get(id) ?? [])
            if (reads[fact] === undefined) undeclared.push(`${id} reads ${fact}`);
        }
      }
    } finally {
      predictor.close();
    }
    expect(misses).toEqual([]);
    expect(undeclared).toEqual([]);
    expect(compared).toBeGreaterThan(500);
    // Small, and within five points of what the built-in model's graph touches of the same markets.
    expect(Math.abs(touched - touchedByBuiltin) / open).toBeLessThan(0.05);
  });

  it("serves, explains, streams and settles a market of its own in a whole installation", async () => {
    const stage = await setStage({ env: { PREDICTOR: "http", PREDICTOR_URL: url } });
    try {
      const match = new LiveMatch("python");
      await play(stage, match);
      const { client } = stage;
      const read = async () => (await client.predictions("python", { markets: [OWN] })).markets[OWN];
      await expect.poll(async () => (await read())?.status).toBe("fresh");
      const before = (await read())?.outcomes;
      expect(Object.keys(before ?? {})).toEqual(["home", "away", "level", "none"]);
      const catalogue = (await client.markets()).markets;
      const own = catalogue.find(({ id }) => id === OWN);
      expect(own).toMatchObject({ category: "corners", outcomes: ["home", "away", "level", "none"] });
      expect(own?.reads).toContain("corners");
      expect(catalogue.map(({ id }) => id)).not.toContain("correct_score");

      const goals = (await client.predictions("python", { markets: ["match_result"] })).markets["match_result"];
      const corner = match.corner();
      await stage.publish(corner);
      const { touched } = await stage.changes.touchedBy({ id: corner.id, matchId: "python" });
      const markets = touched.map(({ market }) => market);
      expect(markets).toContain(OWN);
      expect(markets).not.toContain("match_result");
      await expect.poll(async () => (await read())?.outcomes?.["home"] ?? 0).toBeGreaterThan(before?.["home"] ?? 1);
      const same = (await client.predictions("python", { markets: ["match_result"] })).markets["match_result"];
      expect(same?.version).toBe(goals?.version);
      const why = await client.explain("python", OWN);
      expect([...why.reads.hard, ...why.reads.soft].map(({ fact }) => fact)).toContain("corners");

      await stage.publish(...Array.from({ length: 4 }, () => match.corner()), { ...match.event("full_time") });
      await expect.poll(async () => (await read())?.status).toBe("settled");
      expect((await read())?.outcomes).toEqual({ home: 1, away: 0, level: 0, none: 0 });
    } finally {
      await stage.stop();
    }
  });
});
