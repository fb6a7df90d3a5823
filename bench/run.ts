import { parseArgs } from "node:util";
import { denseReplay } from "./dense-replay.ts";
import { eventBurst } from "./event-burst.ts";
import { eventToFresh } from "./event-to-fresh.ts";
import { invalidate } from "./invalidate.ts";
import { overload } from "./overload.ts";
import { polledFeed } from "./polled-feed.ts";
import { prices } from "./prices.ts";
import { read } from "./read.ts";
import { readMemory } from "./read-memory.ts";
import { refresh } from "./refresh.ts";
import { sharedCache } from "./shared-cache.ts";
import { stampede } from "./stampede.ts";
import { storeBytes } from "./store-bytes.ts";
import { workersStopped } from "./workers-stopped.ts";

/** Benchmarks by name. Each prints a table and, as its last line, one JSON object. */
const BENCHMARKS: Readonly<
  Record<string, { readonly about: string; readonly run: (args: string[]) => Promise<unknown> }>
> = {
  stampede: { about: "1,000 readers at once on 4 api processes, cold and stale", run: stampede },
  "event-to-fresh": {
    about: "from publishing an event to its new prediction on another api process",
    run: eventToFresh,
  },
  "event-burst": { about: "computes and waits of one match in bursts of events, with a slow model", run: eventBurst },
  invalidate: { about: "one event among 1,000 matches, against deleting by pattern", run: invalidate },
  refresh: { about: "refreshes per second of one worker, against empty jobs", run: refresh },
  read: { about: "answers from memory against a bare node:http server that sends the same", run: read },
  "read-memory": { about: "memory of an api that is asked for each of 5,000 matches", run: readMemory },
  overload: { about: "a goal while workers are far behind with background refreshes", run: overload },
  prices: { about: "100,000 prices of one match, and corners of another meanwhile", run: prices },
  "store-bytes": { about: "what a match takes in the store, by key, before, in and after play", run: storeBytes },
  "workers-stopped": { about: "stale reads with all workers stopped, against workers at work", run: workersStopped },
  "shared-cache": {
    about: "200 goals under 500 reads a second through Varnish and nginx, purged and not",
    run: sharedCache,
  },
  "polled-feed": {
    about: "40 matches as a feed without ids: its whole list every 15 s, with corrections; final states and steps",
    run: polledFeed,
  },
  "dense-replay": {
    about: "every match of a timeline file at full speed, on 1 and 2 tag-managers and 1 and 3 workers",
    run: denseReplay,
  },
};

const { positionals } = parseArgs({ args: process.argv.slice(2), allowPositionals: true, strict: false });
const [name = ""] = positionals;
const benchmark = BENCHMARKS[name];
if (!benchmark) {
  const width = Math.max(...Object.keys(BENCHMARKS).map(({ length }) => length));
  const lines = Object.entries(BENCHMARKS).map(([known, { about }]) => `  ${known.padEnd(width)}  ${about}`);
  process.stderr.write(`usage: pnpm bench <name> [options]\n\n${lines.join("\n")}\n`);
  process.exit(name === "" ? 1 : 2);
}
const result = await benchmark.run(process.argv.slice(3));
process.stdout.write(`${JSON.stringify(result)}\n`);
