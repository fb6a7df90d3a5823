import { describe, expect, it } from "vitest";
import { graphFor } from "../planning/graph-version.ts";
import { planInvalidation } from "../planning/plan-invalidation.ts";
import { settlementOf } from "../markets/settlement.ts";
import { suspensionOf } from "../markets/suspension.ts";
import { isListed } from "../markets/market.ts";
import { VARIANTS } from "../markets/variant.ts";
import { MatchScript } from "../../../../test/setup/match-events.ts";
import { foldLog } from "../match/fold-events.ts";
import { eventKey } from "../events/event-log.ts";
import type { MatchEvent } from "../events/event.ts";
import { declaredGraph } from "./declared-graph.ts";
import { manifestGraph, parseManifest } from "./manifest-graph.ts";

const [plain, blended] = VARIANTS as unknown as [(typeof VARIANTS)[number], (typeof VARIANTS)[number]];

const manifest = (markets: object, rest: object = {}) => ({
  format: "touchline-model-manifest",
  version: 1,
  model: { name: "poisson", version: "1" },
  markets,
  ...rest,
});

/** Five corners within the first half: a market that no catalogue has. */
const early = {
  name: "Five early corners",
  category: "corners",
  outcomes: ["yes", "no"],
  reads: ["corners", "coverage.corners"],
  settlement: {
    wins: {
      yes: { atLeast: ["half_time_corners.total", 5] },
      no: { not: { atLeast: ["half_time_corners.total", 5] } },
    },
    decided: { played: "first_half" },
  },
};

function stateOf(...events: MatchEvent[]) {
  return foldLog(new Map(events.map((event) => [eventKey(event), event]))).state;
}

