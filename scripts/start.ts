/**
 * What `npm start` runs: all services on this machine, then a replay of a real match in sixty-fold time in the
 * foreground, after which everything keeps serving. A service that dies is started again. Ends with Ctrl-C.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openBoundedLog } from "./launcher/bounded-log.ts";
import { type Child, startChild } from "./launcher/child.ts";
import { freezer, listOfKeys, onKeys } from "./launcher/demo-keys.ts";
import { freePortFrom } from "./launcher/free-port.ts";
import { scoreGoal } from "./launcher/score-goal.ts";
import { replayId, suggestions } from "./launcher/suggestions.ts";
import { supervise, type Supervised } from "./launcher/supervise.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const logs = join(root, ".touchline", "logs");
const replayFile = join("data", "demo.ndjson");
const REPLAY_SPEED = "60";
const HOST = "127.0.0.1";
const READY_DEADLINE_MS = 60_000;
/** Of every line that the replay prints. */
const WORDS_OF_THE_REPLAY = [
  "touched: of the open markets, those whose price the event can change · settled: decided by it",
  "suspended: no price until it is computed anew · entries: cached answers that it invalidated",
];
/** A little longer than the services' own deadline, so that they end by themselves. */
const STOP_TIMEOUT_MS = 12_000;

const redisPid = Number(process.env["TOUCHLINE_REDIS_PID"]);

const services = new Map<string, Supervised>();
const WORKERS = ["worker-1", "worker-2"];
let replay: Child | undefined;
let ending: Promise<void> | undefined;
let orphaned = false;
let isReady = false;

process.on("SIGINT", () => void end(0));
process.on("SIGTERM", () => void end(0));
process.on("disconnect", () => {
  // The set-up was killed without warning: nothing else would end the services and their Redis.
  orphaned = true;
  void end(1);
});
await main().catch((error: unknown) => fail(reasonOf(error)));

async function main(): Promise<void> {
  const began = performance.now();
  mkdirSync(logs, { recursive: true });
  const asked = Number(process.env["PORT"] || 3000);
  const port = await freePortFrom(asked, HOST);
  if (port !== asked) say(`port ${asked} is taken, using ${port}`);
  const url = `http://${HOST}:${port}`;
  const password = process.env["ADMIN_PASSWORD"] || randomBytes(12).toString("base64url");

  startService("tag-manager", "services/tag-manager/src/main.ts", { HEALTH_PORT: "0" });
  for (const worker of WORKERS) startService(worker, "services/worker/src/main.ts", { HEALTH_PORT: "0" });
  startService("api", "services/api/src/main.ts", { HOST, PORT: String(port), ADMIN_PASSWORD: password });
  await waitUntilReady(`${url}/readyz`);
  if (ending !== undefined) return;
  isReady = true;

  say(`ready in ${((performance.now() - began) / 1000).toFixed(1)} s. The console: ${url}/`);
  say(`Bull Board: ${url}/admin/queues (user admin, password ${password})`);
  const matchId = replayId(join(root, replayFile), Date.now());
  say("a real match is replayed in sixty-fold time. Watch it in the console, or try meanwhile:");
  for (const line of suggestions(url, matchId)) process.stdout.write(`    ${line}\n`);
  takeKeys(url, matchId);
  for (const line of WORDS_OF_THE_REPLAY) process.stdout.write(`    ${line}\n`);
  const options = ["--speed", REPLAY_SPEED, "--as", matchId, "--url", url];
  const args = ["tools/cli/src/bin.ts", "replay", replayFile, ...options];
  replay = startChild({ args, cwd: root, env: process.env, output: "inherit" });
  const how = await replay.exited;
  if (ending !== undefined) return;
  if (how !== "code 0") return fail(`the replay ended with ${how}`);

  say(`the replay is over, everything keeps serving: ${url}/`);
  say("Ctrl-C ends it");
}

function startService(name: string, program: string, env: Record<string, string>): void {
  if (ending !== undefined) return;
  const log = openBoundedLog(join(logs, `${name}.log`));
  const where = relative(root, log.path);
  const service = supervise({
    start: () =>
      startChild({
        args: [join(root, program)],
        cwd: root,
        env: { LOG_LEVEL: "warn", ...process.env, ...env },
        output: log.descriptor,
      }),
    mayRestart: () => isReady,
    onRestart: (how) => say(`${name} ended with ${how} and is started again; its log: ${where}`),
    onGivenUp(how) {
      if (ending === undefined) process.stdout.write(log.tail());
      void fail(`${name} ended with ${how}; the end of its log is above, all of it in ${where}`);
    },
  });
  services.set(name, service);
}

/** Keys come over the channel, from a set-up that has a terminal. */
function takeKeys(url: string, matchId: string): void {
  if (process.env["TOUCHLINE_KEYS"] === undefined) return;
  let killed = 0;
  const keys = [
    {
      key: "g",
      what: "score a goal",
      press: () => scoreGoal(url, matchId, process.env["API_KEYS"]?.split(",")[0]?.trim()),
    },
    {
      key: "w",
      what: "kill a worker",
      press() {
        const name = WORKERS[killed++ % WORKERS.length] ?? "";
        services.get(name)?.signal("SIGKILL");
        return `${name} is killed: what it computed is computed again by the other one, and no label lies meanwhile`;
      },
    },
    freezer("t", "the tag-manager", "events wait, so prices in play are withheld within a second", (signal) =>
      services.get("tag-manager")?.signal(signal),
    ),
    ...(redisPid > 1 ? [freezer("r", "Redis", "answers get older and say so, then end", signalRedis)] : []),
  ];
  onKeys(process, keys, say);
  process.stdout.write(`    keys: ${listOfKeys(keys)} · q quit\n`);
}

async function waitUntilReady(url: string): Promise<void> {
  let problem = "no answer";
  const deadline = performance.now() + READY_DEADLINE_MS;
  while (ending === undefined) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) });
      if (answer.status === 200) return;
      problem = `${answer.status} ${await answer.text()}`;
    } catch (error) {
      problem = reasonOf(error);
    }
    if (performance.now() > deadline) {
      throw new Error(
        `${url} was not ready within ${READY_DEADLINE_MS / 1000} s (${problem}); see ${relative(root, logs)}`,
      );
    }
    await sleep(100);
  }
}

function fail(message: string): Promise<void> {
  if (ending === undefined) say(message);
  return end(1);
}

/** In reverse: the replay and the api first, so that nothing new comes in while the others finish. */
function end(code: number): Promise<void> {
  ending ??= (async () => {
    // Services that wait for a frozen Redis would end late, and without what they still had to write.
    signalRedis("SIGCONT");
    await replay?.stop(STOP_TIMEOUT_MS);
    await services.get("api")?.stop(STOP_TIMEOUT_MS);
    await Promise.all([...services.values()].map((service) => service.stop(STOP_TIMEOUT_MS)));
    // The set-up ends the Redis that it started; only in its absence it falls to us.
    if (orphaned) signalRedis("SIGTERM");
    process.exit(code);
  })();
  return ending;
}

/** To the Redis that the set-up started for us, if it did. */
function signalRedis(signal: NodeJS.Signals): void {
  if (!(redisPid > 1)) return;
  try {
    process.kill(redisPid, signal);
  } catch {
    // Gone already.
  }
}

/** `fetch` says only that it failed; why, says the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}

function say(line: string): void {
  process.stdout.write(`touchline: ${line}\n`);
}
