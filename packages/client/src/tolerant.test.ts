import { describe, expect, it } from "vitest";
import { z } from "zod";
import { tolerant } from "./tolerant.ts";

const Answer = z.object({
  status: z.enum(["fresh", "stale"]),
  severity: z.literal(["soft", "hard"]),
  markets: z.record(z.enum(["one"]), z.object({ reads: z.array(z.enum(["score"])), at: z.string().nullable() })),
  history: z.array(z.discriminatedUnion("kind", [z.object({ kind: z.literal("touched"), n: z.int() })])).optional(),
});
const ANSWER = {
  status: "fresh",
  severity: "soft",
  markets: { one: { reads: ["score"], at: null } },
  history: [{ kind: "touched", n: 1 }],
};

describe("reading an answer as a client", () => {
  const reading = tolerant(Answer);

  it("takes what the contract describes as it is", () => {
    expect(reading.parse(ANSWER)).toEqual(ANSWER);
  });

  it.each([
    ["a field of a newer service", { ...ANSWER, hedge: 1 }],
    ["such a field at any depth", { ...ANSWER, markets: { one: { reads: [], at: null, hedge: 1 } } }],
    ["a name that a newer service has added to a vocabulary", { ...ANSWER, status: "hedged" }],
    ["such a name in a list", { ...ANSWER, markets: { one: { reads: ["weather"], at: null } } }],
    ["such a name as a key", { ...ANSWER, markets: { two: { reads: [], at: null } } }],
  ])("keeps %s", (_what, answer) => {
    expect(reading.parse(answer)).toEqual(answer);
  });

  it.each([
    ["a field that is missing", { ...ANSWER, status: undefined }, ["status"]],
    ["a field of another type", { ...ANSWER, markets: { one: { reads: [], at: 1 } } }, ["markets", "one", "at"]],
    ["a name outside a closed set", { ...ANSWER, severity: "mild" }, ["severity"]],
  ])("refuses %s", (_what, answer, path) => {
    expect(reading.safeParse(answer).error?.issues[0]?.path).toEqual(path);
  });
});