function faultsOf(value: unknown): string {
  try {
    parseManifest(value);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

describe("a manifest", () => {
  it("puts its markets into force, in its order, with what they and their groups read", () => {
    const { markets, reads, findMarket } = manifestGraph(
      parseManifest(
        manifest(
          {
            early_corners: early,
            match_result: { group: "goals", reads: ["weather"], blendReads: ["odds.match_result"] },
          },
          { groups: { goals: { reads: ["score", "red_cards"], hard: ["score"], driftSeconds: 20 } } },
        ),
      ),
    );
    expect(markets.map(({ id }) => id)).toEqual(["early_corners", "match_result"]);
    const result = findMarket("match_result")!;
    expect(reads(result, plain)).toMatchObject({ score: "hard", red_cards: "soft", weather: "soft" });
    expect(reads(result, plain)).not.toHaveProperty("odds.match_result");
    expect(reads(result, blended)).toHaveProperty(["odds.match_result"], "soft");
    expect(result).toMatchObject({ costGroup: "goals", driftSeconds: 20 });
    // What this service itself reads of the market stays: its feed has to carry goals.
    expect(reads(result, plain)).toHaveProperty(["coverage.goals"], "hard");
    expect(findMarket("over_under_2_5")).toBeUndefined();
  });

  it("has the fingerprint of all that it declares", () => {
    const versionOf = (value: unknown) => manifestGraph(parseManifest(value)).version;
    const versions = [
      manifest({ early_corners: early }),
      manifest({ early_corners: { ...early, reads: ["corners"] } }),
      manifest({ early_corners: { ...early, settlement: "none" } }),
      manifest({ early_corners: early }, { model: { name: "poisson", version: "2" } }),
    ].map(versionOf);
    expect(new Set([...versions, graphFor("all").version]).size).toBe(5);
    expect(versionOf(manifest({ early_corners: early }))).toBe(versions[0]);
  });

  it("says of each fault which market, field and rule it is, and what to do", () => {
    expect(faultsOf(manifest({ match_result: { reads: ["scores", "corner"] } }))).toBe(
      'the manifest is not valid\n  markets.match_result.reads: "scores" is no fact; did you mean score or scorers?\n' +
        '  markets.match_result.reads: "corner" is no fact; did you mean corners or half_time_corners or coverage.corners?',
    );
    expect(faultsOf(manifest({ match_result: { group: "goal" } }))).toContain(
      "markets.match_result.group: there is no group goal",
    );
    expect(faultsOf(manifest({ match_result: {} }))).toContain("nothing says what the market reads");
    expect(faultsOf(manifest({ mine: { reads: ["score"] } }))).toContain("markets.mine.outcomes: is missing");
    expect(faultsOf(manifest({ match_result: { reads: [], outcomes: ["a", "b"] } }))).toContain(
      "the catalogue has this market",
    );
    expect(faultsOf(manifest({ mine: { ...early, settlement: { as: "over_under_9" } } }))).toContain(
      "there is no market over_under_9",
    );
    expect(faultsOf(manifest({ mine: { ...early, settlement: { as: "over_under_2_5" } } }))).toContain(
      "markets.mine.settlement.outcomes.yes: must be one of over, under, of over_under_2_5",
    );
    expect(faultsOf(manifest({ mine: { ...early, settlement: { wins: { yes: { over: ["goals", 1] } } } } }))).toContain(
      "markets.mine.settlement.wins.no: is missing",
    );
    expect(faultsOf(manifest({ mine: { ...early, raeds: [] } }))).toContain("raeds");
    expect(faultsOf({ format: "touchline-model-manifest", version: 2 })).toContain("version");
  });

  it("leaves the last good one in force when it is not valid", () => {
    const faults: unknown[] = [];
    const declared = declaredGraph("manifest", graphFor("manifest"), (error) => faults.push(error));
    expect(declared(null).version).toBe(graphFor("all").version);
    const good = declared(manifest({ early_corners: early }));
    expect(declared({ nonsense: true }).version).toBe(good.version);
    expect(faults).toHaveLength(1);
    expect(declared(null).version).toBe(graphFor("all").version);
  });
});

describe("a market of the user's own", () => {
  const graph = manifestGraph(
    parseManifest(
      manifest({
        early_corners: early,
        many_goals: {
          ...early,
          category: "goals",
          reads: ["score"],
          settlement: { as: "over_under_2_5", outcomes: { yes: "over", no: "under" } },
        },
      }),
    ),
  );
  const [corners, goals] = graph.markets as unknown as [(typeof graph.markets)[number], (typeof graph.markets)[number]];
  const script = new MatchScript("m-1");
  const begun = [script.fixture(), script.kickOff()];

  it("is touched by what it reads alone", () => {
    const before = stateOf(...begun);
    const plan = planInvalidation(before, stateOf(...begun, script.corner("home", 3)), graph.markets, graph.reads);
    expect(plan.touched).toEqual([{ market: "early_corners", severity: "soft", because: ["corners"] }]);
    expect(plan.preserved).toBe(1);
    const goal = planInvalidation(before, stateOf(...begun, script.goal("home", 5)), graph.markets, graph.reads);
    expect(goal.touched).toMatchObject([{ market: "many_goals", severity: "hard" }]);
  });

  it("settles by its payoff when that is decided, and by a rule of the catalogue as soon as that does", () => {
    const cornersOf = (count: number) => Array.from({ length: count }, (_unused, i) => script.corner("home", 10 + i));
    const played = stateOf(...begun, ...cornersOf(5), script.at("period_end", 45));
    expect(settlementOf(corners, stateOf(...begun, ...cornersOf(5)))).toBeUndefined();
    expect(settlementOf(corners, played)).toMatchObject({ outcomes: { yes: 1, no: 0 }, provisional: true });
    expect(settlementOf(corners, stateOf(...begun, script.at("period_end", 45)))).toMatchObject({
      outcomes: { yes: 0, no: 1 },
    });
    const three = stateOf(...begun, script.goal("home", 1), script.goal("away", 2), script.goal("home", 3));
    expect(settlementOf(goals, three)).toMatchObject({ outcomes: { yes: 1, no: 0 }, provisional: false });
  });

  it("is suspended by its category and when its feed stops carrying what it reads", () => {
    const stopped = script.at("bet_stop", 3, { payload: { groups: ["corners"] } });
    expect(suspensionOf(corners, stateOf(...begun, stopped))).toBe("bet_stop");
    expect(suspensionOf(goals, stateOf(...begun, stopped))).toBeUndefined();
    expect(isListed(corners, stateOf(...begun))).toBe(true);
  });
});
