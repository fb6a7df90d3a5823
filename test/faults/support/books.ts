import { setTimeout as delay } from "node:timers/promises";
import { withDeadline } from "@touchline/platform";
import type { Queue } from "bullmq";
import { PATIENCE_MS } from "../../setup/patience.ts";
import type { RunningService } from "../../setup/services.ts";

/** A counter, summed over processes. */
export async function sumOf(services: readonly RunningService[], line: string): Promise<number> {
  const values = await Promise.all(services.map(async (service) => service.metric(line)));
  return values.reduce((sum, value) => sum + value, 0);
}

/** What became of events that tag-managers took from the queue. */
export interface HandledEvents {
  readonly applied: number;
  readonly duplicate: number;
  readonly rejected: number;
}

export async function handledBy(tagManagers: readonly RunningService[]): Promise<HandledEvents> {
  const count = async (outcome: string): Promise<number> =>
    sumOf(tagManagers, `touchline_events_handled_total{outcome="${outcome}"}`);
  const [applied, duplicate, rejected] = await Promise.all([count("applied"), count("duplicate"), count("rejected")]);
  return { applied, duplicate, rejected };
}

/** Events that the api processes took over HTTP and answered `accepted`. */
export async function acceptedBy(apis: readonly RunningService[]): Promise<number> {
  return sumOf(apis, 'touchline_events_intake_total{result="accepted"}');
}

const READ_OUTCOMES = ["fresh", "stale", "suspended", "settled", "missing", "error", "refused"];

/** Reads of predictions that api processes counted, whatever became of them. */
export async function readsCountedBy(apis: readonly RunningService[]): Promise<number> {
  const counts = await Promise.all(
    READ_OUTCOMES.map(async (status) => sumOf(apis, `touchline_predictions_reads_total{status="${status}"}`)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Jobs that nobody has finished: waiting, put back, or in somebody's hands. */
export async function unfinished(queue: Queue): Promise<number> {
  const counts = await queue.getJobCounts("waiting", "prioritized", "delayed", "active");
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

const LOOK_EVERY_MS = 20;

/** Asks until `isSo`: for what a process counts and tells nobody of. @throws DeadlineError when it does not come to be */
export async function untilSo<T>(what: string, ask: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  const stop = new AbortController();
  const asking = async (): Promise<T> => {
    for (;;) {
      const value = await ask();
      if (isSo(value) || stop.signal.aborted) return value;
      await delay(LOOK_EVERY_MS);
    }
  };
  try {
    return await withDeadline(asking(), PATIENCE_MS, what);
  } finally {
    stop.abort();
  }
}
