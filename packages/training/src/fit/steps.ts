import { setImmediate as nextTurn } from "node:timers/promises";

/** Long work in small steps: yields how far it is, returns its result. */
export type Steps<Progress, Result> = Generator<Progress, Result, void>;

/** Takes all steps at once. */
export function runSteps<Progress, Result>(
  steps: Steps<Progress, Result>,
  onProgress: (now: Progress) => void = () => {},
): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    onProgress(step.value);
  }
}

/** How long the rest of the process may be kept waiting, milliseconds. */
const TURN_MS = 50;

/**
 * Takes the steps in turns with whatever else the process does, so that an interrupt is heard.
 * @throws the signal's reason once it is aborted
 */
export async function runStepsInTurns<Progress, Result>(
  steps: Steps<Progress, Result>,
  signal: AbortSignal | undefined,
  onProgress: (now: Progress) => void = () => {},
): Promise<Result> {
  let began = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    onProgress(step.value);
    if (performance.now() - began < TURN_MS) continue;
    await nextTurn();
    signal?.throwIfAborted();
    began = performance.now();
  }
}
