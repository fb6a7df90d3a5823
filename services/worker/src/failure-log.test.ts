import type { Logger } from "@touchline/platform";
import { describe, expect, it } from "vitest";
import { FailureLog } from "./failure-log.ts";

function logging() {
  const lines: { readonly matchId: string; readonly unsaid?: number }[] = [];
  const log = { warn: (fields: (typeof lines)[number]) => void lines.push(fields) } as unknown as Logger;
  return { lines, failures: new FailureLog(log) };
}

describe("refreshes that fail", () => {
  it("are said once a minute for one reason, whatever the match, with how many went unsaid", () => {
    const { lines, failures } = logging();
    for (let match = 1; match <= 5; match++) failures.failed(new Error(`no odds for m-${match}`), `m-${match}`, match);
    expect(lines).toMatchObject([{ matchId: "m-1" }]);
    failures.failed(new Error("no odds for m-6"), "m-6", 60_001);
    expect(lines.slice(1)).toMatchObject([{ matchId: "m-6", unsaid: 4 }]);
    failures.failed(new Error("no odds for m-7"), "m-7", 120_001);
    expect(lines[2]).not.toHaveProperty("unsaid");
  });

  it("are said at once for another reason", () => {
    const { lines, failures } = logging();
    failures.failed(new TypeError("x"), "m-1", 0);
    failures.failed(new RangeError("x"), "m-1", 0);
    failures.failed("x", "m-1", 0);
    expect(lines).toHaveLength(3);
  });

  it("of ever new reasons are all said, and remembered up to a bound", () => {
    const { lines, failures } = logging();
    for (let reason = 0; reason < 1_000; reason++) failures.failed(new Error(`reason ${reason}`), "match", reason);
    expect(lines).toHaveLength(1_000);
    failures.failed(new Error("reason 999"), "match", 1_000);
    expect(lines).toHaveLength(1_000);
    failures.failed(new Error("reason 0"), "match", 1_000);
    expect(lines).toHaveLength(1_001);
  });
});
