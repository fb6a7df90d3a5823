import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { createClient } from "@touchline/client";
import { parseTimelines, type TimelineLine } from "@touchline/feeds";
import { Redis } from "ioredis";
import { replayMatch } from "../tools/cli/src/replay/replay-match.ts";
import { startRedis } from "../test/setup/redis.ts";
import { type Installation, startInstallation } from "../test/setup/services.ts";

interface Round {
  readonly tagManagers: number;
  readonly workers: number;
  readonly matches: number;
  readonly events: number;
  readonly seconds: number;
  /** Matches whose final state differs from their file. */
  readonly wrongStates: number;
  /** Markets of finished matches that are not settled. */
  readonly openMarkets: number;
  readonly stillDue: number;
  readonly deadLetters: number;
  readonly conflicts: number;
}

/** Matches replayed at a time. */
const CONCURRENCY = 8;

/** Replays every match of a timeline file at full speed and checks what is left: states, settlements, requirements. */
export async function denseReplay(args: string[]): Promise<{ rounds: Round[] }> {
  const { values } = parseArgs({ args, options: { data: { type: "string" }, matches: { type: "string" } } });
  if (!values.data) throw new Error("dense-replay needs --data <timelines.ndjson>");
  const all = [...parseTimelines(await readFile(values.data, "utf8")).entries()];
  const matches = all.slice(0, values.matches ? Number(values.matches) : all.length);
  const rounds: Round[] = [];
  for (const tagManagers of [1, 2])
    for (const workers of [1, 3]) rounds.push(await oneRound(matches, tagManagers, workers));
  return { rounds };
}

async function oneRound(
  matches: readonly (readonly [string, TimelineLine[]])[],
  tagManagers: number,
  workers: number,
): Promise<Round> {
  const server = await startRedis();
  const installation = await startInstallation({ redisUrl: server.url, prefix: "tl", tagManagers, workers });
  const redis = new Redis(server.url);
  try {
    const began = performance.now();
    const queue = [...matches];
    const replay = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) await replayOne(installation, ...next);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, replay));
    const seconds = (performance.now() - began) / 1000;
    const checks = await Promise.all(matches.map(async ([id, lines]) => check(installation, redis, id, lines)));
    const total = (pick: (result: MatchCheck) => number): number =>
      checks.reduce((running, result) => running + pick(result), 0);
    const round: Round = {
      tagManagers,
      workers,
      matches: matches.length,
      events: total(({ events }) => events),
      seconds: Math.round(seconds * 10) / 10,
      wrongStates: total(({ wrong }) => wrong),
      openMarkets: total(({ open }) => open),
      stillDue: total(({ due }) => due),
      deadLetters: await redis.llen("bull:dead-letters:wait"),
      conflicts: await sumOf(installation, "touchline_apply_conflicts_total"),
    };
    process.stdout.write(`${JSON.stringify(round)}\n`);
    return round;
  } finally {
    redis.disconnect();
    await installation.stop();
    await server.stop();
  }
}

async function replayOne(installation: Installation, matchId: string, lines: readonly TimelineLine[]): Promise<void> {
  const client = createClient({ url: installation.apis[0]?.url ?? "", deadlineMs: 60_000 });
  await replayMatch(client, lines, { matchId, speed: "max", restMs: 120_000 });
}

interface MatchCheck {
  readonly events: number;
  readonly wrong: number;
  readonly open: number;
  readonly due: number;
}

async function check(
  installation: Installation,
  redis: Redis,
  matchId: string,
  lines: readonly TimelineLine[],
): Promise<MatchCheck> {
  const client = createClient({ url: installation.apis[0]?.url ?? "" });
  const end = lines.at(-1)?.payload as { score_90: number[]; corners: number[]; red: number[]; yellow: number[] };
  const [stateText, due, events] = await Promise.all([
    redis.hget(`tl:{${matchId}}:match`, "state"),
    redis.hexists(`tl:{${matchId}}:refresh`, "due"),
    redis.hlen(`tl:{${matchId}}:log`),
  ]);
  const state = JSON.parse(stateText ?? "{}") as {
    over?: boolean;
    score?: { home: number; away: number };
    counts?: { corners: { home: number; away: number } };
  };
  const right =
    state.over === true &&
    state.score?.home === end.score_90[0] &&
    state.score?.away === end.score_90[1] &&
    state.counts?.corners.home === end.corners[0] &&
    state.counts?.corners.away === end.corners[1];
  const { markets } = await client.predictions(matchId);
  const open = Object.values(markets).filter(({ status }) => status !== "settled").length;
  return { events, wrong: right ? 0 : 1, open, due };
}

async function sumOf(installation: Installation, metric: string): Promise<number> {
  const values = await Promise.all(installation.tagManagers.map(async (service) => service.metric(metric)));
  return values.reduce((total, value) => total + value, 0);
}
