// `npm start`, `npm test` and its kin `test:days` and `test:busy`, on any machine with Node.js >= 18 and npm: plain
// JavaScript, no dependencies.
// Brings dependencies and a Redis, then runs the command on the Node.js that runs TypeScript as it is.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildConsole } from "./setup/build-console.mjs";
import { forwardKeys } from "./setup/forward-keys.mjs";
import { installDependencies, nodeProgram } from "./setup/install-dependencies.mjs";
import { fakeTimeLibrary } from "./setup/install-faketime.mjs";
import { redisProgram } from "./setup/install-redis.mjs";
import { onlyOneAtATime } from "./setup/one-at-a-time.mjs";
import { explain, say, SetupError } from "./setup/plain-words.mjs";
import { requireAnswer } from "./setup/redis-address.mjs";
import { runCommand } from "./setup/run-command.mjs";
import { startRedis, stateFolder } from "./setup/start-redis.mjs";
import { onStopRequest } from "./setup/stop-request.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [command, ...args] = process.argv.slice(2);

const COMMANDS = new Set(["start", "test", "test:days", "test:busy"]);
/** Of `npm test`, as seen on two cores with nothing beside it. */
const USUAL_TIME = "about 8 minutes on two quiet cores, several times that beside other programs";

/** What to undo at the end, last first. */
const cleanups = [];
let running;
let ending = false;

const requestStop = onStopRequest((why, times) => {
  ending = true;
  say(times === 1 ? `stopping (${why}) ...` : "stopping at once");
  if (running !== undefined) running.stop(times);
  else void end(1);
});
await end(
  await main().catch((error) => {
    explain(error);
    return 1;
  }),
);

/** Undoes everything, then ends this process; a second call waits for the first. */
async function end(code) {
  ending = true;
  for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) await cleanup();
  process.exit(code);
}

async function main() {
  if (Number(process.versions.node.split(".")[0]) < 18)
    throw new SetupError("Node.js 18 or newer is needed: https://nodejs.org");
  if (!COMMANDS.has(command))
    throw new SetupError("say what to do:", ["npm start", "npm test", "npm run test:days", "npm run test:busy"]);
  const env = { ...process.env, PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}` };
  for (const variable of ["REDIS_URL", "STORE_REDIS_URL", "QUEUE_REDIS_URL"]) {
    if (env[variable]) await requireAnswer(variable, env[variable]);
  }
  // Half of a start is reading TypeScript: what one process has compiled, the next one of its kind finds.
  env.NODE_COMPILE_CACHE ||= join(root, "node_modules", ".cache", "compiled");
  const redisGiven = env.REDIS_URL || (env.STORE_REDIS_URL && env.QUEUE_REDIS_URL);
  // Before the dependencies: an operator who has to install Redis by hand should not wait for a download first.
  // Tests need the program in any case, because they pause and kill servers of their own.
  const program = command === "start" && redisGiven ? undefined : await redisProgram();
  if (command === "test:days") env.TOUCHLINE_FAKETIME = await fakeTimeLibrary();
  await installDependencies(root);
  const node = nodeProgram(root);
  await buildConsole(root, node, command !== "start");
  return command === "start" ? start(node, env, program) : test(node, env);
}

async function start(node, env, program) {
  if (process.stdin.isTTY) env.TOUCHLINE_KEYS = "1";
  const state = stateFolder(root);
  const lock = await onlyOneAtATime(state.lock);
  cleanups.push(lock.release);
  if (program !== undefined) {
    const redis = await startRedis(program, state.redisData, state.redisLog, (started) => {
      cleanups.push(started.stop);
      lock.recordRedis(started);
    });
    env.REDIS_URL = redis.url;
    // Killed without warning we cannot stop it: then the launcher does, after its services.
    env.TOUCHLINE_REDIS_PID = String(redis.pid);
    say(`Redis runs on ${redis.url}, its data is in ${state.redisData}`);
    return run(node, [join(root, "scripts", "start.ts"), ...args], env, redis, state.redisLog);
  }
  return run(node, [join(root, "scripts", "start.ts"), ...args], env);
}

async function test(node, env) {
  const folder = mkdtempSync(join(tmpdir(), "touchline-test-"));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  env.TOUCHLINE_TEST_FOLDER = folder;
  if (command !== "test") return run(node, [join(root, "scripts", `${command.replace(":", "-")}.ts`), ...args], env);
  if (args.length === 0) say(`all tests take ${USUAL_TIME}`);
  return run(node, [join(root, "node_modules", "vitest", "vitest.mjs"), "run", ...args], env);
}

/** Runs to the end; a Redis of our own that dies under it ends it too, as a failure. */
async function run(node, nodeArgs, env, redis, redisLog) {
  running = runCommand(node, nodeArgs, { cwd: root, env });
  if (command === "start")
    cleanups.push(
      forwardKeys(
        (key) => running.sendKey(key),
        () => requestStop("q"),
      ),
    );
  let redisDied = false;
  void redis?.exited.then(() => {
    if (ending) return;
    redisDied = true;
    say(`Redis ended unexpectedly, see ${redisLog}; stopping`);
    running.stop(1);
  });
  const code = await running.finished;
  ending = true;
  return redisDied ? code || 1 : code;
}
