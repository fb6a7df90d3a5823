import { EMPTY_STATE, type InvalidationPlan } from "@touchline/domain";
import { describe, expect, it } from "vitest";
import { applyStep, type PlannedStep } from "./apply-step.ts";
import type { ApplyResult, MatchStep } from "./apply-event.ts";
import { type MatchTruth, type StepMark, UNKNOWN_MATCH } from "./match-truth.ts";

const PLAN: InvalidationPlan = {
  changed: [],
  touched: [],
  settled: [],
  reopened: [],
  offerChanged: [],
  collected: [],
  forbids: false,
  begun: false,
  clockMoved: false,
  panicMoved: false,
  open: 0,
  preserved: 0,
};

function planned(full: boolean): PlannedStep {
  return { event: undefined, full, graphVersion: "g", state: EMPTY_STATE, plan: PLAN, at: 0 };
}

/** Where the store is when it is asked for no more than that. */
let mark: StepMark = UNKNOWN_MATCH;

/** A store whose truth is one version newer at each read, and which answers steps as scripted. */
function scripted(...results: ApplyResult[]) {
  const reads: MatchTruth[] = [];
  const steps: MatchStep[] = [];
  return {
    reads,
    steps,
    truth: async () => {
      reads.push({ ...UNKNOWN_MATCH, version: reads.length + 1 });
      return Promise.resolve(reads.at(-1) ?? UNKNOWN_MATCH);
    },
    stepMark: async () => Promise.resolve(mark),
    apply: async (step: MatchStep) => {
      steps.push(step);
      return Promise.resolve(results[steps.length - 1] ?? { outcome: "conflict" as const, version: 0 });
    },
  };
}

const APPLIED = { outcome: "applied", version: 3, n: 3, actual: 0, epoch: "e", step: "s" } as const;
const CONFLICT = { outcome: "conflict", version: 2 } as const;
const OTHER_GRAPH = { outcome: "other_graph", version: 1 } as const;

describe("a step that another process overtakes", () => {
  it("is planned again on the newer truth, and reports the conflict", async () => {
    const store = scripted(CONFLICT, APPLIED);
    let conflicts = 0;
    const result = await applyStep(store, "m-1", () => planned(false), {
      maxConflicts: 5,
      onConflict: () => void conflicts++,
    });
    expect(result).toMatchObject({ outcome: "applied", before: { version: 2 }, result: APPLIED });
    expect(store.steps.map(({ before }) => before.version)).toEqual([1, 2]);
    expect(conflicts).toBe(1);
  });

  it("is given up after too many conflicts in a row", async () => {
    const store = scripted();
    expect(await applyStep(store, "m-1", () => planned(false), { maxConflicts: 2 })).toEqual({
      outcome: "too_many_conflicts",
    });
    expect(store.steps).toHaveLength(3);
  });
});

describe("a step on a match of another dependency graph", () => {
  it("is planned again as a full one on what the store has, and stays full after a conflict", async () => {
    const store = scripted(OTHER_GRAPH, CONFLICT, APPLIED);
    await applyStep(store, "m-1", (_truth, mustBeFull) => planned(mustBeFull), { maxConflicts: 5 });
    expect(store.steps.map(({ full, before }) => [full, before.version])).toEqual([
      [false, 1],
      [true, 2],
      [true, 3],
    ]);
  });
});

describe("a step that is refused because nothing proves the match", () => {
  const UNPROVEN = { outcome: "other_history", version: 1 } as const;

  it("is planned again once the match has been renewed", async () => {
    const store = scripted(UNPROVEN, APPLIED);
    const refusals: string[] = [];
    const renew = async (refusal: string): Promise<void> => Promise.resolve(void refusals.push(refusal));
    const result = await applyStep(store, "m-1", () => planned(false), { maxConflicts: 5, renew });
    expect([result.outcome, refusals]).toEqual(["applied", ["other_history"]]);
  });

  it("is given up by a process that renews nothing", async () => {
    const result = await applyStep(scripted(UNPROVEN), "m-1", () => planned(false), { maxConflicts: 5 });
    expect(result).toEqual({ outcome: "unproven" });
  });
});

it("nothing is a duplicate for a memory of another history than the store's", async () => {
  mark = { version: 7, epoch: "e", step: "another" };
  const store = scripted();
  const known = { ...UNKNOWN_MATCH, version: 7, epoch: "e", step: "s" };
  const result = await applyStep(store, "m-1", () => undefined, { known, maxConflicts: 5 });
  expect(result).toEqual({ outcome: "no_step", before: store.reads[0] });
});

it("a truth that the caller remembers saves the read, and without a step nothing is written", async () => {
  const store = scripted();
  const known = { ...UNKNOWN_MATCH, version: 7 };
  mark = known;
  const result = await applyStep(store, "m-1", () => undefined, { known, maxConflicts: 5 });
  expect([result, store.reads, store.steps]).toEqual([{ outcome: "no_step", before: known }, [], []]);
});
