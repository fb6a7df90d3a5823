import { setTimeout as delay } from "node:timers/promises";
import { withDeadline } from "@touchline/platform";
import { Redis } from "ioredis";
import { PATIENCE_MS } from "../setup/patience.ts";
import { freePort, startRedis, type TestRedis } from "../setup/redis.ts";

/** Three masters on loopback that share the slots among them. */
export interface TestCluster {
  /** As `REDIS_URL` names a cluster. */
  readonly url: string;
  readonly nodes: readonly [TestRedis, ...TestRedis[]];
  /** A connection of the test's own to each node. */
  readonly admins: readonly Redis[];
  stop(): Promise<void>;
}

const SLOTS = 16_384;
const NODES = 3;
const LOOK_EVERY_MS = 20;

/** Starts the servers and makes them a cluster, without replicas. */
export async function startCluster(): Promise<TestCluster> {
  const nodes: TestRedis[] = [];
  const admins: Redis[] = [];
  const stop = async (): Promise<void> => {
    for (const admin of admins) admin.disconnect();
    await Promise.all(nodes.map(async (node) => node.stop()));
  };
  try {
    const busPorts: number[] = [];
    for (let index = 0; index < NODES; index++) {
      // By default the bus is 10,000 above the port, which may be no port at all.
      const busPort = await freePort();
      const config = ["--cluster-enabled", "yes", "--cluster-port", String(busPort), "--cluster-node-timeout", "5000"];
      const node = await startRedis({ config: [...config, "--cluster-announce-ip", "127.0.0.1"] });
      nodes.push(node);
      busPorts.push(busPort);
      admins.push(new Redis(node.url, { maxRetriesPerRequest: null }).on("error", () => undefined));
    }
    await join(nodes, busPorts, admins);
  } catch (error) {
    await stop();
    throw error;
  }
  const [first, ...others] = nodes;
  if (!first) throw new Error("a cluster has nodes");
  return {
    url: `redis://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(",")}`,
    nodes: [first, ...others],
    admins,
    stop,
  };
}

async function join(nodes: readonly TestRedis[], busPorts: readonly number[], admins: readonly Redis[]): Promise<void> {
  const [first] = admins;
  for (const [index, admin] of admins.entries()) {
    const from = Math.ceil((SLOTS * index) / NODES);
    const to = Math.ceil((SLOTS * (index + 1)) / NODES) - 1;
    await admin.call("CLUSTER", "ADDSLOTSRANGE", from, to);
    await admin.call("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
  }
  for (const [index, { port }] of nodes.entries())
    if (index > 0) await first?.call("CLUSTER", "MEET", "127.0.0.1", port, busPorts[index] ?? 0);
  await withDeadline(Promise.all(admins.map(async (admin) => agreed(admin))), PATIENCE_MS, "forming a cluster");
}

/** Until the node knows of everybody and finds the cluster whole. Nobody tells when that is. */
async function agreed(admin: Redis): Promise<void> {
  for (;;) {
    const info = await admin.cluster("INFO");
    if (info.includes("cluster_state:ok") && info.includes(`cluster_known_nodes:${NODES}`)) return;
    await delay(LOOK_EVERY_MS);
  }
}
