import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { MatchEvent } from "@touchline/domain";
import { parseTimelines, type TimelineLine, timelineToEvents, kickOffOf } from "@touchline/feeds";
import { shippedPredictor } from "@touchline/model";
import type { Arrival } from "./arrival.ts";
import { checkMatch } from "./check-match.ts";
import { withInjectedEvents } from "./injection/injected-events.ts";
import type { MatchDone, SoundnessJob } from "./soundness-run.ts";

const { matches, seed } = workerData as SoundnessJob;
const predictor = shippedPredictor();
const { signal } = new AbortController();
const files = new Map<string, TimelineLine[][]>();

for (const { file, index } of matches) {
  const lines = linesOf(file, index);
  const events = timelineToEvents(lines, { kickoff: kickOffOf(lines), speed: 1 }).map((event) =>
    MatchEvent.parse(event),
  );
  const arrivals: Arrival[] =
    seed === undefined ? events.map((event) => ({ event, injected: false })) : withInjectedEvents(events, seed);
  const done: MatchDone = { tally: await checkMatch(arrivals, predictor, signal) };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(done);
}

function linesOf(file: string, index: number): TimelineLine[] {
  const known = files.get(file) ?? [...parseTimelines(readFileSync(file, "utf8")).values()];
  files.set(file, known);
  return known[index] ?? [];
}
