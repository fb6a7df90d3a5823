import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { RaceOptions, RacesRun } from "./run-schedules.ts";

/** The last line that `pnpm races` prints, as JSON. */
export interface RaceReport {
  readonly seed: number;
  readonly seconds: number;
  readonly schedules: number;
  readonly steps: number;
  readonly perSecond: number;
  readonly failures: number;
}

/** What a process says: how far it has come, or what came of it. */
export type RacesWord = { readonly done: number } | { readonly run: RacesRun };

const PROGRAM = fileURLToPath(new URL("races-process.ts", import.meta.url));
/**
 * Schedules live shortly and in great numbers: with room for all of them, few are looked at by the garbage collector.
 */
export const ROOM = "--max-semi-space-size=32";

/**
 * Runs the schedules of one seed in several processes, each with a Redis server of its own: the first takes the numbers
 * 0, n, 2n, …, the second 1, n + 1, …. Stops when they have found enough.
 */
export async function runProcesses({
  processes,
  onProgress,
  ...options
}: RaceOptions & { readonly processes: number }): Promise<RacesRun> {
  const done = Array.from({ length: processes }, () => 0);
  const runs: RacesRun[] = [];
  const children = done.map((_none, index) => {
    const part: RaceOptions = { ...options, part: { index, of: processes } };
    const execArgv = [...process.execArgv, ROOM];
    const child = fork(PROGRAM, [JSON.stringify(part)], { execArgv });
    child.on("message", (word: RacesWord) => {
      if ("run" in word) {
        runs.push(word.run);
        const { length } = runs.flatMap(({ failures }) => failures);
        if (length >= (options.maxFailures ?? Infinity)) for (const other of children) other.kill("SIGTERM");
      } else {
        done[index] = word.done;
        onProgress?.(done.reduce((sum, each) => sum + each, 0));
      }
    });
    return child;
  });
  const codes = await Promise.all(children.map(async (child) => once(child, "exit")));
  const failures = runs.flatMap((run) => run.failures);
  if (failures.length === 0 && runs.length < processes)
    throw new Error(`a process of the races has ended by itself: ${JSON.stringify(codes)}`);
  const sum = (count: (run: RacesRun) => number): number => runs.reduce((total, run) => total + count(run), 0);
  return { schedules: sum(({ schedules }) => schedules), steps: sum(({ steps }) => steps), failures };
}
