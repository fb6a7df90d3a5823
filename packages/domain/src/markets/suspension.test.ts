import { describe, expect, it } from "vitest";
import { CATALOGUE, findMarket } from "./catalogue.ts";
import type { MatchEvent } from "../events/event.ts";
import { isListed } from "./market.ts";
import { settlementOf } from "./settlement.ts";
import { type SuspensionReason, suspensionOf } from "./suspension.ts";
import { first, fixture, fullTime, happening, HOME, kickOff, lineups, stateOf } from "../testing/example-events.ts";

const why = (id: string, ...events: readonly MatchEvent[]): SuspensionReason | undefined =>
  suspensionOf(findMarket(id)!, stateOf(fixture(), kickOff(), ...events));
const stop = (...groups: string[]) => first(10, "bet_stop", groups.length > 0 ? { payload: { groups } } : {});

describe("a market is suspended", () => {
  it("never without a reason", () => {
    for (const market of CATALOGUE) expect(suspensionOf(market, stateOf(fixture(), kickOff()))).toBeUndefined();
  });

  it.each(["postponed", "abandoned", "feed_gap"] as const)("while the match is %s, whatever it is about", (type) => {
    for (const id of ["match_result", "corners_result", "penalty_awarded"]) expect(why(id, first(10, type))).toBe(type);
  });

  it("by a bet stop on everything, or on its category", () => {
    expect([why("match_result", stop()), why("corners_result", stop())]).toEqual(["bet_stop", "bet_stop"]);
    expect([why("match_result", stop("corners")), why("corners_result", stop("corners"))]).toEqual([
      undefined,
      "bet_stop",
    ]);
    expect(why("match_result", stop("no_such_group"))).toBeUndefined();
  });

  it("by a possible goal or a review, if goals mean anything to it", () => {
    const possible = first(10, "goal", { ...HOME, payload: { confirmation: "possible" } });
    const review = first(10, "var_review_started");
    expect([why("match_result", possible), why("corners_result", possible)]).toEqual(["possible_goal", undefined]);
    expect([why("match_result", review), why("cards_result", review)]).toEqual(["var_review", undefined]);
  });

  it("by a penalty that is still to be taken, if it is about who scores", () => {
    const given = stateOf(fixture(), ...lineups(), kickOff(), first(20, "penalty_awarded", HOME));
    expect(suspensionOf(findMarket("anytime_scorer")!, given)).toBe("penalty_pending");
    expect(suspensionOf(findMarket("first_scorer")!, given)).toBe("penalty_pending");
    expect(suspensionOf(findMarket("next_goal")!, given)).toBeUndefined();
  });

  it("for the gravest of several reasons, until the last of them ends", () => {
    const events = [stop(), first(11, "feed_gap")];
    expect(why("match_result", ...events)).toBe("feed_gap");
    expect(why("match_result", ...events, first(12, "feed_recovered"))).toBe("bet_stop");
    expect(why("match_result", ...events, first(12, "feed_recovered"), happening("bet_start", 13))).toBeUndefined();
  });

  it("by the gap that an abandonment leaves behind, once play is resumed", () => {
    const events = [first(10, "abandoned"), happening("feed_gap", 20)];
    expect(why("match_result", ...events)).toBe("abandoned");
    expect(why("match_result", ...events, happening("resumed", 60))).toBe("feed_gap");
    expect(why("match_result", ...events, happening("resumed", 60), happening("feed_recovered", 70))).toBeUndefined();
  });

  it("by no review once the match is over, but by the end itself, if that has not settled it", () => {
    expect(why("match_result", first(90, "var_review_started"), fullTime())).toBe("result_awaited");
    const nameless = stateOf(fixture(), ...lineups(), kickOff(), first(20, "goal", HOME), fullTime());
    const open = CATALOGUE.filter((market) => isListed(market, nameless) && !settlementOf(market, nameless));
    expect(open.map(({ id }) => [id, suspensionOf(findMarket(id)!, nameless)])).toEqual(
      ["first_scorer", "anytime_scorer", "scorer_two_or_more", "scorer_three_or_more"].map((id) => [
        id,
        "result_awaited",
      ]),
    );
  });
});
