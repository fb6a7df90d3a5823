import { setTimeout as delay } from "node:timers/promises";
import { withDeadline } from "@touchline/platform";
import { Redis } from "ioredis";
import { PATIENCE_MS } from "../setup/patience.ts";
import { freePort, startRedis, type TestRedis } from "../setup/redis.ts";

/** Masters on loopback that share the slots among them, and their replicas. */
export interface TestCluster {
  /** As `REDIS_URL` names a cluster. */
  readonly url: string;
  /** The masters, then a replica of each, if there are any. */
  readonly nodes: readonly [TestRedis, ...TestRedis[]];
  /** A connection of the test's own to each node. */
  readonly admins: readonly Redis[];
  stop(): Promise<void>;
}

const SLOTS = 16_384;
const LOOK_EVERY_MS = 20;

interface ClusterOptions {
  readonly masters?: number;
  /** Whether each master has a replica. */
  readonly replicated?: boolean;
  /** How long a node may be silent before it counts as gone, milliseconds. */
  readonly nodeTimeoutMs?: number;
}

/** Starts the servers and makes them a cluster. */
export async function startCluster({
  masters = 3,
  replicated = false,
  nodeTimeoutMs = 5_000,
}: ClusterOptions = {}): Promise<TestCluster> {
  const nodes: TestRedis[] = [];
  const admins: Redis[] = [];
  const stop = async (): Promise<void> => {
    for (const admin of admins) admin.disconnect();
    await Promise.all(nodes.map(async (node) => node.stop()));
  };
  try {
    const busPorts: number[] = [];
    for (let index = 0; index < masters * (replicated ? 2 : 1); index++) {
      // By default the bus is 10,000 above the port, which may be no port at all.
      const busPort = await freePort();
      const config = ["--cluster-enabled", "yes", "--cluster-port", String(busPort)];
      const more = ["--cluster-node-timeout", String(nodeTimeoutMs), "--cluster-announce-ip", "127.0.0.1"];
      const node = await startRedis({ config: [...config, ...more, "--repl-diskless-sync-delay", "0"] });
      nodes.push(node);
      busPorts.push(busPort);
      admins.push(new Redis(node.url, { maxRetriesPerRequest: null }).on("error", () => undefined));
    }
    await join(nodes, busPorts, admins, masters);
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

async function join(
  nodes: readonly TestRedis[],
  busPorts: readonly number[],
  admins: readonly Redis[],
  masters: number,
): Promise<void> {
  const [first] = admins;
  for (const [index, admin] of admins.entries()) {
    const from = Math.ceil((SLOTS * index) / masters);
    const to = Math.ceil((SLOTS * (index + 1)) / masters) - 1;
    if (index < masters) await admin.call("CLUSTER", "ADDSLOTSRANGE", from, to);
    await admin.call("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
  }
  for (const [index, { port }] of nodes.entries())
    if (index > 0) await first?.call("CLUSTER", "MEET", "127.0.0.1", port, busPorts[index] ?? 0);
  const allAgreed = Promise.all(admins.map(async (admin) => agreed(admin, nodes.length)));
  await withDeadline(allAgreed, PATIENCE_MS, "forming a cluster");
  const following = admins.slice(masters).map(async (replica, index) => {
    await replica.call("CLUSTER", "REPLICATE", (await admins[index]?.cluster("MYID")) ?? "");
    await hasLink(replica);
  });
  await withDeadline(Promise.all(following), PATIENCE_MS, "replicas following their masters");
}

/** Until the node knows every other node and finds the cluster whole. There is no signal for it, so it is polled. */
async function agreed(admin: Redis, nodes: number): Promise<void> {
  for (;;) {
    const info = await admin.cluster("INFO");
    if (info.includes("cluster_state:ok") && info.includes(`cluster_known_nodes:${nodes}`)) return;
    await delay(LOOK_EVERY_MS);
  }
}

async function hasLink(replica: Redis): Promise<void> {
  while (!(await replica.info("replication")).includes("master_link_status:up")) await delay(LOOK_EVERY_MS);
}
