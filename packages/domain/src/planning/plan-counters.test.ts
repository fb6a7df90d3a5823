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
import { type Settlement, settlementOf } from "../markets/settlement.ts";
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

/** What the plan must say of one market; what it does not name, it says nothing of. */
interface Said {
  settled: boolean;
  touched: "hard" | "soft" | "somehow" | false;
  collected: boolean;
  reopened: boolean;
  offerChanged: boolean;
}

/** Everything that the plan must say, market by market, straight from its definition. */
function check(before: MatchState, after: MatchState): void {
  const plan = planInvalidation(before, after);
  const touched = new Map(plan.touched.map((touch) => [touch.market, touch]));
  const settled = new Set(plan.settled.map(({ market }) => market));
  const offered = new Set(plan.offerChanged);
  const reopened = new Set(plan.reopened);
  const changed = new Set<string>(changedFacts(before, after));
  const collected = new Set(plan.collected.map(({ market }) => market));
  const begun = hasBegun(before) || hasBegun(after);
  const counters = { open: 0, newlySettled: 0, preserved: 0, offerOnly: 0, touchedOfOpen: 0 };
  // Compared once for all markets: an expectation for each costs more than all that is checked.
  const expected: Record<string, Said> = {};
  const said: Record<string, Said> = {};
  for (const market of CATALOGUE) {
    const [wasListed, listed] = [isListed(market, before), isListed(market, after)];
    const was = wasListed ? settlementOf(market, before) : undefined;
    const is = listed ? settlementOf(market, after) : undefined;
    const wasOpen = wasListed && !was;
    if (wasOpen) counters.open++;
    const readsAny = VARIANTS.some((variant) =>
      Object.keys(readsOf(market, variant)).some((fact) => changed.has(fact)),
    );
    const isHard = begun && VARIANTS.some((variant) => readsHard(market, variant, changed));
    const touch = touched.get(market.id);
    const mustTouch = listed && !is && (!wasListed || was !== undefined || readsAny);
    // Severity follows from the reads, once the match has begun; what was settled is always hard.
    const severityTold = begun && was === undefined;
    expected[market.id] = {
      // Settled is reported when it is news; touched is what is open now and was computed from something else.
      settled: is !== undefined && !isSame(was, is),
      touched: mustTouch && (severityTold ? (isHard ? "hard" : "soft") : "somehow"),
      collected: !listed && (was !== undefined || isHard),
      reopened: !is && was !== undefined,
      offerChanged: listed && !is && suspensionOf(market, before) !== suspensionOf(market, after),
    };
    said[market.id] = {
      settled: settled.has(market.id),
      touched: touch !== undefined && (severityTold ? touch.severity : "somehow"),
      collected: collected.has(market.id),
      reopened: reopened.has(market.id),
      offerChanged: offered.has(market.id),
    };
    if (!wasOpen) continue;
    if (is) counters.newlySettled++;
    else if (touch) counters.touchedOfOpen++;
    else if (offered.has(market.id)) counters.offerOnly++;
    else counters.preserved++;
  }
  expect(said).toEqual(expected);
  expect(plan.open).toBe(counters.open);
  expect(plan.preserved).toBe(counters.preserved);
  expect(plan.open).toBe(counters.touchedOfOpen + counters.newlySettled + plan.preserved + counters.offerOnly);
}

function isSame(was: Settlement | undefined, is: Settlement): boolean {
  return was === is || canonicalJson([was?.grades, was?.provisional]) === canonicalJson([is.grades, is.provisional]);
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
