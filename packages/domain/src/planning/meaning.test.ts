import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../markets/catalogue.ts";
import { isInPlay } from "../match/clock.ts";
import type { EventLog } from "../events/event-log.ts";
import { PAYLOADS } from "../events/event-payloads.ts";
import { foldEvents } from "../match/fold-events.ts";
import { countMarket, type Market } from "../markets/market.ts";
import { definitionOf } from "../markets/market-definition.ts";
import { meaningOf } from "./meaning.ts";
import { planInvalidation } from "./plan-invalidation.ts";
import { referenceLogs } from "./reference-match.ts";
import { settlementOf } from "../markets/settlement.ts";
import { suspensionOf } from "../markets/suspension.ts";

const present = meaningOf();

/** A fold that has no handler for events of this type. */
const deafTo =
  (type: string) =>
  (log: EventLog): ReturnType<typeof foldEvents> =>
    foldEvents(
      new Map([...log].map(([key, event]) => [key, event.type === type ? { ...event, type: "unknown" } : event])),
    );

describe("what a build's rules mean", () => {
  it("is the same whenever it is asked for", () => {
    expect(present).toMatch(/^[0-9a-f]{12}$/);
    expect(meaningOf()).toBe(present);
  });

  it("is shown on events of every type", () => {
    const reported = new Set(
      referenceLogs().flatMap((steps) => [...(steps.at(-1)?.log.values() ?? [])].map(({ type }) => type)),
    );
    expect(Object.keys(PAYLOADS).filter((type) => !reported.has(type))).toEqual([]);
  });

  it.each(Object.keys(PAYLOADS).filter((type) => !["sharp_money", "heartbeat"].includes(type)))(
    "changes with the fold of %s",
    (type) => {
      expect(meaningOf({ fold: deafTo(type) })).not.toBe(present);
    },
  );

  it("changes with a fold of own goals, of what was taken back, and of prices", () => {
    const folds = [
      (log: EventLog) => {
        const state = foldEvents(log);
        return { ...state, goals: state.goals.map((goal) => (goal.ownGoal ? { ...goal, minute: 0 } : goal)) };
      },
      (log: EventLog) => foldEvents(new Map([...log].map(([key, event]) => [key, { ...event, retracted: false }]))),
      (log: EventLog) => ({ ...foldEvents(log), volatility: foldEvents(new Map()).volatility }),
    ];
    expect(new Set([present, ...folds.map((fold) => meaningOf({ fold }))]).size).toBe(1 + folds.length);
  });

  it("changes with the severity, with what is collected and with what forbids", () => {
    const soft = (market: object) => ({ ...market, severity: "soft" as const });
    const plans = [
      // Severity as judged by the state after the change alone.
      (...[before, after]: Parameters<typeof planInvalidation>) => {
        const plan = planInvalidation(before, after);
        return isInPlay(after)
          ? plan
          : { ...plan, touched: plan.touched.map((touch) => ({ ...touch, ...soft(touch) })) };
      },
      (...states: Parameters<typeof planInvalidation>) => ({ ...planInvalidation(...states), collected: [] }),
      (...states: Parameters<typeof planInvalidation>) => ({ ...planInvalidation(...states), forbids: false }),
    ];
    expect(new Set([present, ...plans.map((plan) => meaningOf({ plan }))]).size).toBe(1 + plans.length);
  });

  it("changes with a payoff", () => {
    const define = (market: Market) =>
      definitionOf(
        market.id === "over_under_2_5" && market.space === "counts"
          ? countMarket({ ...market, lines: [(homeGoals, awayGoals) => (homeGoals + awayGoals > 3 ? 0 : 1)] })
          : market,
      );
    expect(meaningOf({ define })).not.toBe(present);
  });

  it("changes with the settlement in any category, with when it is provisional, and with suspensions", () => {
    for (const category of new Set(CATALOGUE.map((market) => market.category)))
      expect(
        meaningOf({
          settle: (market, state) => (market.category === category ? undefined : settlementOf(market, state)),
        }),
        category,
      ).not.toBe(present);
    const final = meaningOf({
      settle: (market, state) => {
        const settlement = settlementOf(market, state);
        return settlement && { ...settlement, provisional: false };
      },
    });
    const offered = meaningOf({
      suspend: (market, state) => (state.feedGap ? undefined : suspensionOf(market, state)),
    });
    expect(new Set([present, final, offered]).size).toBe(3);
  });
});
