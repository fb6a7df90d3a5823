import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync } from "node:fs";

/** A log file that begins empty with every start and never grows far beyond `maxBytes`. */
export interface BoundedLog {
  readonly path: string;
  /** For the process that writes to it. */
  readonly descriptor: number;
  /** The last lines, at most about 4 KB. */
  tail(): string;
  close(): void;
}

const CHECK_EVERY_MS = 10_000;
const TAIL_BYTES = 4_096;

export function openBoundedLog(path: string, maxBytes = 16 * 1024 * 1024): BoundedLog {
  // Opened for appending: after a truncation the writer goes on at the new end, not at its old position.
  const descriptor = openSync(path, "a");
  ftruncateSync(descriptor);
  const timer = setInterval(() => {
    if (fstatSync(descriptor).size > maxBytes) ftruncateSync(descriptor);
  }, CHECK_EVERY_MS);
  timer.unref();
  return {
    path,
    descriptor,
    tail: () => {
      const text = readFileSync(path, "utf8");
      if (text.length <= TAIL_BYTES) return text;
      const end = text.slice(-TAIL_BYTES);
      return end.slice(end.indexOf("\n") + 1);
    },
    close: () => {
      clearInterval(timer);
      closeSync(descriptor);
    },
  };
}
