import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  accuracySteps,
  type AccuracyProgress,
  type AccuracySummary,
  isResults,
  isTimelines,
} from "./measure-accuracy.ts";
import { runStepsInTurns } from "../fit/steps.ts";

export interface AccuracyOptions {
  /** Holds `results_*.csv` and, for in-play scores, `timelines_*.ndjson`. */
  readonly folder: string;
  readonly progress?: (now: AccuracyProgress) => void;
  readonly signal?: AbortSignal;
}

const MOST_FILES = 200;
const LARGEST_FILE_BYTES = 200_000_000;

/**
 * Reads a folder and measures the model on it.
 * @throws RangeError when the folder holds no results, too many files or too large ones; the
 * signal's reason once it is aborted; what `measureAccuracy` throws, and the file system's own errors
 */
export async function runAccuracy({ folder, progress, signal }: AccuracyOptions): Promise<AccuracySummary> {
  const names = (await readdir(folder)).filter((name) => isResults(name) || isTimelines(name)).toSorted();
  if (!names.some(isResults)) throw new RangeError(`no results_*.csv in ${folder}`);
  if (names.length > MOST_FILES) throw new RangeError(`${names.length} files in ${folder}: at most ${MOST_FILES}`);
  const files: { name: string; text: string }[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const { size } = await stat(path);
    if (size > LARGEST_FILE_BYTES) throw new RangeError(`${path} has ${size} bytes: at most ${LARGEST_FILE_BYTES}`);
    files.push({ name, text: await readFile(path, "utf8") });
  }
  return runStepsInTurns(accuracySteps(files), signal, progress);
}
