import { COMPARISON_OUTCOMES, type ComparisonOutcome } from "@touchline/cache";
import type { Metrics } from "@touchline/platform";

/** What a worker counts of its verifications. */
export interface VerificationMetrics {
  verified(outcome: ComparisonOutcome): void;
  spent(cpuMs: number): void;
}

export function createVerificationMetrics(metrics: Metrics): VerificationMetrics {
  const verifications = metrics.counter("verifications_total", {
    help: "Prices that an event left alone, predicted again and compared. miss: the event should have touched it. unexplained, unrepeatable: the model has changed, or answers one request in two ways.",
    labels: { outcome: COMPARISON_OUTCOMES },
  });
  const cpu = metrics.counter("verification_cpu_seconds_total", {
    help: "CPU time that verification took. At most VERIFY_CPU_SHARE of what the worker does beside it.",
  });
  return {
    verified: (outcome) => verifications.inc({ outcome }),
    spent: (cpuMs) => cpu.inc(cpuMs / 1000),
  };
}
