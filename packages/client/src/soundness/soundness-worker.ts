import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { MatchEvent } from "@touchline/domain";
import { AverageOutlookBook, BuiltinPredictor } from "@touchline/model";
import { timelineToEvents } from "../feeds/timeline.ts";
import { parseTimelines, type TimelineLine } from "../feeds/timeline-file.ts";
import type { Arrival } from "./arrival.ts";
import { checkMatch } from "./check-match.ts";
import { withInjectedEvents } from "./injected-events.ts";
import type { MatchDone, SoundnessJob } from "./soundness-run.ts";

/** Any moment will do: predictions know no calendar. */
const KICK_OFF = Date.UTC(2018, 0, 1, 15);

const { matches, seed } = workerData as SoundnessJob;
const predictor = new BuiltinPredictor(new AverageOutlookBook());
const { signal } = new AbortController();
const files = new Map<string, TimelineLine[][]>();

for (const { file, index } of matches) {
  const lines = linesOf(file, index);
  const events = timelineToEvents(lines, { kickoff: KICK_OFF, speed: 1 }).map((event) => MatchEvent.parse(event));
  const arrivals: Arrival[] =
    seed === undefined ? events.map((event) => ({ event, injected: false })) : withInjectedEvents(events, seed);
  const done: MatchDone = { tally: await checkMatch(arrivals, predictor, signal) };
  parentPort?.postMessage(done);
}

function linesOf(file: string, index: number): TimelineLine[] {
  const known = files.get(file) ?? [...parseTimelines(readFileSync(file, "utf8")).values()];
  files.set(file, known);
  return known[index] ?? [];
}
