import { CATALOGUE, type FactName, graphFor, readsOf, VARIANTS } from "@touchline/domain";
import { describe, expect, it } from "vitest";
import { HidingPredictor } from "../../../../test/setup/hiding-predictor.ts";
import { seededRandom } from "../seeded-random.ts";
import { levelMatch } from "../soundness/testing/bundled-matches.ts";
import { AskedModel } from "./asked-model.ts";
import { checkOwnModel, noOwnModelFindings, type OwnModelFindings } from "./check-own-model.ts";
import { learnReads } from "./learn-reads.ts";
import { ownModelSummary } from "./own-model-report.ts";
import { situationsOf } from "./situations.ts";

const never = new AbortController().signal;
/** The first half hour of a real match. */
const situations = situationsOf(levelMatch().map((event) => ({ event, injected: false }))).slice(0, 45);
const SOME = new Set(["match_result", "over_under_2_5", "corners_over_under_9_5", "cards_over_under_3_5"]);
const markets = CATALOGUE.filter(({ id }) => SOME.has(id));
const graph = graphFor("builtin");

class WrongAnswer extends Error {}
const asked = (predictor: HidingPredictor): AskedModel =>
  new AskedModel(predictor, (error) => error instanceof WrongAnswer, never);

async function check(
  predictor: HidingPredictor,
): Promise<{ readonly findings: OwnModelFindings; readonly model: AskedModel }> {
  const [findings, model] = [noOwnModelFindings(), asked(predictor)];
  await checkOwnModel(situations, model, { markets, reads: graph.reads, every: 10 }, findings);
  return { findings, model };
}

describe("the check of a model against a graph", () => {
  it("finds nothing where the graph has every read, and says what surgery saves", async () => {
    const { findings, model } = await check(new HidingPredictor());
    const summary = ownModelSummary(findings, model, 1);
    expect(summary).toMatchObject({ matches: 1, misses: 0, hiddenReads: 0, varied: 0, brokenRules: 0 });
    expect(summary.repeated).toBeGreaterThan(0);
    expect(summary.touchedPct).toBeGreaterThan(5);
    expect(summary.touchedPct).toBeLessThan(95);
  });

  it("finds a read that the graph does not have, with market, fact and the smallest example", async () => {
    const corners = (market: string, facts: { readonly corners: unknown }): number | undefined =>
      market === "match_result" ? (facts.corners as { home: number }).home / 100 : undefined;
    const { findings } = await check(new HidingPredictor(corners));
    const [found, ...others] = [...findings.hidden.values()];
    expect(others).toEqual([]);
    expect(found).toMatchObject({ market: "match_result", facts: ["corners"], event: { type: "corner" } });
    expect(found?.before).not.toEqual(found?.after);
    expect(findings.tally.misses).toBeGreaterThan(0);
  });

  it("finds a model that answers one request in two ways, and one whose answers break a rule", async () => {
    let calls = 0;
    const varying = await check(
      new HidingPredictor((market) => (market === "over_under_2_5" ? ++calls / 1e6 : undefined)),
    );
    expect(varying.findings.variedExample?.market).toBe("over_under_2_5");
    const broken = await check(
      new HidingPredictor(() => {
        throw new WrongAnswer("match wy-1: over_under_3_5 is likelier than over_under_2_5 by 0.125");
      }),
    );
    expect([...broken.model.broken.values()]).toMatchObject([
      { rule: "over_under_3_5 is likelier than over_under_2_5 by #", matchId: situations[0]?.matchId },
    ]);
  });
});

describe("learning what a model reads", () => {
  const plain = VARIANTS.find(({ blend }) => blend === "none")!;
  const learn = async (predictor: HidingPredictor) => {
    const seeded = seededRandom(3, "learn-test");
    const random = (): number => seeded.next();
    return learnReads(situations, asked(predictor), { markets, budget: 500, random });
  };

  it("proposes no read that the model does not have, but for what never changed", async () => {
    const { reads, untried, tries, fewestTries, bound } = await learn(new HidingPredictor());
    expect(tries).toBeGreaterThan(100);
    expect(fewestTries).toBeGreaterThan(0);
    expect(bound).toBeLessThan(1);
    const corners = reads.get("corners_over_under_9_5")?.reads.filter((fact) => !untried.includes(fact));
    expect(corners).toContain("corners");
    const declared = Object.keys(
      readsOf(
        markets.find(({ id }) => id === "corners_over_under_9_5")!,
        plain,
      ),
    );
    expect(corners?.filter((fact) => !declared.includes(fact))).toEqual([]);
    expect(reads.get("match_result")?.reads).toEqual(expect.arrayContaining(["score", "red_cards"] as FactName[]));
  });

  it("finds a read that another fact has to open first", async () => {
    const hidden = new HidingPredictor((market, facts) => {
      if (market !== "cards_over_under_3_5") return undefined;
      const { home, away } = facts.cards as { home: number; away: number };
      return home + away > 0 ? (facts.corners as { home: number }).home / 50 : 0;
    });
    const { reads } = await learn(hidden);
    expect(reads.get("cards_over_under_3_5")?.reads).toContain("corners");
  });
});
