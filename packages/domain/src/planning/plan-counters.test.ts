import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../json/canonical-json.ts";
import { CATALOGUE } from "../markets/catalogue.ts";
import { readsOf } from "./dependency-graph.ts";
import { changedFacts } from "../dependencies/facts.ts";
import { EMPTY_STATE, foldEvents } from "../match/fold-events.ts";
import { isListed, type Market } from "../markets/market.ts";
import { hasBegun } from "../match/clock.ts";
import type { MatchState } from "../match/match-state.ts";
import { planInvalidation } from "./plan-invalidation.ts";
import { settlementOf } from "../markets/settlement.ts";
import { anyLog } from "../testing/any-event.ts";
import { playedMatch } from "../testing/any-match.ts";
import { logOf } from "../testing/example-events.ts";
import { type Variant, VARIANTS } from "../markets/variant.ts";
import { suspensionOf } from "../markets/suspension.ts";

/** The states that a match goes through, one event after the other. */
function* statesOf(events: Iterable<Parameters<typeof logOf>[0] extends Iterable<infer E> ? E : never>) {
  const arrived = [];
  for (const event of events) {
    arrived.push(event);
    yield foldEvents(logOf(arrived));
  }
}

const readsHard = (market: Market, variant: Variant, changed: ReadonlySet<string>): boolean =>
  Object.entries(readsOf(market, variant)).some(([fact, severity]) => severity === "hard" && changed.has(fact));

/** Everything that the plan must say, market by market, straight from its definition. */
function check(before: MatchState, after: MatchState): void {
  const plan = planInvalidation(before, after);
  const touched = new Map(plan.touched.map((touch) => [touch.market, touch]));
  const settled = new Set(plan.settled.map(({ market }) => market));
  const offered = new Set(plan.offerChanged);
  const changed = new Set(changedFacts(before, after));
  const collected = new Set(plan.collected.map(({ market }) => market));
  const begun = hasBegun(before) || hasBegun(after);
  const counters = { open: 0, newlySettled: 0, preserved: 0, offerOnly: 0, touchedOfOpen: 0 };
  for (const market of CATALOGUE) {
    const [wasListed, listed] = [isListed(market, before), isListed(market, after)];
    const was = wasListed ? settlementOf(market, before) : undefined;
    const is = listed ? settlementOf(market, after) : undefined;
    const wasOpen = wasListed && !was;
    if (wasOpen) counters.open++;
    const readsAny = VARIANTS.some((variant) =>
      Object.keys(readsOf(market, variant)).some((fact) => changed.has(fact as never)),
    );
    const touch = touched.get(market.id);
    const context = `${market.id}: ${canonicalJson({ was, is, wasListed, listed, touch, settled: settled.has(market.id) })}`;
    // Settled is reported when it is news; touched is what is open now and was computed from something else.
    if (canonicalJson([was?.grades, was?.provisional]) !== canonicalJson([is?.grades, is?.provisional]) && is)
      expect(settled.has(market.id), context).toBe(true);
    else expect(settled.has(market.id), context).toBe(false);
    expect(touch !== undefined, context).toBe(listed && !is && (!wasListed || was !== undefined || readsAny));
    if (touch && begun && was === undefined) {
      const isHard = VARIANTS.some((variant) => readsHard(market, variant, changed));
      expect(touch.severity, context).toBe(isHard ? "hard" : "soft");
    }
    const missesHard = begun && VARIANTS.some((variant) => readsHard(market, variant, changed));
    expect(collected.has(market.id), context).toBe(!listed && (was !== undefined || missesHard));
    expect(plan.reopened.includes(market.id), context).toBe(!is && was !== undefined);
    const reoffered = suspensionOf(market, before) !== suspensionOf(market, after);
    expect(offered.has(market.id), context).toBe(listed && !is && reoffered);
    if (!wasOpen) continue;
    if (is) counters.newlySettled++;
    else if (touch) counters.touchedOfOpen++;
    else if (offered.has(market.id)) counters.offerOnly++;
    else counters.preserved++;
  }
  expect(plan.open).toBe(counters.open);
  expect(plan.preserved).toBe(counters.preserved);
  expect(plan.open).toBe(counters.touchedOfOpen + counters.newlySettled + plan.preserved + counters.offerOnly);
}

describe("the counters of an invalidation", () => {
  it("balance at every step of whole matches with corrections", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        let before = EMPTY_STATE;
        for (const after of statesOf(playedMatch(seed, { corrections: true }))) {
          check(before, after);
          before = after;
        }
      }),
      { numRuns: 10 },
    );
  });

  it("balance between any two states whatever", () => {
    fc.assert(
      fc.property(anyLog, anyLog, (a, b) => {
        check(foldEvents(logOf(a)), foldEvents(logOf([...a, ...b])));
        check(foldEvents(logOf(b)), foldEvents(logOf(a)));
      }),
      { numRuns: 60 },
    );
  });

  it("are empty between a state and itself", () => {
    fc.assert(
      fc.property(anyLog, (events) => {
        const state = foldEvents(logOf(events));
        const plan = planInvalidation(state, foldEvents(logOf(events.toReversed())));
        expect(plan).toMatchObject({
          changed: [],
          touched: [],
          settled: [],
          reopened: [],
          offerChanged: [],
          clockMoved: false,
        });
        expect(plan.preserved).toBe(plan.open);
      }),
      { numRuns: 100 },
    );
  });
});
