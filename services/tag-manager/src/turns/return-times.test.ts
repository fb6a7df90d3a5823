import { expect, it } from "vitest";
import { ReturnTimes } from "./return-times.ts";

it("events that were put back return one after the other, when the match has worked off what is ahead of them", () => {
  const times = new ReturnTimes();
  expect([1, 2, 3].map(() => times.next("a", 1_000, 32, 5))).toEqual([80, 85, 90]);
  expect(times.next("b", 1_000, 32, 5)).toBe(80);
  expect(times.next("a", 2_000, 32, 5)).toBe(80);
});

it("no event is put back for longer than a minute", () => {
  const times = new ReturnTimes();
  const delays = Array.from({ length: 1_000 }, () => times.next("a", 0, 32, 500));
  expect(Math.max(...delays)).toBe(60_000);
});
