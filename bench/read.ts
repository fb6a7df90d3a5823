import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { createClient } from "@touchline/client";
import { startRedis } from "../test/setup/redis.ts";
import { startInstallation } from "../test/setup/services.ts";
import { load, type LoadResult } from "./support/load.ts";
import { median } from "./support/statistics.ts";
import { table } from "./support/table.ts";

interface ReadResult {
  readonly bytes: number;
  readonly ratioToBare: number;
  readonly ratioOf304To200: number;
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  readonly bare: LoadResult;
  readonly touchline: LoadResult;
  readonly notModified: LoadResult;
}

/** Markets whose answer is about 8 KB. */
const ANSWER_BYTES = 8_000;
const CONNECTIONS = 50;
const SECONDS = 4;
const ROUNDS = 3;

/**
 * Reads that memory answers, against a bare `node:http` server that sends the same bytes under the same headers.
 * Server and load share the machine, so only the ratio means anything; rounds alternate, and the median counts.
 */
export async function read(): Promise<ReadResult> {
  const redis = await startRedis();
  const installation = await startInstallation({ redisUrl: redis.url, prefix: "tl" });
  try {
    const url = installation.apis[0]?.url ?? "";
    const path = await pathOfAnswer(url);
    const sample = await fetch(`${url}${path}`);
    const body = await sample.text();
    const headers = Object.fromEntries(sample.headers);
    const bare = await startBare(headers, body);
    try {
      await load({ url: `${url}${path}`, connections: CONNECTIONS, seconds: 1 });
      await load({ url: bare.url, connections: CONNECTIONS, seconds: 1 });
      const rounds: { bare: LoadResult; touchline: LoadResult; notModified: LoadResult }[] = [];
      for (let round = 0; round < ROUNDS; round++)
        rounds.push({
          bare: await load({ url: bare.url, connections: CONNECTIONS, seconds: SECONDS }),
          touchline: await load({ url: `${url}${path}`, connections: CONNECTIONS, seconds: SECONDS }),
          notModified: await load({
            url: `${url}${path}`,
            connections: CONNECTIONS,
            seconds: SECONDS,
            headers: { "if-none-match": sample.headers.get("etag") ?? "" },
          }),
        });
      const of = (which: "bare" | "touchline" | "notModified"): LoadResult =>
        medianResult(rounds.map((round) => round[which]));
      const result: ReadResult = {
        bytes: body.length,
        ratioToBare: median(rounds.map((round) => round.touchline.requestsPerSecond / round.bare.requestsPerSecond)),
        ratioOf304To200: median(
          rounds.map((round) => round.notModified.requestsPerSecond / round.touchline.requestsPerSecond),
        ),
        requestsPerSecond: of("touchline").requestsPerSecond,
        p99Ms: of("touchline").p99Ms,
        bare: of("bare"),
        touchline: of("touchline"),
        notModified: of("notModified"),
      };
      table(
        ["", "requests/s", "p50 ms", "p99 ms", "to bare"],
        (["bare", "touchline", "notModified"] as const).map((name) => [
          name,
          result[name].requestsPerSecond,
          result[name].p50Ms,
          result[name].p99Ms,
          result[name].requestsPerSecond / result.bare.requestsPerSecond,
        ]),
      );
      return result;
    } finally {
      bare.stop();
    }
  } finally {
    await installation.stop();
    await redis.stop();
  }
}

/** A match days before kick-off, so that lifetimes outlast the run, and as many markets of it as make the size. */
async function pathOfAnswer(url: string): Promise<string> {
  const client = createClient({ url });
  const kickoff = new Date(Date.now() + 10 * 86_400_000).toISOString();
  await client.registerMatch("read", {
    home: "Arsenal",
    away: "Leicester",
    kickoff,
    competition: "ENG-Premier League",
  });
  const { markets } = await client.predictions("read");
  const chosen: string[] = [];
  for (const id of Object.keys(markets)) {
    chosen.push(id);
    const path = `/v1/matches/read/predictions?markets=${chosen.join(",")}`;
    if ((await (await fetch(`${url}${path}`)).text()).length >= ANSWER_BYTES || chosen.length === 60) return path;
  }
  throw new Error("the match has no predictions");
}

interface BareServer {
  readonly url: string;
  stop(): void;
}

/** The same bytes and headers from twelve lines of `node:http` in a process of its own. */
async function startBare(headers: Record<string, string>, body: string): Promise<BareServer> {
  const { date: _date, connection: _connection, "keep-alive": _keepAlive, ...own } = headers;
  const child = spawn(process.execPath, [new URL("./support/bare-server.ts", import.meta.url).pathname], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify({ headers: own, body }));
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return { url: `http://127.0.0.1:${line}/`, stop: () => void child.kill() };
}

function medianResult(results: readonly LoadResult[]): LoadResult {
  return {
    requestsPerSecond: median(results.map((result) => result.requestsPerSecond)),
    p50Ms: median(results.map((result) => result.p50Ms)),
    p99Ms: median(results.map((result) => result.p99Ms)),
    errors: results.reduce((sum, { errors }) => sum + errors, 0),
  };
}
