import { computed, signal } from "@preact/signals";
import type { HealthSnapshot } from "@touchline/contract";
import { type Diagnosis, diagnose, diagnoseSilence } from "@touchline/diagnosis";
import { ask } from "./api.ts";
import { silentSeconds } from "./contact.ts";

const EVERY_MS = 1_000;
const EVERY_HIDDEN_MS = 15_000;

/** The last snapshot; undefined before the first. */
export const health = signal<HealthSnapshot | undefined>(undefined);

/** Whether all is well, by the same rules as `touchline doctor`. */
export const diagnosis = computed<Diagnosis | undefined>(() => {
  if (silentSeconds.value !== undefined) return diagnoseSilence(silentSeconds.value);
  return health.value && diagnose(health.value);
});

/** Keeps `health` up to date from now on. One question at a time. */
export async function watchHealth(): Promise<never> {
  for (;;) {
    try {
      const { body } = await ask<HealthSnapshot>("v1/health");
      health.value = body;
    } catch {
      // Said by `silentSeconds`.
    }
    await new Promise((resolve) => setTimeout(resolve, document.hidden ? EVERY_HIDDEN_MS : EVERY_MS));
  }
}
