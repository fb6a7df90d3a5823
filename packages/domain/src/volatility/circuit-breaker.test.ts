import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advanceCircuit, CIRCUIT_LIFETIMES_MS, CIRCUIT_STATES, type CircuitState } from "./circuit-breaker.ts";
import { panicMsWithinWindow, type PanicSpan, VOLATILITY_WINDOW_MS } from "./panic-time.ts";
import { MINUTE, SECOND } from "../testing/quotes.ts";

/** Panic from minutes of calm and panic in turn, calm first. */
function spansOf(...minutes: readonly number[]): PanicSpan[] {
  let clock = 0;
  return minutes.flatMap((length, index) => {
    const from = clock;
    clock += length * MINUTE;
    return index % 2 === 1 ? [{ from, until: clock }] : [];
  });
}
const stateAt = (spans: readonly PanicSpan[], minute: number, from: CircuitState = "normal") =>
  advanceCircuit(from, spans, -1, minute * MINUTE);

describe("the circuit breaker", () => {
  const longPanic = spansOf(0, 60);

  it.each([
    [0, "normal"],
    [15, "normal"],
    [15.1, "high_volatility"],
    [24, "high_volatility"],
    [24.1, "open"],
    [60, "open"],
    [72, "open"],
    [72.1, "high_volatility"],
    [81, "high_volatility"],
    [81.1, "normal"],
    [1_000, "normal"],
  ] as const)("stands, in an hour of panic that begins at minute 0, at minute %s: %s", (minute, state) => {
    expect(stateAt(longPanic, minute)).toBe(state);
  });

  it("keeps its state between the two thresholds, whichever it was", () => {
    const twelveMinutes: PanicSpan[] = [{ from: -20 * MINUTE, until: -8 * MINUTE }];
    expect(advanceCircuit("normal", twelveMinutes, 0, MINUTE)).toBe("normal");
    expect(advanceCircuit("high_volatility", twelveMinutes, 0, MINUTE)).toBe("high_volatility");
    const twentyMinutes: PanicSpan[] = [{ from: -25 * MINUTE, until: -5 * MINUTE }];
    expect(advanceCircuit("high_volatility", twentyMinutes, 0, MINUTE)).toBe("high_volatility");
    expect(advanceCircuit("open", twentyMinutes, 0, MINUTE)).toBe("open");
  });

  it("remembers what happened between two questions", () => {
    // Sixteen minutes of panic, and asked only when ten are left in the window.
    expect(stateAt(spansOf(0, 16), 36)).toBe("high_volatility");
    expect(stateAt(spansOf(0, 15), 36)).toBe("normal");
  });

  it("limits lifetimes as in the table", () => {
    expect(CIRCUIT_LIFETIMES_MS).toEqual({
      normal: { panic: 0, warning: Infinity, normal: Infinity },
      high_volatility: { panic: 5 * SECOND, warning: 10 * SECOND, normal: Infinity },
      open: { panic: 10 * SECOND, warning: 30 * SECOND, normal: 60 * SECOND },
    });
  });
});

describe("asking the circuit breaker", () => {
  const anySpans = fc
    .array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 12 })
    .map((minutes) => spansOf(...minutes));
  const anyMinute = fc.integer({ min: 0, max: 200 });

  it("changes nothing: once at the end or ever so often on the way, it is where it is", () => {
    fc.assert(
      fc.property(anySpans, anyMinute, fc.array(anyMinute, { maxLength: 20 }), (spans, end, questions) => {
        let state: CircuitState = "normal";
        let last = -1;
        for (const minute of [...questions.filter((question) => question < end), end].sort((a, b) => a - b)) {
          state = advanceCircuit(state, spans, last, minute * MINUTE);
          last = minute * MINUTE;
        }
        expect(state).toBe(stateAt(spans, end));
      }),
    );
  });

  it("agrees with a watch kept every second", () => {
    fc.assert(
      fc.property(anySpans, anyMinute, (spans, end) => {
        let state: CircuitState = "normal";
        for (let now = 0; now <= end * MINUTE; now += SECOND) {
          const share = panicMsWithinWindow(spans, now) / VOLATILITY_WINDOW_MS;
          if (state === "normal" && share > 0.5) state = "high_volatility";
          if (state === "high_volatility" && share > 0.8) state = "open";
          if (state === "open" && share < 0.6) state = "high_volatility";
          if (state === "high_volatility" && share < 0.3) state = "normal";
        }
        expect(stateAt(spans, end)).toBe(state);
      }),
      { numRuns: 50 },
    );
  });

  it("has an answer at any time", () => {
    fc.assert(
      fc.property(fc.constantFrom(...CIRCUIT_STATES), anySpans, fc.double(), fc.double(), (state, spans, from, to) => {
        expect(CIRCUIT_STATES).toContain(advanceCircuit(state, spans, from, to));
      }),
    );
  });
});
