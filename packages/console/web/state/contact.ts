import { computed, signal } from "@preact/signals";

/** When the service last said anything, on the clock that never goes back; undefined: never yet. Milliseconds. */
const lastReceived = signal<number | undefined>(undefined);
const now = signal(performance.now());

/** Without a word for so long the service counts as gone, milliseconds. */
const GONE_AFTER_MS = 5_000;

/** State of the page's live stream. */
export const streamState = signal<"connecting" | "live" | "reconnecting">("connecting");

/** The service said something. */
export function received(): void {
  lastReceived.value = performance.now();
  now.value = lastReceived.value;
}

/** Seconds since the service last said anything, while that is worth saying; undefined while all is well. */
export const silentSeconds = computed(() => {
  const silentMs = now.value - (lastReceived.value ?? 0);
  return silentMs < GONE_AFTER_MS ? undefined : Math.round(silentMs / 1000);
});

/** Whether the service has ever answered this page. */
export const everReceived = computed(() => lastReceived.value !== undefined);

setInterval(() => {
  now.value = performance.now();
}, 1_000);
