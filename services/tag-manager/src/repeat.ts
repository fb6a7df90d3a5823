import { setTimeout as delay } from "node:timers/promises";

interface RepeatOptions {
  /** Pause after each run, milliseconds. */
  readonly intervalMs: number;
  readonly task: (signal: AbortSignal) => Promise<void>;
  /** Called with what a run throws; the next one comes all the same. */
  readonly onError: (err: unknown) => void;
}

/** Runs a task again and again, one run after the other. `stop` ends a pause, and waits for a run that is under way. */
export function repeat({ intervalMs, task, onError }: RepeatOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      await task(signal).catch(onError);
      await delay(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
