import { describe, expect, it } from "vitest";
import { findMarket } from "../markets/catalogue.ts";
import { readsOf, type ReadsOf } from "./dependency-graph.ts";
import { BUILTIN_GRAPH, graphFor, graphVersion } from "./graph-version.ts";
import { meaningOf } from "./meaning.ts";
import { DEFAULT_VARIANT, findVariant, VARIANTS } from "../markets/variant.ts";

const plain = findVariant(DEFAULT_VARIANT)!;
const market = (id: string) => findMarket(id)!;

describe("the graph's version", () => {
  const changing =
    (change: (reads: ReturnType<ReadsOf>) => ReturnType<ReadsOf>, id = "match_result"): ReadsOf =>
    (candidate, variant) =>
      candidate.id === id && variant.id === DEFAULT_VARIANT
        ? change(readsOf(candidate, variant))
        : readsOf(candidate, variant);

  it("is the same for the same graph", () => {
    expect(BUILTIN_GRAPH.version).toMatch(/^[0-9a-f]{12}$/);
    expect(graphVersion(readsOf)).toBe(BUILTIN_GRAPH.version);
    expect(graphVersion(changing((reads) => Object.fromEntries(Object.entries(reads).toReversed())))).toBe(
      BUILTIN_GRAPH.version,
    );
  });

  it("changes with any read of any market in any variant, and with its severity", () => {
    const { weather: _weather, ...without } = readsOf(market("match_result"), plain);
    const others = [
      changing(() => without),
      changing((reads) => ({ ...reads, corners: "soft" })),
      changing((reads) => ({ ...reads, weather: "hard" })),
      changing((reads) => ({ ...reads, corners: "soft" }), "own_goal_scored"),
    ].map((graph) => graphVersion(graph));
    expect(new Set([BUILTIN_GRAPH.version, ...others]).size).toBe(5);
  });

  it("knows every variant", () => {
    for (const { id } of VARIANTS) {
      const graph: ReadsOf = (candidate, variant) =>
        variant.id === id ? { ...readsOf(candidate, variant), venue: "hard" } : readsOf(candidate, variant);
      expect(graphVersion(graph)).not.toBe(BUILTIN_GRAPH.version);
    }
  });

  it("changes with what markets mean, for every kind of predictor alike", () => {
    expect(graphVersion(readsOf, "another meaning")).not.toBe(BUILTIN_GRAPH.version);
    expect(graphVersion(graphFor("all").reads)).toBe(graphFor("all").version);
    expect(graphVersion(graphFor("all").reads, "another meaning")).not.toBe(graphFor("all").version);
    expect(graphFor("all").version).not.toBe(BUILTIN_GRAPH.version);
  });

  it("is that of what this build's rules mean", () => {
    expect(graphVersion(readsOf, meaningOf())).toBe(BUILTIN_GRAPH.version);
    expect(graphVersion(readsOf, meaningOf({ settle: () => undefined }))).not.toBe(BUILTIN_GRAPH.version);
  });
});
