import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { readTimelineLines, type TimelineLine } from "@touchline/feeds";
import { shippedPredictor } from "@touchline/model";
import { readArrivals } from "./arrivals.ts";
import { checkMatch } from "./check-match.ts";
import type { MatchDone, SoundnessJob } from "./soundness-run.ts";
import { emptyTally } from "./tally.ts";

const { matches, seed } = workerData as SoundnessJob;
const predictor = shippedPredictor();
const { signal } = new AbortController();
const files = new Map<string, TimelineLine[][]>();

for (const { file, index } of matches) {
  const { arrivals, bad } = readArrivals(file, linesOf(file, index), seed);
  const tally = arrivals.length === 0 ? emptyTally() : await checkMatch(arrivals, predictor, signal);
  const done: MatchDone = { tally, bad };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(done);
}

/** Bad lines of the file were reported when its matches were counted. */
function linesOf(file: string, index: number): TimelineLine[] {
  const known = files.get(file) ?? [...readTimelineLines(readFileSync(file, "utf8")).matches.values()];
  files.set(file, known);
  return known[index] ?? [];
}
