import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface CacheAside {
  readonly urls: readonly string[];
  /** How often any of the processes has computed. */
  computes(): Promise<number>;
  stop(): void;
}

/** Processes that look into Redis and compute what they miss, without asking anybody: what one writes on day one. */
export async function startCacheAside(redisUrl: string, count: number, computeMs: number): Promise<CacheAside> {
  const children: ChildProcess[] = [];
  const urls: string[] = [];
  for (let process_ = 0; process_ < count; process_++) {
    const child = spawn(
      process.execPath,
      [new URL("./cache-aside-server.ts", import.meta.url).pathname, redisUrl, String(computeMs)],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    children.push(child);
    const [port] = (await once(createInterface(child.stdout), "line")) as [string];
    urls.push(`http://127.0.0.1:${port}`);
  }
  return {
    urls,
    async computes() {
      const counts = await Promise.all(urls.map(async (url) => Number(await (await fetch(`${url}/computes`)).text())));
      return counts.reduce((sum, value) => sum + value, 0);
    },
    stop: () => children.forEach((child) => child.kill()),
  };
}
