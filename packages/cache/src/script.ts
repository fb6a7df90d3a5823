import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Cluster, Redis } from "ioredis";

export type StoreRedis = Redis | Cluster;

/** A Lua script and its digest. Redis knows it by the digest; the text travels only when Redis has forgotten it. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

const INCLUDE = /^-- include: (\S+)$/gm;

/** Reads `lua/<name>.lua` once, at start-up. A line `-- include: <other>` stands for the file `lua/<other>.lua`. */
export function loadScript(name: string): Script {
  const text = readLua(name).replaceAll(INCLUDE, (_line, included: string) => readLua(included));
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}

function readLua(name: string): string {
  return readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), "utf8");
}

/** Runs the script, loading it first where Redis has forgotten it (a restart, `SCRIPT FLUSH`, another node). */
export async function runScript(
  redis: StoreRedis,
  script: Script,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(script.sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return redis.eval(script.text, keys.length, ...keys, ...args);
  }
}
