import { describe, expect, it } from "vitest";
import { createEtagMemory } from "./etag-memory.ts";

describe("the memory of validators", () => {
  it("forgets the answer that was not asked for longest", () => {
    const memory = createEtagMemory<number>(2);
    memory.set("/a", { etag: '"1"', answer: 1 });
    memory.set("/b", { etag: '"2"', answer: 2 });
    memory.get("/a");
    memory.set("/c", { etag: '"3"', answer: 3 });
    expect(memory.get("/b")).toBeUndefined();
    expect(memory.get("/a")?.answer).toBe(1);
    expect(memory.get("/c")?.answer).toBe(3);
  });

  it("forgets the paths of one match", () => {
    const memory = createEtagMemory<number>();
    for (const path of ["/m1/predictions", "/m1/predictions?variant=a", "/m10/predictions"])
      memory.set(path, { etag: '"1"', answer: 1 });
    memory.forget("/m1/");
    expect(memory.get("/m1/predictions")).toBeUndefined();
    expect(memory.get("/m1/predictions?variant=a")).toBeUndefined();
    expect(memory.get("/m10/predictions")).toBeDefined();
  });

  it("keeps the newest answer of a path", () => {
    const memory = createEtagMemory<number>(2);
    memory.set("/a", { etag: '"1"', answer: 1 });
    memory.set("/a", { etag: '"2"', answer: 2 });
    expect(memory.get("/a")).toEqual({ etag: '"2"', answer: 2 });
  });
});
