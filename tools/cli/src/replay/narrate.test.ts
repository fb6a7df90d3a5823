import type { MatchEventInput } from "@touchline/domain";
import { describe, expect, it } from "vitest";
import type { TouchedMessage } from "@touchline/client";
import { bundledMatch } from "@touchline/feeds/testing";
import { clockText, describeEvent, durationText, effectLine, isDescribed, playerNamesOf } from "./narrate.ts";
import type { EventEffect } from "./tracker.ts";

const names = playerNamesOf(bundledMatch());

function event(more: Partial<MatchEventInput> = {}): MatchEventInput {
  return {
    id: "e1",
    source: "s",
    matchId: "m",
    type: "corner",
    occurredAt: "2026-05-01T19:00:00Z",
    period: "second_half",
    minute: 67,
    second: 12,
    team: "away",
    ...more,
  };
}

function effect(more: Partial<EventEffect> = {}, does: Partial<TouchedMessage> = {}): EventEffect {
  return {
    event: event(),
    outcome: "applied",
    freshMs: undefined,
    freshByRead: false,
    settledFirst: false,
    touched: {
      matchId: "m",
      n: 1,
      version: 1,
      event: { id: "e1", source: "s", type: "corner" },
      changed: [],
      touched: [],
      settled: [],
      reopened: [],
      offerChanged: [],
      openMarkets: 61,
      markets_affected_logical: 0,
      cache_keys_deleted_actual: 0,
      markets_preserved: 0,
      ...does,
    },
    ...more,
  };
}

const touches = (soft: number, hard = 0) => [
  ...Array.from({ length: soft }, (_, i) => ({ market: `s${i}`, severity: "soft" as const })),
  ...Array.from({ length: hard }, (_, i) => ({ market: `h${i}`, severity: "hard" as const })),
];

describe("the clock", () => {
  it.each([
    [{}, "67:12"],
    [{ minute: 0, second: 5, period: "first_half" as const }, "0:05"],
    [{ minute: 47, second: 32, period: "first_half" as const }, "45+2:32"],
    [{ minute: 45, second: 0 }, "45:00"],
    [{ minute: 90, second: 0 }, "90+0:00"],
    [{ minute: 95, second: 6 }, "90+5:06"],
    [{ minute: 105, second: 1, period: "extra_first_half" as const }, "105+0:01"],
    [{ minute: 120, second: 0, period: "shoot_out" as const }, "120:00"],
  ])("%j reads %s", (at, text) => {
    expect(clockText(event(at))).toBe(text);
  });

  it("has no seconds where only the minute is known", () => {
    const { second: _second, ...rest } = event();
    expect(clockText(rest)).toBe("67'");
  });

  it("reads pre before kick-off and end after the final whistle", () => {
    const { period: _period, ...rest } = event();
    expect(clockText(rest)).toBe("pre");
    expect(clockText({ ...rest, type: "full_time" })).toBe("end");
  });
});

describe("what happened", () => {
  it.each<[string, Partial<MatchEventInput>]>([
    ["corner away", {}],
    ["goal home 1–0 A. Lacazette", { type: "goal", team: "home", player: 25413, payload: { score: [1, 0] } }],
    ["goal away (own goal)", { type: "goal", payload: { kind: "own_goal" } }],
    ["yellow card away W. Morgan", { type: "yellow_card", player: 8488 }],
    ["red card away", { type: "red_card", player: 404 }],
    ["penalty away", { type: "penalty_awarded" }],
    ["penalty missed away", { type: "penalty_taken", payload: { scored: false } }],
    ["half-time", { type: "period_end", period: "first_half" }],
    ["second half begins", { type: "period_start" }],
    [
      "substitution home O. Giroud for R. Holding",
      { type: "substitution", team: "home", payload: { playerIn: 26010, playerOut: 370224 } },
    ],
    ["goal kick away", { type: "goal_kick" }],
  ])("%s", (text, more) => {
    expect(describeEvent(event(more), names)).toBe(text);
  });

  it("is shown every type but shots and unknown ones", () => {
    expect(isDescribed(event())).toBe(true);
    expect(isDescribed(event({ type: "shot" }))).toBe(false);
    expect(isDescribed(event({ type: "goal_kick" }))).toBe(false);
  });
});

describe("the line of an event", () => {
  it("says what it touched and how long until that was fresh", () => {
    const line = effectLine(effect({ freshMs: 14.23 }, { touched: touches(5), cache_keys_deleted_actual: 15 }), names);
    expect(line).toBe("  67:12 corner away · 5 of 61 markets touched · 15 entries · 14.2 ms to fresh");
  });

  it("does not say that more markets were touched than there are, when the event opened some", () => {
    expect(effectLine(effect({}, { touched: touches(65) }), names)).toContain("65 markets touched, 61 open before");
  });

  it("counts what was settled and what is suspended", () => {
    const line = effectLine(
      effect(
        { event: event({ type: "goal" }), freshMs: 20 },
        {
          touched: touches(2, 31),
          settled: Array.from({ length: 12 }, (_, i) => ({ market: `m${i}` })),
          cache_keys_deleted_actual: 1,
        },
      ),
      names,
    );
    expect(line).toBe(
      "  67:12 goal away · 33 of 61 markets touched · 12 settled · 31 suspended · 1 entry · 20.0 ms to fresh",
    );
  });

  it.each<[string, Partial<EventEffect>]>([
    ["nothing touched", {}],
    ["nothing touched", { outcome: "unreported", touched: undefined }],
    ["already known", { outcome: "duplicate", touched: undefined }],
    ["rejected", { outcome: "rejected", touched: undefined }],
    ["not applied in time", { outcome: "overdue", touched: undefined }],
  ])("says %s", (text, more) => {
    expect(effectLine(effect(more), names)).toBe(`  67:12 corner away · ${text}`);
  });

  it("does not claim more than it saw", () => {
    const does = { touched: touches(1) };
    expect(effectLine(effect({ freshMs: 300, freshByRead: true }, does), names)).toContain("at most 300.0 ms");
    expect(effectLine(effect({ outcome: "overdue" }, does), names)).toContain("not fresh in time");
    expect(effectLine(effect({ settledFirst: true }, does), names)).toContain("settled before it was fresh");
  });

  it("is bold for a goal, and only for a goal", () => {
    const bold = (line: string) => `<b>${line}</b>`;
    expect(effectLine(effect({ event: event({ type: "goal" }) }), names, bold)).toMatch(/^<b>.*<\/b>$/);
    expect(effectLine(effect(), names, bold)).not.toContain("<b>");
  });
});

it("durations are as exact as they are short", () => {
  expect([3.14, 1_234.5, 12_345].map(durationText)).toEqual(["3.1 ms", "1235 ms", "12.3 s"]);
});
