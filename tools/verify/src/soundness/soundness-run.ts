import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { readTimelines } from "@touchline/feeds";
import { addTallies, emptyTally, type Tally } from "./tally.ts";

/** One match of one file, by its place among the file's matches. */
export interface MatchRef {
  readonly file: string;
  readonly index: number;
}

export interface SoundnessJob {
  readonly matches: readonly MatchRef[];
  /** Undefined: no invented events. */
  readonly seed: number | undefined;
}

/** What a worker says: the findings of one match. */
export interface MatchDone {
  readonly tally: Tally;
  /** What was left out of the match, by file, line and rule. */
  readonly bad: readonly string[];
}

/**
 * Timeline files in `folder`. The dense ones repeat the same matches, with free kicks and throw-ins that no
 * market reads.
 */
export async function timelineFilesIn(folder: string, dense: boolean): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.startsWith("timelines_") && name.endsWith(".ndjson"))
    .filter((name) => name.startsWith("timelines_dense_") === dense)
    .sort()
    .map((name) => join(folder, name));
}

/**
 * The first `most` matches of all files, taken in turn, so that a short run still sees every league.
 * @param onBad called with file, line and rule for each line that is none; without it, the first one throws
 * @throws TimelineError naming file and line
 */
export async function matchesIn(
  files: readonly string[],
  most: number,
  onBad?: (bad: string) => void,
): Promise<MatchRef[]> {
  const counts = await Promise.all(files.map(async (file) => (await readTimelines(file, onBad)).size));
  const longest = Math.max(0, ...counts);
  const refs: MatchRef[] = [];
  for (let index = 0; index < longest; index++)
    for (const [i, file] of files.entries()) if (index < (counts[i] ?? 0)) refs.push({ file, index });
  return refs.slice(0, most);
}

/**
 * Checks `matches` on `workers` threads; each takes every n-th match, so that their shares are alike.
 * @throws what a worker threw, once the others have been stopped
 */
export async function runSoundness(
  matches: readonly MatchRef[],
  { workers, seed, signal, onMatch, onBad }: RunOptions,
): Promise<Tally> {
  const sum = emptyTally();
  const threads = Array.from({ length: Math.min(workers, matches.length) }, (_none, k) => {
    const job: SoundnessJob = { matches: matches.filter((_match, index) => index % workers === k), seed };
    return new Worker(new URL("./soundness-worker.ts", import.meta.url), { workerData: job });
  });
  const stop = async (): Promise<unknown> => Promise.all(threads.map(async (thread) => thread.terminate()));
  const onAbort = (): void => void stop();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.all(
      threads.map(async (thread) =>
        finished(thread, ({ tally, bad }) => {
          for (const each of bad) onBad?.(each);
          addTallies(sum, tally);
          onMatch?.(sum);
        }),
      ),
    );
  } finally {
    signal.removeEventListener("abort", onAbort);
    await stop();
  }
  signal.throwIfAborted();
  return sum;
}

export interface RunOptions {
  readonly workers: number;
  readonly seed: number | undefined;
  readonly signal: AbortSignal;
  /** Called after each match with all findings so far. */
  readonly onMatch?: (sum: Tally) => void;
  /** Called with file, line and rule for what is left out of a match. */
  readonly onBad?: (bad: string) => void;
}

async function finished(thread: Worker, onDone: (done: MatchDone) => void): Promise<void> {
  thread.on("message", onDone);
  return new Promise((resolve, reject) => {
    thread.once("error", reject);
    thread.once("exit", () => resolve());
  });
}
