import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { openMatchStore } from "@touchline/cache";
import { createClient } from "@touchline/client";
import { parseTimelines, type TimelineLine } from "@touchline/feeds";
import { Redis } from "ioredis";
import { startRedis } from "../test/setup/redis.ts";
import { startInstallation } from "../test/setup/services.ts";
import { checkPolledMatch } from "./support/check-polled-match.ts";
import { pollMatch, type PolledMatch } from "./support/poll-match.ts";

const CONCURRENCY = 8;
const MOST_MATCHES = 400;

interface PolledFeed {
  readonly matches: number;
  readonly polls: number;
  /** Polls whose list said something new; each has to make one step. */
  readonly pollsWithNews: number;
  /** Steps beyond the fixture, from the versions of the matches. */
  readonly steps: number;
  /** Events added, revised or retracted, as the answers said it, and as the logs have it. */
  readonly published: { readonly answered: number; readonly logged: number };
  /** Polls without news whose answer named a change, and polls with news that named none. */
  readonly wrongAnswers: number;
  /** Matches whose final state differs from the events of their file, or from the totals at its end. */
  readonly wrongStates: number;
  readonly deadLetters: number;
  readonly seconds: number;
  readonly seed: number;
}

/**
 * Plays matches as a polled feed without ids does: its complete list every 15 s of match time, with mistakes on the
 * way.
 */
export async function polledFeed(args: string[]): Promise<PolledFeed> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: "string" },
      matches: { type: "string", default: "40" },
      seed: { type: "string", default: "1" },
    },
  });
  if (!values.data) throw new Error("polled-feed needs --data <timelines.ndjson>");
  const seed = Number(values.seed);
  const all = [...parseTimelines(await readFile(values.data, "utf8")).values()];
  const matches = all.slice(0, Math.min(MOST_MATCHES, Number(values.matches)));

  const server = await startRedis();
  // Nothing is priced: what is asked is whether lists become the right steps, however busy the machine is.
  const env = { REDIS_TIMEOUT_MS: "20000", APPLY_WAIT_MS: "20000" };
  const installation = await startInstallation({ redisUrl: server.url, prefix: "tl", tagManagers: 2, workers: 0, env });
  const redis = new Redis(server.url);
  try {
    const began = performance.now();
    const client = createClient({ url: installation.apis[0]?.url ?? "", deadlineMs: 60_000 });
    const polled = await inLanes(matches, async (lines) => pollMatch(client, lines, seed));
    await untilEmpty(redis);
    const store = openMatchStore(redis, "tl");
    const checks = await Promise.all(polled.map(async (match) => checkPolledMatch(store, match)));
    const sum = <T>(of: readonly T[], pick: (each: T) => number) => of.reduce((total, each) => total + pick(each), 0);
    return {
      matches: polled.length,
      polls: sum(polled, (match) => match.polls),
      pollsWithNews: sum(polled, (match) => match.news),
      steps: sum(checks, ({ steps }) => steps),
      published: { answered: sum(polled, (match) => match.published), logged: sum(checks, ({ logged }) => logged) },
      wrongAnswers: sum(polled, (match) => match.wrongAnswers),
      wrongStates: sum(checks, ({ isRight }) => (isRight ? 0 : 1)),
      deadLetters: await redis.llen("bull:dead-letters:wait"),
      seconds: Math.round((performance.now() - began) / 100) / 10,
      seed,
    };
  } finally {
    redis.disconnect();
    await installation.stop();
    await server.stop();
  }
}

async function inLanes(
  matches: readonly (readonly TimelineLine[])[],
  play: (lines: readonly TimelineLine[]) => Promise<PolledMatch>,
): Promise<PolledMatch[]> {
  const queue = [...matches];
  const done: PolledMatch[] = [];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      done.push(await play(next));
      process.stderr.write(`${done.length} of ${matches.length} matches\n`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  return done;
}

const EMPTY_DEADLINE_MS = 60_000;

/** Resolves when no event waits or runs: a list that says nothing new has its job as well. */
async function untilEmpty(redis: Redis): Promise<void> {
  const deadline = performance.now() + EMPTY_DEADLINE_MS;
  for (;;) {
    const [wait, active] = [await redis.llen("bull:match-events:wait"), await redis.llen("bull:match-events:active")];
    if (wait + active === 0) return;
    if (performance.now() > deadline) throw new Error(`${wait} events wait and ${active} run after a minute`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
