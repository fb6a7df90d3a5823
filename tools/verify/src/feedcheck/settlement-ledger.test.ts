import {
  EMPTY_STATE,
  findMarket,
  type InvalidationPlan,
  type MatchState,
  type Settlement,
  settlementOf,
} from "@touchline/domain";
import { describe, expect, it } from "vitest";
import { SettlementLedger } from "./settlement-ledger.ts";

const over: MatchState = { ...EMPTY_STATE, periodsPlayed: 2, over: true, score: { home: 1, away: 0 } };
const market = findMarket("over_under_0_5");
if (!market) throw new Error("the catalogue has lost a market");
const truth = settlementOf(market, over);
if (!truth) throw new Error("a match that is over settles its markets");
const wrong: Settlement = { ...truth, outcomes: { over: 0, under: 1 } };

function plan(changes: Partial<Pick<InvalidationPlan, "settled" | "reopened">>): InvalidationPlan {
  return {
    changed: [],
    touched: [],
    collected: [],
    settled: [],
    reopened: [],
    offerChanged: [],
    clockMoved: false,
    panicMoved: false,
    forbids: true,
    begun: true,
    open: 0,
    preserved: 0,
    ...changes,
  };
}
const settled = (settlement: Settlement): InvalidationPlan => plan({ settled: [{ market: market.id, settlement }] });

function sumOf(...plans: InvalidationPlan[]): ReturnType<SettlementLedger["close"]> {
  const ledger = new SettlementLedger();
  for (const each of plans) ledger.record(each);
  return ledger.close(over, market ? [market] : []);
}

describe("the ledger of announced settlements", () => {
  it("is content with one that was right at once", () => {
    expect(sumOf(settled(truth))).toEqual({ announced: 1, provisional: 0, overturned: 0, faults: [] });
  });

  it("accepts that a provisional one is overturned", () => {
    expect(sumOf(settled({ ...wrong, provisional: true }), settled(truth))).toMatchObject({
      overturned: 1,
      faults: [],
    });
  });

  it("holds it against a final one", () => {
    expect(sumOf(settled(wrong), settled(truth)).faults).toEqual([
      { market: market.id, what: "final settlement overturned" },
    ]);
  });

  it("wants what was taken back to be settled again", () => {
    const reopened = plan({ reopened: [market.id] });
    expect(sumOf(settled({ ...truth, provisional: true }), reopened).faults).toEqual([
      { market: market.id, what: "not settled again" },
    ]);
  });

  it("wants the last word to be the truth, and final", () => {
    const what = "not announced as it ended";
    expect(sumOf(settled({ ...truth, provisional: true })).faults).toEqual([{ market: market.id, what }]);
    expect(sumOf().faults).toEqual([{ market: market.id, what }]);
  });
});
