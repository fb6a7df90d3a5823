import { describe, expect, it } from "vitest";
import { happening } from "../testing/example-events.ts";
import { sizeFault } from "./event-size.ts";

const withText = (text: string) => happening("stadium_news", 1, { payload: { text } });
const bytesOf = (event: object): number => Buffer.byteLength(JSON.stringify(event));

describe("the size of an event", () => {
  it("is the bytes of its JSON", () => {
    const event = withText("x".repeat(500));
    expect(sizeFault(event, bytesOf(event))).toBeUndefined();
    expect(sizeFault(event, bytesOf(event) - 1)).toContain(`has ${bytesOf(event)} bytes as JSON, and may have at most`);
  });

  it("counts a letter by its bytes", () => {
    const event = withText("ü".repeat(500));
    expect(sizeFault(event, bytesOf(event) - 1)).toBeDefined();
    expect(sizeFault(event, bytesOf(event))).toBeUndefined();
  });

  it("may be 32 KB by default", () => {
    expect(sizeFault(withText("x".repeat(32_000)))).toBeUndefined();
    expect(sizeFault(withText("x".repeat(33_000)))).toContain("at most 32768");
  });
});
