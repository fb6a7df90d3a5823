import { setTimeout as sleep } from "node:timers/promises";
import type { Child } from "./child.ts";

/** A service that is started again whenever it ends unasked. */
export interface Supervised {
  /** To the process that runs now; does nothing between two. */
  signal(signal: NodeJS.Signals): void;
  /** For good. See {@link Child.stop}. */
  stop(timeoutMs: number): Promise<void>;
}

interface SupervisionOptions {
  readonly start: () => Child;
  /** Whether an end is repaired by now; before that, a service that ends cannot run here at all. */
  readonly mayRestart: () => boolean;
  /** @param how as {@link Child.exited} says */
  readonly onRestart: (how: string) => void;
  /** It has ended too often, or too early. */
  readonly onGivenUp: (how: string) => void;
}

/** So many ends within a minute are no accident. */
const MOST_ENDS = 5;
const WITHIN_MS = 60_000;
const PAUSE_MS = 500;

export function supervise({ start, mayRestart, onRestart, onGivenUp }: SupervisionOptions): Supervised {
  let child = start();
  let isStopping = false;
  void (async () => {
    let ends: number[] = [];
    for (;;) {
      const how = await child.exited;
      if (isStopping) return;
      const now = performance.now();
      ends = [...ends.filter((at) => now - at < WITHIN_MS), now];
      if (!mayRestart() || ends.length > MOST_ENDS) return onGivenUp(how);
      onRestart(how);
      await sleep(PAUSE_MS);
      // Asked to stop meanwhile: nothing runs, and nothing is to run.
      if (isStopping) return;
      child = start();
    }
  })();
  return {
    signal: (signal) => child.signal(signal),
    async stop(timeoutMs) {
      isStopping = true;
      await child.stop(timeoutMs);
    },
  };
}
