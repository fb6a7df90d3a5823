import type { PredictionsAnswer } from "@touchline/contract";
import { effect } from "@preact/signals";
import { beforeEach, describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  const names = {
    eventTypes: ["goal"],
    sidedTypes: ["goal"],
    categories: ["result", "corners"],
    marketNames: { match_result: ["Match result", "result"], corners: ["Corners", "corners"] },
  };
  Object.assign(globalThis, { __TOUCHLINE__: names });
});

const { MarketBoard } = await import("./market-board.ts");

type Markets = PredictionsAnswer["markets"];

const fresh = (outcomes: Record<string, number>): Markets[string] => ({ status: "fresh", outcomes, version: 1 });

describe("the board of a match", () => {
  let board: InstanceType<typeof MarketBoard>;
  beforeEach(() => {
    board = new MarketBoard();
    board.take({ match_result: fresh({ home: 0.5, draw: 0.3, away: 0.2 }), corners: fresh({ over: 0.4, under: 0.6 }) });
  });
  const tile = (id: string) => board.tile(id)?.value;

  it("names markets and puts them in their category; one of a newer build goes by its id", () => {
    expect(tile("match_result")).toMatchObject({ name: "Match result", category: "result", status: "fresh" });
    board.take({ of_tomorrow: fresh({ yes: 1 }) });
    expect(tile("of_tomorrow")).toMatchObject({ name: "of_tomorrow", category: "other" });
    expect(board.tiles.value).toHaveLength(3);
  });

  it("shows no number of a market that a hard event touched, and calls one that a soft event touched stale", () => {
    board.touch([
      { market: "match_result", severity: "hard" },
      { market: "corners", severity: "soft" },
      { market: "unknown", severity: "hard" },
    ]);
    expect(tile("match_result")).toMatchObject({ status: "suspended", outcomes: null });
    expect(tile("corners")).toMatchObject({ status: "stale", outcomes: { over: 0.4, under: 0.6 } });
  });

  it("counts moves from the numbers before a suspension", () => {
    board.touch([{ market: "match_result", severity: "hard" }]);
    board.refresh({ match_result: { outcomes: { home: 0.75, draw: 0.15, away: 0.1 } } }, true);
    expect(tile("match_result")).toMatchObject({ status: "fresh", outcomes: { home: 0.75 }, trail: [0.5, 0.75] });
    expect(tile("match_result")?.moves["home"]).toBeCloseTo(0.25);
  });

  it("leaves a market suspended when the refresh had not seen the last event", () => {
    board.touch([{ market: "match_result", severity: "hard" }]);
    board.refresh({ match_result: { outcomes: { home: 0.75, draw: 0.15, away: 0.1 } } }, false);
    expect(tile("match_result")).toMatchObject({ status: "suspended", outcomes: null });
  });

  it("keeps a settled market settled", () => {
    board.settle({ corners: { outcomes: { over: 1, under: 0 } } });
    board.touch([{ market: "corners", severity: "hard" }]);
    board.refresh({ corners: { outcomes: { over: 0.2, under: 0.8 } } }, true);
    expect(tile("corners")).toMatchObject({ status: "settled", outcomes: { over: 1, under: 0 } });
  });

  it("draws the tiles that changed and no other", () => {
    let drawn = 0;
    const stop = effect(() => {
      void board.tile("corners")?.value;
      drawn++;
    });
    board.take({ match_result: fresh({ home: 0.6, draw: 0.2, away: 0.2 }), corners: fresh({ over: 0.4, under: 0.6 }) });
    expect(drawn).toBe(1);
    stop();
  });

  it("keeps the last forty values of a market, whatever their number", () => {
    for (let i = 1; i <= 100; i++) board.take({ corners: fresh({ over: i / 1000, under: 1 - i / 1000 }) });
    expect(tile("corners")?.trail).toHaveLength(40);
    expect(tile("corners")?.trail.at(-1)).toBe(0.1);
  });
});
