import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRedis, type TestRedis } from "../../../test/setup/redis.ts";
import { withDeadline } from "./deadline.ts";
import { createLogger } from "./log.ts";
import { closeRedis, openRedis } from "./redis.ts";
import { PATIENCE_MS } from "../../../test/setup/patience.ts";
import { checkEvictionPolicy, EvictionPolicyError } from "./redis-policy.ts";

const log = createLogger({ service: "test", level: "silent" });

describe("a Redis cluster", () => {
  let server: TestRedis;
  beforeAll(async () => {
    // A cluster of one has met nobody who could tell it its own address.
    const cluster = ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"];
    server = await startRedis({ config: [...cluster, "--maxmemory-policy", "volatile-lru"] });
    const admin = new Redis(server.url);
    await admin.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    while (!(await admin.cluster("INFO")).includes("cluster_state:ok"));
    await admin.quit();
  });
  afterAll(() => server.stop());

  it("is opened from its list of nodes and checked node by node", async () => {
    const url = `redis://127.0.0.1:${server.port},127.0.0.1:${server.port}`;
    const store = await openRedis({ url, mode: "cluster", role: "store", log });
    expect(await store.set("{m1}:a", "1")).toBe("OK");
    expect(await store.get("{m1}:a")).toBe("1");
    await checkEvictionPolicy(store, { role: "store", production: true, log });
    const refused = checkEvictionPolicy(store, { role: "queue", production: true, log });
    await expect(refused).rejects.toThrow(EvictionPolicyError);
    await closeRedis(store);
  });

  it("fails commands in time while it hangs", async () => {
    const store = await openRedis({
      url: `redis://127.0.0.1:${server.port}`,
      mode: "cluster",
      role: "store",
      log,
      commandTimeoutMs: 100,
    });
    server.pause();
    await expect(withDeadline(store.get("{m1}:a"), PATIENCE_MS, "GET")).rejects.not.toThrow(/GET did not finish/);
    server.resume();
    store.disconnect();
  });

  it("is usable again once its nodes have restarted", async () => {
    const store = await openRedis({
      url: `redis://127.0.0.1:${server.port}`,
      mode: "cluster",
      role: "store",
      log,
      commandTimeoutMs: 100,
    });
    await server.kill();
    await expect(store.get("{m1}:a")).rejects.toThrow();
    await server.restart();
    const answers = (): Promise<boolean> =>
      store.get("{m1}:a").then(
        () => true,
        () => false,
      );
    const answered = async (): Promise<void> => {
      while (!(await answers())) await new Promise((resolve) => setImmediate(resolve));
    };
    await withDeadline(answered(), PATIENCE_MS, "recovering");
    store.disconnect();
  });
});

describe("Redis behind a sentinel", () => {
  let server: TestRedis;
  let sentinel: ChildProcess;
  let folder: string;
  let sentinelPort: number;
  beforeAll(async () => {
    server = await startRedis();
    folder = await mkdtemp(join(tmpdir(), "touchline-sentinel-"));
    const lent = await startRedis();
    sentinelPort = lent.port;
    await lent.stop();
    const file = join(folder, "sentinel.conf");
    await writeFile(
      file,
      `port ${sentinelPort}\nbind 127.0.0.1\ndir ${folder}\nsentinel monitor main 127.0.0.1 ${server.port} 1\n`,
    );
    sentinel = spawn("redis-server", [file, "--sentinel"], { stdio: ["ignore", "pipe", "ignore"] });
    let output = "";
    while (!output.includes("+monitor master main")) {
      const [text] = (await withDeadline(once(sentinel.stdout!, "data"), PATIENCE_MS, "starting a sentinel")) as [
        Buffer,
      ];
      output += text.toString();
    }
  });
  afterAll(async () => {
    sentinel.kill("SIGKILL");
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("is opened by the name of its master", async () => {
    const store = await openRedis({
      url: `redis+sentinel://127.0.0.1:${sentinelPort}/main`,
      mode: "sentinel",
      role: "store",
      log,
    });
    expect(await store.set("a", "1")).toBe("OK");
    await closeRedis(store);
  });
});
