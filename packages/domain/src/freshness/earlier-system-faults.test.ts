import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATALOGUE, marketsOf } from "../markets/catalogue.ts";
import { readsOf } from "../planning/dependency-graph.ts";
import { MatchEvent } from "../events/event.ts";
import { appendEvent, type EventLog } from "../events/event-log.ts";
import { changedFacts } from "../dependencies/facts.ts";
import { foldEvents } from "../match/fold-events.ts";
import { freshnessOf, IN_PLAY_LIFETIME_MS, isEarlyRefreshDue, lifetimeOf } from "./freshness.ts";
import { type OddsSample, oddsSamplesOf } from "../volatility/odds-sample.ts";
import { panicQuota, stakesOf } from "../volatility/panic-quota.ts";
import { planInvalidation } from "../planning/plan-invalidation.ts";
import { settlementOf } from "../markets/settlement.ts";
import { MINUTE, panicFor, quiet, quotes, SECOND } from "../testing/quotes.ts";
import { VARIANTS } from "../markets/variant.ts";
import { foldVolatility, recordOf } from "../volatility/volatility.ts";
import { volatilityDecision, volatilityLimit } from "../volatility/volatility-policy.ts";
import { circuitAt, panicDurationAt, volatilityAt, type VolatilityRecord } from "../volatility/volatility-record.ts";

const HOUR = 60 * MINUTE;
const kickoff = Date.parse("2026-11-20T20:00:00Z");
const isoAt = (ms: number) => new Date(ms).toISOString();

let nextId = 0;
function event(type: string, at: number, more: object = {}): MatchEvent {
  return MatchEvent.parse({ id: `e${nextId++}`, source: "feed", matchId: "m1", type, occurredAt: isoAt(at), ...more });
}
const logOf = (...events: readonly MatchEvent[]): EventLog => events.reduce(appendEvent, new Map());

const fixture = event("fixture", kickoff - 24 * HOUR, {
  payload: { home: "A", away: "B", kickoff: isoAt(kickoff), competition: "League", stakes: "low" },
});
const kickOff = event("kick_off", kickoff);
const priceEvent = (sample: OddsSample, type = "odds_update"): MatchEvent =>
  event(type, sample.at, { payload: { market: sample.market, prices: { [sample.outcome]: sample.price } } });

/** Half an hour at even money, and a jump at minute 30. */
const jump = [...quiet(30), ...quotes([1.5], { from: 30 * MINUTE })];
const jumpAt = 30 * MINUTE;

