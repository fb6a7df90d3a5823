import { STAKES } from "../events/event-payloads.ts";

/** How much rides on a match: set by whoever registers it, never guessed from the competition's name. */
export type Stakes = (typeof STAKES)[number];

export const DEFAULT_STAKES: Stakes = "medium";

/** From "nothing from before the move is served" to "this is how the match is now". */
export const PANIC_MODES = ["full", "partial", "degraded", "new_normal"] as const;
export type PanicMode = (typeof PANIC_MODES)[number];

export interface PanicQuota {
  readonly mode: PanicMode;
  /** Longest lifetime in milliseconds; 0 means that a fresh prediction is waited for. */
  readonly lifetimeMs: number;
}

interface Step extends PanicQuota {
  readonly afterMs: number;
}

const MINUTE = 60_000;

const quota = (partial: number, degraded: number, newNormal: number, lifetimes: readonly [number, number]): Step[] => [
  { afterMs: newNormal * MINUTE, mode: "new_normal", lifetimeMs: lifetimes[1] },
  { afterMs: degraded * MINUTE, mode: "degraded", lifetimeMs: lifetimes[0] },
  { afterMs: partial * MINUTE, mode: "partial", lifetimeMs: 5_000 },
];

/** By stakes, the longest panic first. */
const QUOTAS: Readonly<Record<Stakes, readonly Step[]>> = {
  low: quota(15, 45, 90, [20_000, 45_000]),
  medium: quota(30, 90, 180, [30_000, 60_000]),
  high: quota(60, 180, 360, [30_000, 60_000]),
};

const stepsMs = (steps: readonly Step[]): number[] => steps.map(({ afterMs }) => afterMs);
const STEPS_MS: Readonly<Record<Stakes, readonly number[]>> = {
  low: stepsMs(QUOTAS.low),
  medium: stepsMs(QUOTAS.medium),
  high: stepsMs(QUOTAS.high),
};

const FULL: PanicQuota = { mode: "full", lifetimeMs: 0 };

/**
 * What a panic that has lasted `durationMs` may cost: the longer, the less, for what lasts is the new normal. A panic
 * that begins this moment has lasted 0 and is panic all the same; whoever has none does not ask.
 */
export function panicQuota(durationMs: number, stakes: Stakes = DEFAULT_STAKES): PanicQuota {
  const reached = QUOTAS[stakes].find(({ afterMs }) => durationMs >= afterMs);
  return reached ? { mode: reached.mode, lifetimeMs: reached.lifetimeMs } : FULL;
}

/** After how long a panic becomes more usual, in milliseconds. */
export function quotaStepsMs(stakes: Stakes): readonly number[] {
  return STEPS_MS[stakes];
}

/** The stakes of a match; those of a fixture that is not known, or does not say, are medium. */
export function stakesOf(fixture: { readonly stakes?: Stakes | undefined } | null): Stakes {
  return fixture?.stakes ?? DEFAULT_STAKES;
}
