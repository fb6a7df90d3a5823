import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../json/canonical-json.ts";
import { CATALOGUE } from "../markets/catalogue.ts";
import type { MatchEvent } from "../events/event.ts";
import type { FactFamily } from "../events/fact-family.ts";
import { changedFacts } from "../dependencies/facts.ts";
import { applyAll, applyToState } from "./apply-to-state.ts";
import { EMPTY_STATE, type Fold, foldEvents, foldLog, foldOn, NOTHING_FOLDED } from "./fold-events.ts";
import { settlementOf } from "../markets/settlement.ts";
import { anyLog } from "../testing/any-event.ts";
import { playedMatch } from "../testing/any-match.ts";
import { randomFrom, scattered } from "../testing/random-source.ts";
import { happening, logOf, retracted } from "../testing/example-events.ts";

const settlementsOf = (state: ReturnType<typeof foldEvents>): string =>
  canonicalJson(CATALOGUE.map((market) => settlementOf(market, state) ?? null));

/** Times what a run of all tests can afford: `RUNS=10` tries ten times as many logs. */
const RUNS = Number(process.env["RUNS"] ?? 1);

/** One case in so many compares settlements too: they are functions of the state, and cost a hundred times as much. */
const SAMPLE = 20;

describe("the fold", () => {
  it("gives one state, one text and one set of settlements for any order and repetition of the same events", () => {
    fc.assert(
      fc.property(anyLog, fc.nat(), (events, seed) => {
        const state = foldEvents(logOf(events));
        const again = foldEvents(logOf(scattered(events, randomFrom(seed))));
        expect(JSON.stringify(again)).toBe(JSON.stringify(state));
        if (seed % SAMPLE === 0) expect(settlementsOf(again)).toBe(settlementsOf(state));
      }),
      { numRuns: 1_000 * RUNS },
    );
  });

  it("does so for whole matches with corrections, reviews and extra time", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (match, seed) => {
        const events = playedMatch(match, { corrections: true });
        const state = foldEvents(logOf(events));
        const again = foldEvents(logOf(scattered(events, randomFrom(seed))));
        expect(JSON.stringify(again)).toBe(JSON.stringify(state));
        expect(again).toEqual(state);
        if (seed % SAMPLE === 0) expect(settlementsOf(again)).toBe(settlementsOf(state));
      }),
      { numRuns: 300 * RUNS },
    );
  });

  it("continues from a stored state: adding an event anywhere gives what folding all events gives", () => {
    const goesOn = (arrivals: readonly MatchEvent[]): Fold =>
      arrivals.reduce((fold, event) => {
        const next = foldOn(fold, event);
        expect(JSON.stringify(next.state)).toBe(JSON.stringify(foldEvents(next.log)));
        if (next.log === fold.log) expect(next).toBe(fold);
        return next;
      }, NOTHING_FOLDED);
    fc.assert(
      fc.property(anyLog, fc.nat(), (events, seed) => {
        const { log } = goesOn(scattered(events, randomFrom(seed)));
        expect(log.size).toBe(logOf(events).size);
      }),
      { numRuns: 180 * RUNS },
    );
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (match, seed) => {
        const events = playedMatch(match, { corrections: true });
        const inOrder = goesOn(events);
        expect(JSON.stringify(goesOn(scattered(events, randomFrom(seed))).state)).toBe(JSON.stringify(inOrder.state));
      }),
      { numRuns: 20 * RUNS },
    );
  });

  it("folds all events at once as one after the other, where coverage of prices comes and goes", () => {
    const coverage = fc.record({ coverage: fc.subarray<FactFamily>(["prices", "corners"]), complete: fc.boolean() });
    const price = fc.record({
      market: fc.constantFrom("m1", "m2"),
      prices: fc.record({ home: fc.constantFrom(2, 3) }, { requiredKeys: [] }),
    });
    const drawn = fc.oneof(
      price.map((payload) => ({ type: "odds_update", payload })),
      price.map(({ market }) => ({ type: "line_movement", payload: { market } })),
      coverage.map((payload) => ({ type: "coverage_changed", payload })),
      fc.constantFrom("kick_off", "corner", "full_time").map((type) => ({ type, team: "home" as const })),
    );
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 12 }), (chosen) => {
        const events = chosen.map(({ type, ...details }, minutes) => happening(type, minutes, details));
        const order = foldLog(logOf(events)).order.events;
        expect(JSON.stringify(applyAll(EMPTY_STATE, order))).toBe(
          JSON.stringify(order.reduce(applyToState, EMPTY_STATE)),
        );
      }),
      { numRuns: 1_000 * RUNS },
    );
  });

  it("undoes a retracted event as if it had never been reported", () => {
    fc.assert(
      fc.property(anyLog, fc.nat(29), (events, index) => {
        const log = logOf(events);
        const taken = [...log.values()][index];
        if (!taken) return;
        const without = new Map([...log].filter(([, event]) => event !== taken));
        const back = foldEvents(logOf([...log.values(), retracted(taken)]));
        expect(back).toEqual(foldEvents(without));
        expect(changedFacts(foldEvents(without), back)).toEqual([]);
      }),
      { numRuns: 500 * RUNS },
    );
  });

  it("is plain JSON: written and read again it is the same state", () => {
    fc.assert(
      fc.property(anyLog, (events) => {
        const state = foldEvents(logOf(events));
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
      { numRuns: 250 * RUNS },
    );
  });

  it("stays consistent: scores equal the goals, halves add up, nothing is negative", () => {
    fc.assert(
      fc.property(anyLog, (events) => {
        const state = foldEvents(logOf(events));
        for (const side of ["home", "away"] as const) {
          const goals = (periods: readonly string[]) =>
            state.goals.filter((goal) => goal.side === side && periods.includes(goal.period)).length;
          expect(state.score[side]).toBe(goals(["first_half", "second_half"]));
          expect(state.extraTimeScore[side]).toBe(goals(["extra_first_half", "extra_second_half"]));
          if (state.halfTimeScore) expect(state.halfTimeScore[side]).toBe(goals(["first_half"]));
          if (state.halfTimeCounts) {
            expect(state.halfTimeCounts.corners[side]).toBeLessThanOrEqual(state.counts.corners[side]);
            expect(state.halfTimeCounts.cards[side]).toBeLessThanOrEqual(state.counts.cards[side]);
          }
          expect(state.regularRedCards[side]).toBeLessThanOrEqual(state.redCards[side]);
          expect(state.shootOut.scored[side]).toBeLessThanOrEqual(state.shootOut.taken[side]);
        }
        expect(state.periodsPlayed >= 1).toBe(state.halfTimeScore !== null);
        expect(state.clock === null || !state.over || state.clock.stoppedAt !== undefined).toBe(true);
      }),
      { numRuns: 500 * RUNS },
    );
  });
});
