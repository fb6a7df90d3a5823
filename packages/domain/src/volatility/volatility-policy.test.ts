import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CIRCUIT_STATES, type CircuitState } from "./circuit-breaker.ts";
import { STAKES } from "../events/event-payloads.ts";
import { MINUTE, panicFor, quiet, quotes, SECOND } from "../testing/quotes.ts";
import { foldVolatility } from "./volatility.ts";
import { VOLATILITY_REASONS, volatilityDecision, volatilityLimit } from "./volatility-policy.ts";
import { CALM, type VolatilityRecord } from "./volatility-record.ts";

const HOUR = 60 * MINUTE;
const now = 100 * HOUR;

/** A record as it stands at `now`, its circuit in the given state. */
const calm = (circuit: CircuitState): VolatilityRecord => ({ ...CALM, lastAt: now, circuit, spans: spansFor(circuit) });
const warned = (circuit: CircuitState): VolatilityRecord => ({ ...calm(circuit), warningUntil: now + MINUTE });
const panicking = (circuit: CircuitState, minutes: number): VolatilityRecord => ({
  ...calm(circuit),
  panic: { since: now - minutes * MINUTE, until: now + MINUTE, movedAt: now - MINUTE, movedBy: 1 },
  spans: [],
});

/** As much panic as keeps the circuit where it is. */
function spansFor(circuit: CircuitState): VolatilityRecord["spans"] {
  const minutes = { normal: 0, high_volatility: 12, open: 20 }[circuit];
  return minutes === 0 ? [] : [{ from: now - (minutes + 1) * MINUTE, until: now - MINUTE }];
}

const lifetimeOf = (record: VolatilityRecord | undefined, baseLifetimeMs = 6 * HOUR) =>
  volatilityDecision({ baseLifetimeMs, record, stakes: "medium", now });

describe("lifetimes while prices are calm", () => {
  it.each([
    ["normal", 6 * HOUR, "base_lifetime"],
    ["high_volatility", 6 * HOUR, "base_lifetime"],
    ["open", 60 * SECOND, "circuit_open"],
  ] as const)("with the circuit %s: %s ms, because of %s", (circuit, lifetimeMs, reason) => {
    expect(lifetimeOf(calm(circuit))).toMatchObject({
      level: "normal",
      mode: null,
      circuit,
      lifetimeMs,
      waitForFresh: false,
      reason,
    });
  });

  it("are those of the time zone where no price was ever received", () => {
    expect(lifetimeOf(undefined)).toEqual(lifetimeOf(CALM));
    expect(lifetimeOf(undefined).lifetimeMs).toBe(6 * HOUR);
  });
});

describe("lifetimes at a warning", () => {
  it.each([
    ["normal", 60 * SECOND, "warning"],
    ["high_volatility", 10 * SECOND, "high_volatility"],
    ["open", 30 * SECOND, "circuit_open"],
  ] as const)("with the circuit %s: %s ms, because of %s", (circuit, lifetimeMs, reason) => {
    expect(lifetimeOf(warned(circuit))).toMatchObject({ level: "warning", lifetimeMs, waitForFresh: false, reason });
  });
});

describe("lifetimes in panic", () => {
  it.each([
    // The quota alone: a panic that lasts holds the circuit open as well, so these are records of other half hours.
    ["normal", 0, "full", 0, "panic"],
    ["normal", 14, "full", 0, "panic"],
    ["high_volatility", 12, "full", 5 * SECOND, "high_volatility"],
    ["open", 20, "full", 10 * SECOND, "circuit_open"],
    ["open", 30, "partial", 10 * SECOND, "circuit_open"],
    ["open", 90, "degraded", 30 * SECOND, "panic_quota"],
    ["open", 180, "new_normal", 60 * SECOND, "panic_quota"],
  ] as const)(
    "with the circuit %s, after %s minutes (%s): %s ms, because of %s",
    (circuit, minutes, mode, ms, reason) => {
      expect(lifetimeOf(panicking(circuit, minutes))).toMatchObject({
        level: "panic",
        mode,
        circuit,
        lifetimeMs: ms,
        waitForFresh: ms === 0,
        reason,
      });
    },
  );

  it("are relaxed by the quota where little is at stake, before the circuit opens", () => {
    const at = (minutes: number, stakes: "low" | "high") =>
      volatilityLimit(
        foldVolatility(panicFor(60 * MINUTE).filter((sample) => sample.at <= minutes * MINUTE)),
        stakes,
        minutes * MINUTE,
      );
    expect(at(15, "low")).toMatchObject({ circuit: "normal", lifetimeMs: 5 * SECOND, reason: "panic_quota" });
    expect(at(15, "high")).toMatchObject({ circuit: "normal", lifetimeMs: 0, reason: "panic" });
    expect(at(25, "low")).toMatchObject({ circuit: "open", lifetimeMs: 10 * SECOND, reason: "circuit_open" });
    expect(at(45, "low")).toMatchObject({ circuit: "open", lifetimeMs: 20 * SECOND, reason: "panic_quota" });
  });

  it("are relaxed by the circuit where calm prices break the panic again and again", () => {
    const broken = Array.from({ length: 6 }, (_unused, turn) => panicFor(9 * MINUTE, turn * 10 * MINUTE)).flat();
    const record = foldVolatility(broken.filter(({ at }) => at < 59 * MINUTE));
    expect(volatilityLimit(record, "medium", 58 * MINUTE)).toMatchObject({
      mode: "full",
      circuit: "open",
      lifetimeMs: 10 * SECOND,
      waitForFresh: false,
    });
  });
});

