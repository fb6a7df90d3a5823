import { type FactName, type Graph, graphFor, VARIANTS } from "@touchline/domain";
import type { Redis } from "ioredis";
import { afterAll, describe, expect, it } from "vitest";
import { testPrefix } from "../../../../test/setup/redis.ts";
import { connectTestRedis } from "../../../../test/setup/store.ts";
import { graphKey } from "../keys.ts";
import { GraphInForce } from "./graph-in-force.ts";

const plain = VARIANTS[0]!;
const builtin = graphFor("builtin");

describe("the graph in force", () => {
  const redis: Redis = connectTestRedis();
  const opened: GraphInForce[] = [];
  afterAll(async () => {
    for (const graph of opened) graph.close();
    await redis.quit();
  });

  /** As another process sees it: another object on the same keys. */
  async function openGraph(prefix: string, declared: (manifest: unknown) => Graph = () => builtin) {
    const changes: string[] = [];
    const found: string[] = [];
    const graph = await GraphInForce.open({
      redis,
      prefix,
      declared,
      now: () => 0,
      onChange: ({ version }) => changes.push(version),
      onWidened: ({ market, fact }) => found.push(`${market} ${fact}`),
    });
    opened.push(graph);
    return { graph, changes, found };
  }

  const read = (market: string, fact: FactName) => ({ market, fact, source: "recorded", matchId: "m-1" }) as const;
  const reads = (graph: Graph, id: string) => graph.reads(graph.findMarket(id)!, plain);

  it("is the declared one until something is found, and is widened for every process, in one order", async () => {
    const prefix = testPrefix();
    const [one, other] = [await openGraph(prefix), await openGraph(prefix)];
    expect(one.graph.current.version).toBe(builtin.version);
    const widened = await one.graph.widen([read("corners_over_under_9_5", "weather")]);
    expect(widened.version).toBe(`${builtin.version}+0.1`);
    expect(reads(widened, "corners_over_under_9_5")).toMatchObject({ weather: "soft", corners: "soft" });
    expect(reads(widened, "corners_over_under_8_5")).not.toHaveProperty("weather");
    await other.graph.widen([read("cards_over_under_2_5", "score"), read("corners_over_under_9_5", "weather")]);
    expect(other.graph.current.version).toBe(`${builtin.version}+0.2`);
    expect(reads(other.graph.current, "cards_over_under_2_5")).toMatchObject({ score: "hard" });
    expect(other.found).toEqual(["cards_over_under_2_5 score"]);
    await one.graph.reload();
    expect(one.graph.current.version).toBe(other.graph.current.version);
    expect(one.changes).toEqual([`${builtin.version}+0.1`, `${builtin.version}+0.2`]);
  });

  it("does not change by what it reads already, by what was found before, and by markets that nobody serves", async () => {
    const prefix = testPrefix();
    const { graph, found, changes } = await openGraph(prefix);
    await graph.widen([read("match_result", "score"), read("no_such_market", "score")]);
    await Promise.all([1, 2, 3].map(async () => graph.widen([read("match_result", "venue")])));
    expect(graph.current.version).toBe(`${builtin.version}+0.1`);
    expect(found).toEqual(["match_result venue"]);
    expect(changes).toHaveLength(1);
  });

  it("loses nothing when several processes widen it at once", async () => {
    const prefix = testPrefix();
    const all = await Promise.all([1, 2, 3, 4].map(async () => openGraph(prefix)));
    const facts: FactName[] = ["venue", "referee", "formations", "odds.latest"];
    await Promise.all(all.map(async ({ graph }, i) => graph.widen([read("match_result", facts[i]!)])));
    await all[0]!.graph.reload();
    expect(Object.keys(reads(all[0]!.graph.current, "match_result"))).toEqual(expect.arrayContaining(facts));
    expect(all[0]!.graph.current.version).toBe(`${builtin.version}+0.4`);
  });

  it("says what it has beyond older versions of itself, and of no other", async () => {
    const { graph } = await openGraph(testPrefix());
    await graph.widen([read("match_result", "venue")]);
    const between = graph.current.version;
    await graph.widen([read("match_result", "referee")]);
    expect(graph.missingSince([builtin.version])).toMatchObject([{ fact: "venue" }, { fact: "referee" }]);
    expect(graph.missingSince([graph.current.version, between])).toMatchObject([{ fact: "referee" }]);
    expect(graph.missingSince([graph.current.version])).toEqual([]);
    expect(graph.missingSince([`${builtin.version}+0.3`])).toBeUndefined();
    expect(graph.missingSince([between, graphFor("all").version])).toBeUndefined();
    await graph.narrow([{ market: "match_result", fact: "venue" }]);
    expect(graph.current.version).toBe(`${builtin.version}+1.1`);
    expect(reads(graph.current, "match_result")).not.toHaveProperty("venue");
    expect(graph.missingSince([between])).toBeUndefined();
  });

  it("is another one when a manifest is published, which keeps what it does not declare", async () => {
    const prefix = testPrefix();
    const declared = (manifest: unknown) => (manifest === null ? builtin : { ...builtin, version: "declared" });
    const { graph } = await openGraph(prefix, declared);
    await graph.widen([read("match_result", "venue")]);
    await graph.publish({ some: "manifest" });
    expect(graph.current.version).toBe("declared+0.1");
    const wide = graphFor("all");
    const later = await openGraph(prefix, (manifest) => (manifest === null ? builtin : wide));
    await later.graph.publish({ some: "wider manifest" });
    expect(later.graph.current.version).toBe(`${wide.version}+1.0`);
    expect(later.graph.widened).toEqual([]);
  });

  it("is given back to a store that has lost it", async () => {
    const prefix = testPrefix();
    const { graph } = await openGraph(prefix);
    await graph.widen([read("match_result", "venue")]);
    await redis.del(graphKey(prefix));
    await graph.reload();
    const other = await openGraph(prefix);
    expect(other.graph.current.version).toBe(graph.current.version);
  });
});
