import { expect, it } from "vitest";
import { NamedState } from "./named-state.ts";

const DOOR = { open: ["closed"], closed: ["open", "locked"], locked: [] } as const;

it("a named state changes along its transitions and along no other", () => {
  const door = new NamedState<keyof typeof DOOR>("open", DOOR);
  expect(() => door.become("locked")).toThrow('state "locked" cannot follow "open"');
  expect(door.current).toBe("open");
  door.become("closed");
  door.become("locked");
  expect(() => door.become("open")).toThrow('state "open" cannot follow "locked"');
});
