import { describe, expect, it } from "vitest";
import { FairTurns, PRICES_AT_ONCE } from "./fair-turns.ts";

/** Turns that last until the test ends them. */
function heldTurns(slots: number) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const turns = new FairTurns<string, string>({
    slots,
    apply: async (matchId, items) => {
      begun.push(`${matchId}: ${items.join(" ")}`);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      ends.push(items.includes("fails") ? () => reject(new Error("no step")) : resolve);
      await promise;
      return items.map((item) => `${item} done`);
    },
  });
  /** Ends the turn that was begun as the `index`th. */
  const end = async (index: number): Promise<void> => {
    ends[index]?.();
    await new Promise((resolve) => void setImmediate(resolve));
  };
  return { turns, begun, end };
}

describe("turns of matches", () => {
  it("goes round over the matches that wait, one turn of each at a time", async () => {
    const { turns, begun, end } = heldTurns(1);
    for (const item of ["a1", "a2", "a3"]) void turns.take("a", "other", item);
    for (const item of ["b1", "b2"]) void turns.take("b", "other", item);
    for (let turn = 0; turn < 5; turn++) await end(turn);
    expect(begun).toEqual(["a: a1", "b: b1", "a: a2", "b: b2", "a: a3"]);
  });

  it("never holds two slots for one match", async () => {
    const { turns, begun, end } = heldTurns(4);
    for (const item of ["a1", "a2", "a3"]) void turns.take("a", "other", item);
    void turns.take("b", "other", "b1");
    expect(begun).toEqual(["a: a1", "b: b1"]);
    await end(0);
    expect(begun.at(-1)).toBe("a: a2");
  });

  it("lets everything else overtake the prices of all matches, and prices have one turn in eight", async () => {
    const { turns, begun, end } = heldTurns(1);
    void turns.take("a", "price", "a0");
    void turns.take("b", "price", "p");
    for (let index = 1; index <= 20; index++) void turns.take(`m${index % 3}`, "other", `e${index}`);
    for (let turn = 0; turn < 22; turn++) await end(turn);
    expect(begun.indexOf("b: p")).toBe(8);
    expect(begun).toHaveLength(22);
  });

  it("gives the prices of a match a turn while others of it keep coming", async () => {
    const { turns, begun, end } = heldTurns(1);
    for (let index = 0; index < 20; index++) void turns.take("a", "other", `e${index}`);
    void turns.take("a", "price", "p");
    for (let turn = 0; turn < 21; turn++) await end(turn);
    expect(begun.indexOf("a: p")).toBe(7);
  });

  it("applies prices of a match that wait in one turn, and answers each with its own result", async () => {
    const { turns, begun, end } = heldTurns(1);
    const results = Promise.all(["p1", "p2", "p3"].map(async (item) => turns.take("a", "price", item)));
    await end(0);
    await end(1);
    expect(begun).toEqual(["a: p1", "a: p2 p3"]);
    expect(await results).toEqual(["p1 done", "p2 done", "p3 done"]);
  });

  it("bounds the prices of a turn, and keeps apart what must be alone", async () => {
    const { turns, begun, end } = heldTurns(1);
    void turns.take("a", "other", "first");
    for (let index = 0; index < PRICES_AT_ONCE + 1; index++) void turns.take("a", "price", "p");
    void turns.take("a", "price", "alone", true);
    void turns.take("a", "price", "last");
    for (let turn = 0; turn < 5; turn++) await end(turn);
    expect(begun.map((turn) => turn.split(" ").length - 1)).toEqual([1, PRICES_AT_ONCE, 1, 1, 1]);
    expect(begun.slice(3)).toEqual(["a: alone", "a: last"]);
  });

  it("fails only what shared the turn that failed", async () => {
    const { turns, end } = heldTurns(1);
    const first = turns.take("a", "other", "first");
    const failing = Promise.allSettled(["p1", "fails"].map(async (item) => turns.take("a", "price", item)));
    await end(0);
    await end(1);
    const next = turns.take("a", "price", "p2");
    await end(2);
    expect((await failing).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect([await first, await next]).toEqual(["first done", "p2 done"]);
  });

  it("counts what waits, and forgets matches that have nothing waiting", async () => {
    const { turns, end } = heldTurns(1);
    for (const item of ["a1", "a2", "a3"]) void turns.take("a", "other", item);
    expect(turns.waiting("a", "other")).toBe(2);
    for (let turn = 0; turn < 3; turn++) await end(turn);
    expect(turns.waiting("a", "other")).toBe(0);
  });
});
