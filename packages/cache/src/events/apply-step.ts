import { setTimeout as delay } from "node:timers/promises";
import type { MatchStore } from "../match-store.ts";
import type { ApplyResult, MatchStep, Refusal } from "./apply-event.ts";
import type { MatchTruth } from "./match-truth.ts";

/** A step as it is planned on one truth of the match. */
export type PlannedStep = Omit<MatchStep, "matchId" | "before">;

export interface StepOptions {
  /** What the caller remembers of the match; it may be outdated. Read from the store by default. */
  readonly known?: MatchTruth | undefined;
  /** Steps that may be lost in a row. Each loss means that another process has made progress. */
  readonly maxConflicts: number;
  /** Called for each step that lost to another process. */
  readonly onConflict?: (() => void) | undefined;
  /**
   * Renews the match after a step was refused because its history or its truth is not proven. Without it the step is
   * given up. `epoch` is that of the refused step: a match of another one has been renewed already.
   */
  readonly renew?: ((refusal: Unproven, epoch: string) => Promise<void>) | undefined;
}

/** Refusals after which a match has to be renewed. */
export type Unproven = Extract<Refusal, "other_history" | "incomplete">;

/**
 * Plans a step on a truth of the match. `mustBeFull`: entries may come from another dependency graph, so the step has
 * to touch every open market. Undefined when nothing is to be done.
 */
export type PlanStep<Step extends PlannedStep> = (
  truth: MatchTruth,
  mustBeFull: boolean,
) => Step | undefined | Promise<Step | undefined>;

export type StepOutcome<Step extends PlannedStep> =
  | {
      readonly outcome: "applied";
      /** The truth that the step was planned on. */
      readonly before: MatchTruth;
      readonly step: Step;
      readonly result: Extract<ApplyResult, { outcome: "applied" }>;
    }
  | { readonly outcome: "no_step"; readonly before: MatchTruth }
  | { readonly outcome: "too_many_conflicts" | "unproven" };

/** Longest pause before a lost step is planned again. */
const MAX_PAUSE_MS = 50;

/**
 * Compare-and-set: plans a step on the present truth and applies it; when another process came first, reads the truth
 * again and plans anew.
 */
export async function applyStep<Step extends PlannedStep>(
  store: Pick<MatchStore, "truth" | "apply" | "stepMark">,
  matchId: string,
  planStep: PlanStep<Step>,
  { known, maxConflicts, onConflict, renew }: StepOptions,
): Promise<StepOutcome<Step>> {
  let before = known ?? (await store.truth(matchId));
  let mustBeFull = false;
  for (let conflicts = 0; conflicts <= maxConflicts; conflicts++) {
    const step = await planStep(before, mustBeFull);
    if (!step) {
      // A memory may be of a history that the store does not have: then nothing is a duplicate for it.
      if (before !== known || (await isPresent(store, matchId, before))) return { outcome: "no_step", before };
      before = await store.truth(matchId);
      continue;
    }
    const result = await store.apply({ ...step, matchId, before });
    if (result.outcome === "applied") return { outcome: "applied", before, step, result };
    if (result.outcome === "other_graph") {
      mustBeFull = true;
      // A full step needs what the store has of the other build, not what this process would have made of the log.
      if (!before.stored) before = await store.truth(matchId);
      continue;
    }
    if (result.outcome === "other_history" || result.outcome === "incomplete") {
      if (!renew) return { outcome: "unproven" };
      await renew(result.outcome, before.epoch);
      before = await store.truth(matchId);
      continue;
    }
    onConflict?.();
    await delay(Math.random() * Math.min(MAX_PAUSE_MS, conflicts * 2));
    before = await store.truth(matchId);
  }
  return { outcome: "too_many_conflicts" };
}

async function isPresent(
  store: Pick<MatchStore, "stepMark">,
  matchId: string,
  { version, epoch, step }: MatchTruth,
): Promise<boolean> {
  const present = await store.stepMark(matchId);
  return present.version === version && present.epoch === epoch && present.step === step;
}
