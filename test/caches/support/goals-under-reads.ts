import { Agent, get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { changesChannel, parseChange } from "@touchline/cache";
import { createClient } from "@touchline/client";
import { Redis } from "ioredis";
import { LiveMatch } from "../../faults/support/live-match.ts";
import type { InFront } from "./start-in-front.ts";

export interface GoalsOptions {
  readonly matches: number;
  readonly goalsEach: number;
  readonly readsPerSecond: number;
  /** Pause between two goals: uniform between these, milliseconds. */
  readonly pauseMs: readonly [least: number, most: number];
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface GoalsResult {
  readonly goals: number;
  readonly reads: number;
  readonly failedReads: number;
  /** Reads that a cache answered without the api. */
  readonly fromCaches: number;
  /** Reads begun after a goal's step whose price was from before it, labelled fresh or stale. */
  readonly late: number;
  /** How long after the step the last of these began, milliseconds; 0 without one. */
  readonly latestMs: number;
}

interface Answer {
  readonly state: { readonly score: { readonly home: number; readonly away: number } };
  readonly markets: Readonly<Record<string, { readonly status: string }>>;
}

const READ_DEADLINE_MS = 20_000;

/**
 * Goals at random moments while readers ask through the caches. One answer is of one moment, so the score in it reports
 * which goals its prices have seen.
 */
export async function goalsUnderReads(front: InFront, options: GoalsOptions): Promise<GoalsResult> {
  const { random, readsPerSecond, goalsEach, pauseMs } = options;
  const client = createClient({ url: front.api.url, deadlineMs: 60_000 });
  const matches = Array.from(
    { length: options.matches },
    (_, number) => new LiveMatch(`goals-${number}-${Math.floor(random() * 1e9)}`),
  );
  await client.publish(matches.flatMap((match) => match.opening()));
  for (const { matchId } of matches) await client.predictions(matchId, { markets: ["match_result"], minVersion: 2 });

  /** Moments of the steps of each match's goals, in order. */
  const steps = new Map(matches.map(({ matchId }) => [matchId, [] as number[]]));
  const subscriber = new Redis(front.redisUrl);
  subscriber.on("message", (_channel, text: string) => {
    const message = parseChange(text);
    if (message?.kind === "touched" && message.event.type === "goal")
      steps.get(message.matchId)?.push(performance.now());
  });
  await subscriber.subscribe(changesChannel(front.prefix));

  const before = await answeredByApi(front);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const counts = { reads: 0, failedReads: 0, late: 0, latestMs: 0 };
  const read = async (number: number): Promise<void> => {
    const url = front.urls[number % front.urls.length] ?? "";
    const { matchId } = matches[Math.floor(random() * matches.length)] ?? { matchId: "" };
    const seen = steps.get(matchId) ?? [];
    const beganAt = performance.now();
    const stepped = seen.length;
    counts.reads++;
    const text = await ask(`${url}/v1/matches/${matchId}/predictions?markets=match_result`, agent);
    if (text === undefined) {
      counts.failedReads++;
      return;
    }
    const { state, markets } = JSON.parse(text) as Answer;
    const label = markets["match_result"]?.status;
    const shown = state.score.home + state.score.away;
    if ((label !== "fresh" && label !== "stale") || shown >= stepped) return;
    counts.late++;
    counts.latestMs = Math.max(counts.latestMs, beganAt - (seen[shown] ?? beganAt));
  };

  const reading = new AbortController();
  const readers = readRegularly(read, readsPerSecond, reading.signal);
  try {
    const goals = matches.flatMap((match) => Array.from({ length: goalsEach }, () => match));
    for (let left = goals.length; left > 0; left--) {
      await delay(pauseMs[0] + random() * (pauseMs[1] - pauseMs[0]));
      const at = Math.floor(random() * left);
      const match = goals[at];
      goals[at] = goals[left - 1] ?? goals[0]!;
      if (match) await client.publish(match.goal(random() < 0.5 ? "home" : "away"));
    }
    while ([...steps.values()].some(({ length }) => length < goalsEach)) await delay(10);
    // What was kept at the last moment ends within this time.
    await delay(2_500);
  } finally {
    reading.abort();
    await readers;
    agent.destroy();
    subscriber.disconnect();
  }
  const answered = (await answeredByApi(front)) - before;
  return { ...counts, goals: options.matches * goalsEach, fromCaches: counts.reads - answered };
}

/** As many reads a second, however long each takes; ends once all have been answered. */
async function readRegularly(
  read: (number: number) => Promise<void>,
  perSecond: number,
  signal: AbortSignal,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const beganAt = performance.now();
  for (let number = 0; !signal.aborted;) {
    const due = ((performance.now() - beganAt) / 1_000) * perSecond;
    for (; number < due && running.size < 1_000; number++) {
      const one: Promise<void> = read(number).finally(() => running.delete(one));
      running.add(one);
    }
    await delay(2);
  }
  await Promise.all(running);
}

/** The body of a 200; undefined for anything else. */
async function ask(url: string, agent: Agent): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const request = get(url, { agent, timeout: READ_DEADLINE_MS }, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("end", () => resolve(response.statusCode === 200 ? Buffer.concat(chunks).toString() : undefined));
    response.on("error", () => resolve(undefined));
  });
  request.on("timeout", () => request.destroy());
  request.on("error", () => {
    // A kept connection may be closed by the other side just as it is used again.
    if (request.reusedSocket) ask(url, new Agent()).then(resolve, () => resolve(undefined));
    else resolve(undefined);
  });
  return promise;
}

/** Predictions that the api has answered with, 304s included. */
async function answeredByApi({ api }: InFront): Promise<number> {
  const route = "/v1/matches/{matchId}/predictions";
  const counts = await Promise.all(
    ["200", "304", "503"].map(async (status) =>
      api.metric(`touchline_http_requests_total{route="${route}",status="${status}"}`),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
