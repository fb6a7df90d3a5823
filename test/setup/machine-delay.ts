import { readFileSync } from "node:fs";

/**
 * Watches how long the machine keeps this process and others waiting for their turn while they could run. A bound on a
 * duration is a promise of the program, and other programs on the machine must not break it: they are allowed for by
 * what they took, and a quiet machine adds next to nothing.
 * @param pids other processes that the duration depends on
 * @returns milliseconds of waiting since the call, summed over the processes; always 0 where the system does not tell
 */
export function watchMachineDelay(...pids: readonly number[]): () => number {
  const watched = [process.pid, ...pids].map((pid) => ({ pid, before: waitedMs(pid) }));
  return () => watched.reduce((sum, { pid, before }) => sum + Math.max(0, waitedMs(pid) - before), 0);
}

/** Of the main thread, which does the work both in Node.js and in Redis. */
function waitedMs(pid: number): number {
  try {
    // "nanoseconds on a core, nanoseconds waiting for one, turns"
    return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[1]) / 1e6 || 0;
  } catch {
    // Another system than Linux, or a process that has ended.
    return 0;
  }
}
