import { setTimeout as delay } from "node:timers/promises";
import { withDeadline } from "@touchline/platform";
import { Redis } from "ioredis";
import { type Line, lineToPort } from "./line.ts";
import { startRedis, type TestRedis } from "./redis.ts";

/** A master and its replica. What the master takes after `cutReplication` is lost in the failover. */
export interface ReplicatedRedis {
  readonly master: TestRedis;
  readonly replica: TestRedis;
  /** Leads to the master, and after the failover to the replica. */
  readonly address: Line;
  /** Clients of each server, closed by `stop`. */
  readonly onMaster: Redis;
  readonly onReplica: Redis;
  /** Resolves once the replica has what has been written so far. */
  replicated(): Promise<void>;
  /** Ends replication: what the master takes from here on reaches nobody else. */
  cutReplication(): void;
  /** Makes the replica a master beside the old one. The address goes on leading to the old one. */
  promote(): Promise<void>;
  /** Kills the master, promotes the replica, and leads the address there. */
  failOver(): Promise<void>;
  stop(): Promise<void>;
}

const DEADLINE_MS = 15_000;
const LOOK_EVERY_MS = 20;

/** @param masterConfig further command line settings of the master */
export async function startReplicatedRedis(masterConfig: readonly string[] = []): Promise<ReplicatedRedis> {
  const master = await startRedis({ config: ["--repl-diskless-sync-delay", "0", ...masterConfig] });
  const replica = await startRedis();
  const [replication, address] = [await lineToPort(master.port), await lineToPort(master.port)];
  const [onMaster, onReplica] = [master, replica].map(({ url }) => {
    const client = new Redis(url, { maxRetriesPerRequest: 1 });
    return client.on("error", () => undefined);
  }) as [Redis, Redis];
  const promote = async (): Promise<void> => {
    replication.cut();
    await onReplica.call("REPLICAOF", "NO", "ONE");
  };
  await onReplica.call("REPLICAOF", "127.0.0.1", String(replication.port));
  await until("the replica following its master", async () =>
    (await onReplica.info("replication")).includes("master_link_status:up"),
  );
  return {
    master,
    replica,
    address,
    onMaster,
    onReplica,
    replicated: async () => until("the replica having it all", async () => (await onMaster.wait(1, DEADLINE_MS)) === 1),
    cutReplication: () => replication.cut(),
    promote,
    async failOver() {
      await master.kill();
      onMaster.disconnect();
      await promote();
      address.leadTo(replica.port);
    },
    async stop() {
      onMaster.disconnect();
      onReplica.disconnect();
      await Promise.all([replication.close(), address.close()]);
      await Promise.all([master.stop(), replica.stop()]);
    },
  };
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const stop = new AbortController();
  const looking = async (): Promise<void> => {
    while (!(await isSo()) && !stop.signal.aborted) await delay(LOOK_EVERY_MS);
  };
  try {
    await withDeadline(looking(), DEADLINE_MS, what);
  } finally {
    stop.abort();
  }
}
