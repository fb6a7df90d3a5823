import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { say, SetupError } from "./plain-words.mjs";
import { commandOf, endProcess, isAlive } from "./processes.mjs";

/**
 * Two starts in one folder would write to one Redis data file: the second is refused.
 * A Redis left behind by a start that was killed without warning is ended first.
 * @param {string} lockFile
 * @returns {Promise<{ recordRedis(redis: { pid: number, port: number }): void, release(): void }>}
 */
export async function onlyOneAtATime(lockFile) {
  const before = readLock(lockFile);
  if (
    before !== undefined &&
    before.pid !== process.pid &&
    isAlive(before.pid) &&
    commandOf(before.pid).includes("with-setup.mjs")
  ) {
    throw new SetupError("it already runs from this folder; stop that one first, with Ctrl-C or by typing:", [
      `kill ${before.pid}`,
    ]);
  }
  if (before?.redisPid !== undefined && isAlive(before.redisPid)) {
    const command = commandOf(before.redisPid);
    if (/redis-server|valkey-server/.test(command) && command.includes(String(before.redisPort))) {
      say("ending the Redis that an earlier start left behind ...");
      await endProcess(before.redisPid, 10_000);
    }
  }
  const lock = { pid: process.pid };
  writeFileSync(lockFile, JSON.stringify(lock));
  return {
    recordRedis: ({ pid, port }) =>
      writeFileSync(lockFile, JSON.stringify({ ...lock, redisPid: pid, redisPort: port })),
    release: () => rmSync(lockFile, { force: true }),
  };
}

function readLock(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, "utf8"));
  } catch {
    return undefined;
  }
}
