import { GraphInForce } from "@touchline/cache";
import { declaredGraph, type FactName, graphFor } from "@touchline/domain";
import type { Prediction, PredictionRequest, Predictor } from "@touchline/model";
import { refreshMatch } from "@touchline/refresh";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { adoptGraph } from "../../services/tag-manager/src/apply-match-event.ts";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const MANIFEST = {
  format: "touchline-model-manifest",
  version: 1,
  model: { name: "rain", version: "1" },
  markets: {
    match_result: { reads: ["score"] },
    corners_over_under_9_5: { reads: ["corners"] },
    goal_in_rain: {
      name: "A goal in the rain",
      category: "specials",
      outcomes: ["yes", "no"],
      reads: ["score"],
      settlement: "none",
    },
  },
};

/** A model that looks at the weather in one branch only: once somebody leads. It records what it looks at. */
class RainModel implements Predictor {
  predict({ state, markets }: PredictionRequest): Promise<Prediction> {
    const leads = state.score.home !== state.score.away;
    const isRain = leads && state.weather === "rain";
    const read = (id: string): FactName[] => {
      if (id === "corners_over_under_9_5") return ["corners"];
      return id === "goal_in_rain" && leads ? ["score", "weather"] : ["score"];
    };
    const priceOf = (id: string) =>
      id === "match_result" ? [0.5, 0.3, 0.2] : id === "goal_in_rain" && isRain ? [0.9, 0.1] : [0.4, 0.6];
    return Promise.resolve({
      markets: new Map(
        [...markets].map(([variant, ids]) => [
          variant,
          new Map(ids.map((id) => [id, { probabilities: priceOf(id), driftSeconds: 60 }])),
        ]),
      ),
      computeMs: new Map(),
      reads: new Map([...markets].map(([variant, ids]) => [variant, new Map(ids.map((id) => [id, read(id)]))])),
    });
  }
}

describe("a model that reads a fact in one branch only", () => {
  const redis: Redis = connectTestRedis();
  const opened: GraphInForce[] = [];
  const script = new MatchScript("m-1");
  const weather = (condition: string, minute: number) => script.at("weather", minute, { payload: { condition } });
  let store: TestStore;
  let found: string[];
  /** The graph as the worker and as the tag-manager know it: two processes. */
  let [ofWorker, ofTagManager]: GraphInForce[] = [];
  let truths: TruthCache;

  beforeEach(async () => {
    store = new TestStore(redis);
    truths = new TruthCache(10);
    found = [];
    ofWorker = await openGraph();
    await ofWorker.publish(MANIFEST);
    ofTagManager = await openGraph();
    for (const event of [script.fixture(), script.kickOff()]) await apply(event);
    await refresh();
  });
  afterAll(async () => {
    for (const graph of opened) graph.close();
    await redis.quit();
  });

  async function openGraph(): Promise<GraphInForce> {
    const graph = await GraphInForce.open({
      redis,
      prefix: store.prefix,
      declared: declaredGraph("manifest", graphFor("manifest"), (error) => {
        throw error;
      }),
      now: () => store.now,
      onWidened: ({ market, fact }) => found.push(`${market} ${fact}`),
    });
    opened.push(graph);
    return graph;
  }

  async function apply(event: Parameters<TestStore["applyAs"]>[1]) {
    const applied = await store.applyAs(truths, event, { graph: ofTagManager! });
    if (applied.outcome !== "applied") return expect.fail("not applied");
    return applied.plan;
  }

  async function refresh() {
    const deps = { ...store.refreshDependencies(), predictor: new RainModel(), graph: ofWorker! };
    return refreshMatch(deps, "m-1", new AbortController().signal);
  }

  const touchedBy = (plan: Awaited<ReturnType<typeof apply>>) => plan.touched.map(({ market }) => market);
  const priceOf = async () => (await store.matches.predictions("m-1", "default"))?.entries.get("goal_in_rain");

  it("is not touched by it before the branch is taken", async () => {
    expect(touchedBy(await apply(weather("rain", 3)))).toEqual([]);
    expect(found).toEqual([]);
  });

  it("is touched by the first event after the branch was taken, whatever the tag-manager had heard by then", async () => {
    await apply(script.goal("home", 5));
    await refresh();
    expect(found).toEqual(["goal_in_rain weather"]);
    expect((await priceOf())?.outcomes).toBe('{"yes":0.4,"no":0.6}');

    expect(touchedBy(await apply(weather("rain", 7)))).toEqual(["goal_in_rain"]);
    expect((await store.matches.predictions("m-1", "default"))?.requirementOf("goal_in_rain")?.version).toBe(4);
    await refresh();
    expect((await priceOf())?.outcomes).toBe('{"yes":0.9,"no":0.1}');
    // By now all of them go by the wider graph, and steps are surgical.
    expect(touchedBy(await apply(weather("clear", 9)))).toEqual(["goal_in_rain"]);
    expect(touchedBy(await apply(script.corner("home", 10)))).toEqual(["corners_over_under_9_5"]);
    expect(found).toHaveLength(1);
  });

  it("touches in every match what was found in one, and nothing else", async () => {
    await ofWorker!.widen([{ market: "goal_in_rain", fact: "weather", source: "verified", matchId: "m-2" }]);
    const adopted = await adoptGraph(store.applyDependencies(truths, { graph: ofTagManager! }), "m-1");
    if (adopted.outcome !== "applied") return expect.fail("not applied");
    expect(adopted.plan.touched).toEqual([{ market: "goal_in_rain", severity: "soft", because: ["weather"] }]);
    expect(await store.matches.graphsOf("m-1")).toEqual([ofWorker!.current.version]);
  });

  it("passes matches to another manifest with one full step, and no price of another model passes for this one's", async () => {
    await ofWorker!.publish({ ...MANIFEST, model: { name: "rain", version: "2" } });
    await ofTagManager!.reload();
    const adopted = await adoptGraph(store.applyDependencies(truths, { graph: ofTagManager! }), "m-1");
    if (adopted.outcome !== "applied") return expect.fail("not applied");
    expect(touchedBy(adopted.plan)).toEqual(Object.keys(MANIFEST.markets));
    const old: Predictor = {
      predict: async (request) => ({ ...(await new RainModel().predict(request)), otherModel: "rain@1" }),
    };
    await refreshMatch(
      { ...store.refreshDependencies(), predictor: old, graph: ofWorker! },
      "m-1",
      new AbortController().signal,
    );
    expect(touchedBy(await apply(weather("rain", 7)))).toEqual(Object.keys(MANIFEST.markets));
    await refresh();
    expect(touchedBy(await apply(script.corner("home", 10)))).toEqual(["corners_over_under_9_5"]);
  });
});
