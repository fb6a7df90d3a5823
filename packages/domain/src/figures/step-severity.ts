import type { InvalidationPlan } from "../planning/plan-invalidation.ts";

/** The gravest thing that a step did to an open market; `none`: it touched no market. */
export const STEP_SEVERITIES = ["none", "soft", "hard", "settle"] as const;
export type StepSeverity = (typeof STEP_SEVERITIES)[number];

/** A step that touches some markets hard and settles others is `hard`: readers wait for the new prices. */
export function stepSeverityOf({ touched, settled }: Pick<InvalidationPlan, "touched" | "settled">): StepSeverity {
  if (touched.some(({ severity }) => severity === "hard")) return "hard";
  if (touched.length > 0) return "soft";
  return settled.length > 0 ? "settle" : "none";
}
