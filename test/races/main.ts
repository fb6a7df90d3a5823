import { parseArgs } from "node:util";
import { Redis } from "ioredis";
import { startRedis } from "../setup/redis.ts";
import { runSchedules } from "./run-schedules.ts";

/** `pnpm races [--schedules 1000000] [--seed n]`: the random schedules of the test suite, as many as you like. */
const { values } = parseArgs({
  options: { schedules: { type: "string", default: "1000000" }, seed: { type: "string" } },
  allowPositionals: true,
  strict: false,
});
const schedules = Number(values.schedules);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);
if (!(Number.isSafeInteger(schedules) && schedules > 0 && Number.isSafeInteger(seed)) || values["help"]) {
  process.stderr.write("usage: pnpm races [--schedules <whole number, 1000000>] [--seed <whole number>]\n");
  process.exit(2);
}
const server = await startRedis();
const redis = new Redis(server.url);
const began = performance.now();
process.stdout.write(`seed ${seed}\n`);
try {
  const report = await runSchedules(redis, "races", {
    seed,
    schedules,
    onProgress: (done) =>
      process.stdout.write(`${done} schedules, ${Math.round((performance.now() - began) / 1000)} s\n`),
  });
  for (const failure of report.failures) process.stdout.write(`${failure}\n`);
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`${JSON.stringify({ seed, seconds, ...report, failures: report.failures.length })}\n`);
  process.exitCode = report.failures.length === 0 ? 0 : 1;
} finally {
  redis.disconnect();
  await server.stop();
}