describe("a base lifetime", () => {
  it("is never made longer", () => {
    expect(lifetimeOf(panicking("open", 200), 2 * SECOND)).toMatchObject({
      lifetimeMs: 2 * SECOND,
      waitForFresh: false,
      reason: "base_lifetime",
    });
    expect(lifetimeOf(calm("open"), 2 * SECOND).lifetimeMs).toBe(2 * SECOND);
  });

  it("of zero stays zero", () => {
    expect(lifetimeOf(calm("normal"), 0).lifetimeMs).toBe(0);
    expect(lifetimeOf(panicking("normal", 0), 0)).toMatchObject({ lifetimeMs: 0, waitForFresh: true, reason: "panic" });
  });

  it("that is no number promises nothing", () => {
    expect(lifetimeOf(calm("normal"), NaN).lifetimeMs).toBe(0);
    expect(lifetimeOf(calm("normal"), -5).lifetimeMs).toBe(0);
  });

  it("without end stays without end", () => {
    expect(lifetimeOf(calm("normal"), Infinity).lifetimeMs).toBe(Infinity);
  });
});

describe("the policy", () => {
  const anyRecord: fc.Arbitrary<VolatilityRecord> = fc
    .tuple(
      fc.constantFrom(...CIRCUIT_STATES),
      fc.option(fc.nat(400), { nil: null }),
      fc.option(fc.integer({ min: -10, max: 30 }), { nil: null }),
      fc.integer({ min: -40, max: 40 }),
    )
    .map(([circuit, panicMinutes, warning, age]) => {
      const lastAt = now - age * MINUTE;
      const panic =
        panicMinutes === null
          ? null
          : { since: lastAt - panicMinutes * MINUTE, until: lastAt + 30 * MINUTE, movedAt: lastAt, movedBy: 1 };
      return { lastAt, panic, warningUntil: warning === null ? null : lastAt + warning * MINUTE, spans: [], circuit };
    });
  const anyStakes = fc.constantFrom(...STAKES);
  const anyBase = fc.oneof(fc.nat(6 * HOUR), fc.double());

  it("answers everything: a lifetime of at most the base, and a reason", () => {
    fc.assert(
      fc.property(
        anyRecord,
        anyStakes,
        anyBase,
        fc.oneof(fc.constant(now), fc.double()),
        (record, stakes, base, at) => {
          const decision = volatilityDecision({ baseLifetimeMs: base, record, stakes, now: at });
          expect(decision.lifetimeMs).toBeGreaterThanOrEqual(0);
          expect(decision.lifetimeMs).toBeLessThanOrEqual(base >= 0 ? base : 0);
          expect(VOLATILITY_REASONS).toContain(decision.reason);
          expect(decision.waitForFresh && decision.level !== "panic").toBe(false);
          expect(decision.mode === null).toBe(decision.level !== "panic");
        },
      ),
    );
  });

  it("gives a longer lifetime for a longer base", () => {
    fc.assert(
      fc.property(anyRecord, anyStakes, fc.nat(HOUR), fc.nat(HOUR), (record, stakes, one, other) => {
        const given = (baseLifetimeMs: number) =>
          volatilityDecision({ baseLifetimeMs, record, stakes, now }).lifetimeMs;
        expect(given(Math.max(one, other))).toBeGreaterThanOrEqual(given(Math.min(one, other)));
      }),
    );
  });

  it("waits for a fresh prediction only where neither the quota nor the circuit relaxes", () => {
    fc.assert(
      fc.property(anyRecord, anyStakes, (record, stakes) => {
        const limit = volatilityLimit(record, stakes, now);
        expect(limit.waitForFresh).toBe(limit.level === "panic" && limit.mode === "full" && limit.circuit === "normal");
      }),
    );
  });

  it("is stricter in panic than at a warning, and there than in calm, while the circuit is normal", () => {
    const none = volatilityLimit(foldVolatility(quiet(30)), "medium", 29 * MINUTE);
    const after = (price: number) =>
      volatilityLimit(foldVolatility([...quiet(30), ...quotes([price], { from: 30 * MINUTE })]), "medium", 30 * MINUTE);
    expect([none, after(1.92), after(1.5)].map(({ lifetimeMs }) => lifetimeMs)).toEqual([Infinity, 60 * SECOND, 0]);
  });

  it("never becomes stricter by time alone while a panic lasts", () => {
    const record = foldVolatility(panicFor(20 * MINUTE).filter(({ at }) => at < 20 * MINUTE));
    const anyTime = fc.integer({ min: 0, max: 29 * MINUTE });
    fc.assert(
      fc.property(anyStakes, anyTime, anyTime, (stakes, one, other) => {
        const at = (moment: number) => volatilityLimit(record, stakes, moment).lifetimeMs;
        expect(at(Math.max(one, other))).toBeGreaterThanOrEqual(at(Math.min(one, other)));
      }),
    );
  });
});
