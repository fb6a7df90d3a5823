import { describe, expect, it } from "vitest";
import { DeadlineError, withDeadline } from "./deadline.ts";

const activeTimers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;

describe("a deadline", () => {
  it("hands on the result and leaves no timer behind", async () => {
    const before = activeTimers();
    await expect(withDeadline(Promise.resolve(7), 60_000, "the answer")).resolves.toBe(7);
    expect(activeTimers()).toBe(before);
  });

  it("hands on the failure and leaves no timer behind", async () => {
    const before = activeTimers();
    await expect(withDeadline(Promise.reject(new RangeError("no")), 60_000, "the answer")).rejects.toThrow(RangeError);
    expect(activeTimers()).toBe(before);
  });

  it("names what did not finish and how long it was given", async () => {
    const never = Promise.withResolvers<void>().promise;
    const missed = await withDeadline(never, 1, "reading the store").catch((error: unknown) => error);
    expect(missed).toBeInstanceOf(DeadlineError);
    expect(missed).toMatchObject({ what: "reading the store", deadlineMs: 1 });
  });

  it("swallows a failure that arrives after the deadline", async () => {
    const unhandled: unknown[] = [];
    const record = (reason: unknown): unknown => unhandled.push(reason);
    process.on("unhandledRejection", record);
    const late = Promise.withResolvers<void>();
    await expect(withDeadline(late.promise, 1, "a late failure")).rejects.toThrow(DeadlineError);
    late.reject(new Error("too late"));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", record);
    expect(unhandled).toEqual([]);
  });
});
