import { describe, expect, it } from "vitest";
import { CATALOGUE, findMarket } from "../markets/catalogue.ts";
import { variantImpact, readsOf } from "./dependency-graph.ts";
import type { FactName } from "../dependencies/facts.ts";
import { DEFAULT_VARIANT, findVariant } from "../markets/variant.ts";

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

  it("is never what is only offered, reported or pending", () => {
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
    expect(variantImpact(market("match_result"), plain, ["corners", "lineup.home"])).toBeUndefined();
    expect(variantImpact(market("match_result"), plain, [])).toBeUndefined();
  });

  it("is as severe as the strictest of them, and names those that count", () => {
    expect(variantImpact(market("match_result"), plain, ["weather", "corners"])).toEqual({
      severity: "soft",
      because: ["weather"],
    });
    expect(variantImpact(market("match_result"), plain, ["weather", "score"])).toEqual({
      severity: "hard",
      because: ["weather", "score"],
    });
  });
});
