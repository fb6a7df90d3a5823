import { describe, expect, it } from "vitest";
import { CATALOGUE, marketsOf } from "../markets/catalogue.ts";
import { clockAnchor } from "../match/clock.ts";
import { EMPTY_STATE } from "../match/fold-events.ts";
import type { EntryAge } from "../freshness/freshness.ts";
import { RECENT_ACCESS_WINDOW_MS, planRefresh, type RefreshInput } from "./plan-refresh.ts";
import { fixture, KICK_OFF_AT, kickOff, stateOf } from "../testing/example-events.ts";
import { DEFAULT_VARIANT, VARIANTS } from "../markets/variant.ts";

const NOW = KICK_OFF_AT + 10 * 60_000;
const state = stateOf(fixture(), kickOff());
const open = marketsOf(state).map(({ id }) => id);
const goalMarkets = CATALOGUE.filter(({ primitive }) => primitive === "full_time_score").map(({ id }) => id);

const current: EntryAge = {
  seen: 7,
  computedAt: NOW - 1_000,
  freshUntil: NOW + 30_000,
  deltaMs: 50,
  anchor: clockAnchor(state),
};

/** A match whose entries are all current, but for what a test changes. */
function plan(change: Partial<RefreshInput> & { readonly entries?: Record<string, Partial<EntryAge> | null> }) {
  const { entries = {}, ...rest } = change;
  const { due, primitives } = planRefresh({
    state,
    now: NOW,
    settled: new Set(),
    entryOf: (_variant, market) => (entries[market] === null ? undefined : { ...current, ...entries[market] }),
    requirementOf: () => ({ version: 7, hardVersion: 0 }),
    movedVersion: 0,
    requested: new Set(),
    lastAccess: new Map(),
    ...rest,
  });
  return { due: Object.fromEntries(due), primitives: [...primitives].toSorted() };
}

describe("a refresh", () => {
  it("has nothing to do where everything is current", () => {
    expect(plan({ requested: new Set(VARIANTS.map(({ id }) => id)) })).toEqual({ due: {}, primitives: [] });
  });

  it("has nothing to do for a match without a fixture: there is nothing to predict from", () => {
    expect(plan({ state: EMPTY_STATE, entryOf: () => undefined })).toEqual({ due: {}, primitives: [] });
  });

  it.each<[string, Partial<EntryAge> | null]>([
    ["overtaken", { seen: 6 }],
    ["missing", null],
    ["timed on another clock", { anchor: "standing" }],
  ])("makes what is %s, with its primitive, and nothing beside it", (_what, entry) => {
    expect(plan({ entries: { match_result: entry } })).toEqual({
      due: { [DEFAULT_VARIANT]: ["match_result"] },
      primitives: ["full_time_score"],
    });
  });

  it("makes what has lost its marker", () => {
    const requirementOf: RefreshInput["requirementOf"] = (_variant, market) =>
      market === "corners_result" ? undefined : { version: 7, hardVersion: 0 };
    expect(plan({ requirementOf }).due).toEqual({ [DEFAULT_VARIANT]: ["corners_result"] });
  });

  it("makes everything at first, each primitive once", () => {
    const { due, primitives } = plan({ entryOf: () => undefined });
    expect(due[DEFAULT_VARIANT]).toEqual(open);
    expect(primitives).toEqual([...new Set(marketsOf(state).map(({ primitive }) => primitive))].toSorted());
  });

  it("leaves settled markets alone, and those that the match does not have", () => {
    const settled = new Set(["match_result"]);
    const { due } = plan({ settled, entryOf: () => undefined });
    expect(due[DEFAULT_VARIANT]).toEqual(open.filter((id) => id !== "match_result"));
    expect(due[DEFAULT_VARIANT]).not.toContain("to_qualify");
  });
});

describe("recent access", () => {
  const entries = { match_result: { seen: 6 } };
  const read = (ago: number) => plan({ entries, lastAccess: new Map([["market-blend", NOW - ago]]) });

  it("keeps variants that somebody reads eagerly fresh, and no others", () => {
    expect(Object.keys(read(0).due)).toEqual([DEFAULT_VARIANT, "market-blend"]);
    expect(Object.keys(read(RECENT_ACCESS_WINDOW_MS - 1).due)).toEqual([DEFAULT_VARIANT, "market-blend"]);
    expect(Object.keys(read(RECENT_ACCESS_WINDOW_MS).due)).toEqual([DEFAULT_VARIANT]);
  });

  it("of a reader who waits counts at once", () => {
    expect(Object.keys(plan({ entries, requested: new Set(["decimal-105"]) }).due)).toEqual([
      DEFAULT_VARIANT,
      "decimal-105",
    ]);
  });

  it("of a variant nobody knows is none", () => {
    expect(plan({ entries, requested: new Set(["nonsense"]) }).due).toEqual({ [DEFAULT_VARIANT]: ["match_result"] });
  });
});

describe("what has expired", () => {
  const expired = { match_result: { freshUntil: NOW } };

  it("waits until somebody reads it", () => {
    expect(plan({ entries: expired }).due).toEqual({});
  });

  it("is made with its siblings of one primitive when somebody does: they cost nothing more", () => {
    expect(plan({ entries: expired, requested: new Set([DEFAULT_VARIANT]) })).toEqual({
      due: { [DEFAULT_VARIANT]: goalMarkets },
      primitives: ["full_time_score"],
    });
  });

  it("includes what is about to: whatever an early refresh would choose once in four hundred reads", () => {
    const soon = (remainingMs: number) => ({ match_result: { freshUntil: NOW + remainingMs } });
    const requested = new Set([DEFAULT_VARIANT]);
    expect(plan({ entries: soon(299), requested }).primitives).toEqual(["full_time_score"]);
    expect(plan({ entries: soon(301), requested }).primitives).toEqual([]);
  });

  it("does not spread from what an event touched", () => {
    const touched = { match_result: { seen: 6 }, corners_result: { freshUntil: NOW - 1 } };
    expect(plan({ entries: touched }).due).toEqual({ [DEFAULT_VARIANT]: ["match_result"] });
  });
});