describe("faults of the earlier system", () => {
  describe("1: a lifetime of zero became the default of an hour", () => {
    it("is drift that bounds lifetimes after kick-off, to a minute at most", () => {
      const inPlay = foldEvents(logOf(fixture, kickOff));
      fc.assert(
        fc.property(fc.double({ min: 0, noNaN: true }), fc.nat(3 * HOUR), (driftMs, later) => {
          const lifetimeMs = lifetimeOf(inPlay, kickoff + later, driftMs);
          expect(lifetimeMs).toBeGreaterThanOrEqual(IN_PLAY_LIFETIME_MS.min);
          expect(lifetimeMs).toBeLessThanOrEqual(IN_PLAY_LIFETIME_MS.max);
        }),
      );
    });

    it("leaves zero at zero, whatever the volatility", () => {
      for (const record of [undefined, foldVolatility(quiet(30)), foldVolatility(jump)])
        expect(volatilityDecision({ baseLifetimeMs: 0, record, stakes: "medium", now: jumpAt }).lifetimeMs).toBe(0);
    });

    it("gives panic the lifetime of panic and not that of the time zone", () => {
      const zone = lifetimeOf(foldEvents(logOf(fixture)), kickoff - 30 * HOUR, Infinity);
      expect(zone).toBe(6 * HOUR);
      const record = foldVolatility(jump);
      expect(volatilityDecision({ baseLifetimeMs: zone, record, stakes: "medium", now: jumpAt })).toMatchObject({
        lifetimeMs: 0,
        waitForFresh: true,
      });
    });

    it("calls an entry of no lifetime fresh at no moment", () => {
      const state = foldEvents(logOf(fixture));
      const entry = { seen: 1, computedAt: 1_000, freshUntil: 1_000, deltaMs: 0, anchor: "standing" };
      const decision = freshnessOf({
        entry,
        requirement: { version: 1, hardVersion: 0 },
        settled: false,
        offered: true,
        state,
        volatility: { limit: volatilityLimit(undefined, "medium", 0), movedVersion: 0 },
        now: 1_000,
        random: 1,
        xfetchBeta: 1,
      });
      expect(decision).toMatchObject({ status: "too_stale", reason: "expired", refresh: true });
    });
  });

  describe("2: constant prices have no deviation, and a jump after them counted for nothing", () => {
    it("panics when a price jumps after a quiet half hour", () => {
      expect(volatilityAt(foldVolatility(jump), jumpAt)).toBe("panic");
    });

    it("does not panic when a price ticks after a quiet half hour", () => {
      const tick = foldVolatility([...quiet(30), ...quotes([1.98], { from: jumpAt })]);
      expect(volatilityAt(tick, jumpAt)).toBe("normal");
    });
  });

  describe("3: prices came by a call that readers did not make, into the memory of one process", () => {
    const events = jump.map((sample) => priceEvent(sample));

    it("are in the event log of the match, whichever event brings them", () => {
      for (const type of ["odds_update", "odds_steam", "line_movement"]) {
        const samples = oddsSamplesOf(jump.map((sample) => priceEvent(sample, type)));
        expect(volatilityAt(foldVolatility(samples), jumpAt)).toBe("panic");
      }
    });

    it("give every process the same, in whatever order they came, and after being stored", () => {
      const here = foldVolatility(oddsSamplesOf(logOf(...events).values()));
      const there = foldVolatility(oddsSamplesOf(logOf(...events.toReversed(), ...events).values()));
      expect(there).toEqual(here);
      const stored = JSON.parse(JSON.stringify(recordOf(here))) as VolatilityRecord;
      expect(volatilityLimit(stored, "medium", jumpAt)).toEqual(volatilityLimit(here, "medium", jumpAt));
    });

    it("are forgotten with an event that is taken back", () => {
      const last = events.at(-1)!;
      const retracted = MatchEvent.parse({ ...last, revision: 2, retracted: true });
      const samples = oddsSamplesOf(logOf(...events, retracted).values());
      expect(volatilityAt(foldVolatility(samples), jumpAt)).toBe("normal");
    });
  });

  describe("4: one panic for all matches, ended by any calm market", () => {
    it("is of one match: prices of another neither start nor end it", () => {
      const wild = foldVolatility(jump);
      const tame = foldVolatility(quiet(40));
      expect(volatilityAt(wild, jumpAt)).toBe("panic");
      expect(volatilityAt(tame, jumpAt)).toBe("normal");
    });

    it("goes on while any market of the match panics", () => {
      const calmMarket = quiet(40, { market: "over_under_2_5", price: 1.9 });
      const record = foldVolatility([...jump, ...calmMarket]);
      expect(panicDurationAt(record, 39 * MINUTE)).toBe(9 * MINUTE);
    });
  });

  describe("5: a panic of no duration counted as none", () => {
    it("is full panic from its first moment", () => {
      const record = foldVolatility(jump);
      expect(panicDurationAt(record, jumpAt)).toBe(0);
      expect(panicQuota(0)).toEqual({ mode: "full", lifetimeMs: 0 });
      expect(volatilityLimit(record, "medium", jumpAt)).toMatchObject({ mode: "full", waitForFresh: true });
    });
  });

  describe("6: the circuit breaker counted calls, and the first one opened it", () => {
    it("stays closed however often it is asked in the first second of panic", () => {
      const record = foldVolatility(jump);
      for (let call = 0; call < 2_000; call++) expect(circuitAt(record, jumpAt + call / 2)).toBe("normal");
    });

    it("stays closed however many prices panic within a minute", () => {
      const burst = Array.from({ length: 60 }, (_unused, outcome) => [
        ...quiet(30, { outcome: `o${outcome}` }),
        ...quotes([1.5], { from: jumpAt + outcome * SECOND, outcome: `o${outcome}` }),
      ]).flat();
      expect(circuitAt(foldVolatility(burst), jumpAt + MINUTE)).toBe("normal");
    });

    it("opens after 24 minutes of panic out of 30, whether asked meanwhile or not", () => {
      const record = foldVolatility(panicFor(HOUR).filter(({ at }) => at <= 20 * MINUTE));
      expect(circuitAt(record, 24 * MINUTE)).toBe("high_volatility");
      expect(circuitAt(record, 24 * MINUTE + 1)).toBe("open");
    });
  });

  describe("7: early refresh took the lifetime for the time that a refresh takes", () => {
    const lifetimeMs = 60 * SECOND;
    const age = 0.03 * lifetimeMs;

    it("practically never refreshes a brand-new entry, whatever the dice say", () => {
      // The smallest number that a uniform draw of 53 bits can be.
      const luckiest = 2 ** -53;
      expect(isEarlyRefreshDue(200, lifetimeMs - age, 1, luckiest)).toBe(false);
      expect(Math.exp(-(lifetimeMs - age) / 200)).toBeLessThan(1e-6);
    });

    it("would have refreshed it at every third read with the lifetime for delta", () => {
      const dice = Array.from({ length: 1_000 }, (_unused, index) => (index + 0.5) / 1_000);
      const due = dice.filter((random) => isEarlyRefreshDue(lifetimeMs, lifetimeMs, 1, random));
      expect(due.length / dice.length).toBeCloseTo(Math.exp(-1), 2);
    });

    it("refreshes more surely the nearer the expiry, and surely at it", () => {
      const chance = (remainingMs: number) => Math.exp(-remainingMs / 200);
      fc.assert(
        fc.property(fc.nat(2_000), fc.double({ min: 1e-6, max: 1, noNaN: true }), (remainingMs, random) => {
          fc.pre(Math.abs(random - chance(remainingMs)) > 1e-9);
          expect(isEarlyRefreshDue(200, remainingMs, 1, random)).toBe(random < chance(remainingMs));
        }),
      );
      expect(isEarlyRefreshDue(200, 0, 1, 1)).toBe(true);
    });
  });

  describe("8: invalidation went by patterns of names, met the wrong keys or none, and nobody called it", () => {
    const base = logOf(fixture, kickOff);
    const before = foldEvents(base);

    it("touches exactly the markets that read what changed, whatever their names begin with", () => {
      const after = foldEvents(appendEvent(base, event("corner", kickoff + MINUTE, { team: "home" })));
      const changed = changedFacts(before, after);
      const plan = planInvalidation(before, after);
      const touched = plan.touched.map(({ market }) => market);
      const reading = marketsOf(after)
        .filter((market) => settlementOf(market, after) === undefined)
        .filter((market) => VARIANTS.some((variant) => changed.some((fact) => readsOf(market, variant)[fact])));
      expect(touched).toEqual(reading.map(({ id }) => id));
      expect(touched).toContain("corners_over_under_9_5");
      expect(touched).not.toContain("over_under_2_5");
    });

    it("keeps markets apart of which one name begins with the other", () => {
      const ids = CATALOGUE.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const prefixes = ids.filter((id) => ids.some((other) => other !== id && other.startsWith(id)));
      expect(prefixes).not.toEqual([]);
      const [one] = prefixes;
      const longer = ids.find((id) => id !== one && id.startsWith(one!))!;
      const record = foldVolatility([
        ...quiet(30, { market: one! }),
        ...quotes([1.5], { from: jumpAt, market: one! }),
        ...quiet(35, { market: longer }),
      ]);
      expect(volatilityAt(record, 34 * MINUTE)).toBe("panic");
    });

    it("asks the quota where a lifetime is decided", () => {
      const record = foldVolatility(panicFor(50 * MINUTE).filter(({ at }) => at <= 45 * MINUTE));
      const limit = volatilityLimit(record, stakesOf(before.fixture), 45 * MINUTE);
      expect(limit).toMatchObject({ mode: "degraded", lifetimeMs: 20 * SECOND, reason: "panic_quota" });
    });
  });

  describe("9: stakes were guessed from words in the competition's name", () => {
    const named = (competition: string, stakes?: string) =>
      stakesOf(
        foldEvents(
          logOf(
            event("fixture", kickoff, {
              payload: { home: "A", away: "B", kickoff: isoAt(kickoff), competition, ...(stakes ? { stakes } : {}) },
            }),
          ),
        ).fixture,
      );

    it.each(["Regional Cup, semi-final", "European U19 Friendlies", "Premier League of Malta", "Sunday League"])(
      "are medium for %s until somebody says otherwise",
      (competition) => {
        expect(named(competition)).toBe("medium");
        expect(named(competition, "low")).toBe("low");
        expect(named(competition, "high")).toBe("high");
      },
    );
  });
});
