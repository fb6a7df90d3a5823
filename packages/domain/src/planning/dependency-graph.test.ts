import { describe, expect, it } from "vitest";
import { CATALOGUE, findMarket } from "../markets/catalogue.ts";
import { GRAPH_VERSION, graphFor, graphVersion, impactOf, type ReadsOf, readsOf } from "./dependency-graph.ts";
import type { FactName } from "../dependencies/facts.ts";
import { DEFAULT_VARIANT, findVariant, VARIANTS } from "../markets/variant.ts";

const plain = findVariant(DEFAULT_VARIANT)!;
const blended = findVariant("market-blend")!;
const market = (id: string) => findMarket(id)!;
const readBy = (fact: FactName) =>
  new Set(CATALOGUE.filter((candidate) => readsOf(candidate, plain)[fact]).map(({ category }) => category));

describe("what a market reads", () => {
  it("is what its primitive reads, and market prices where the variant listens to them", () => {
    expect(readsOf(market("match_result"), plain)).toMatchObject({ score: "hard", red_cards: "hard", weather: "soft" });
    expect(readsOf(market("match_result"), plain)).not.toHaveProperty("odds.match_result");
    expect(readsOf(market("match_result"), blended)).toHaveProperty(["odds.match_result"], "soft");
    expect(readsOf(market("corners_over_under_9_5"), blended)).not.toHaveProperty(["odds.match_result"]);
  });

  it("lets corners, cards and referees move no goals, and goals no corners", () => {
    expect([...readBy("corners")]).toEqual(["corners"]);
    expect([...readBy("cards")]).toEqual(["cards"]);
    expect([...readBy("referee")].toSorted()).toEqual(["cards", "specials"]);
    expect(readBy("score").has("corners")).toBe(false);
    expect(readBy("score").has("cards")).toBe(false);
    expect([...readBy("lineup.home")]).toEqual(["scorers"]);
    expect([...readBy("goal_times")]).toEqual(["windows"]);
    expect([...readBy("shoot_out")]).toEqual(["extra_time"]);
  });

  it("is never what is only offered, told or pending", () => {
    for (const fact of ["danger", "offer", "unconfirmed", "odds.latest", "formations", "venue"] as const)
      expect([fact, [...readBy(fact)]]).toEqual([fact, []]);
  });

  it("always includes the fixture, the parameters and the period, where rates are read at all", () => {
    const rateless = new Set(["penalty_awarded", "shoot_out_winner"]);
    for (const candidate of CATALOGUE.filter(({ id }) => !rateless.has(id)))
      expect(readsOf(candidate, plain)).toMatchObject({ fixture: "soft", parameters: "soft", periods_played: "soft" });
  });
});

describe("the impact of changed facts", () => {
  it("is none where no read meets them", () => {
    expect(impactOf(market("match_result"), plain, ["corners", "lineup.home"])).toBeUndefined();
    expect(impactOf(market("match_result"), plain, [])).toBeUndefined();
  });

  it("is as grave as the gravest of them, and names those that count", () => {
    expect(impactOf(market("match_result"), plain, ["weather", "corners"])).toEqual({
      severity: "soft",
      because: ["weather"],
    });
    expect(impactOf(market("match_result"), plain, ["weather", "score"])).toEqual({
      severity: "hard",
      because: ["weather", "score"],
    });
  });
});

describe("the graph's version", () => {
  const changing =
    (change: (reads: ReturnType<ReadsOf>) => ReturnType<ReadsOf>, id = "match_result"): ReadsOf =>
    (candidate, variant) =>
      candidate.id === id && variant.id === DEFAULT_VARIANT
        ? change(readsOf(candidate, variant))
        : readsOf(candidate, variant);

  it("is the same for the same graph", () => {
    expect(GRAPH_VERSION).toMatch(/^[0-9a-f]{12}$/);
    expect(graphVersion(readsOf)).toBe(GRAPH_VERSION);
    expect(graphVersion(changing((reads) => Object.fromEntries(Object.entries(reads).toReversed())))).toBe(
      GRAPH_VERSION,
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
    expect(new Set([GRAPH_VERSION, ...others]).size).toBe(5);
  });

  it("knows every variant", () => {
    for (const { id } of VARIANTS) {
      const graph: ReadsOf = (candidate, variant) =>
        variant.id === id ? { ...readsOf(candidate, variant), venue: "hard" } : readsOf(candidate, variant);
      expect(graphVersion(graph)).not.toBe(GRAPH_VERSION);
    }
  });

  it("changes with what markets mean, for every kind of predictor alike", () => {
    expect(graphVersion(readsOf, "another meaning")).not.toBe(GRAPH_VERSION);
    expect(graphVersion(graphFor("all").reads)).toBe(graphFor("all").version);
    expect(graphVersion(graphFor("all").reads, "another meaning")).not.toBe(graphFor("all").version);
    expect(graphFor("all").version).not.toBe(GRAPH_VERSION);
  });
});
