import type { Redis } from "ioredis";
import type { TestCluster } from "../cluster/redis-cluster.ts";
import { untilSo } from "../faults/support/counters.ts";

/** Shards of the cluster: a master each, and its replica. */
export const SHARDS = 3;
const SLOTS = 16_384;

/**
 * `killed`: the master dies and its replica is elected. `failover`: the replica takes over when it has everything.
 * `takeover`: it takes over at once, whatever it lacks, and nobody is asked.
 */
export type Replacement = "killed" | "failover" | "takeover";

interface Replaced {
  readonly how: Replacement;
  /** When the old master was killed or the replica was told, wall-clock milliseconds. */
  readonly at: number;
  /** Resolves once the shard has its new master and the old one follows it. */
  readonly backInPlace: Promise<void>;
}

/** The shard that the keys of a match belong to, counted from 0. */
export async function shardOf(admins: readonly Redis[], matchId: string): Promise<number> {
  return Math.floor((Number(await admins[0]?.cluster("KEYSLOT", `{${matchId}}`)) * SHARDS) / SLOTS);
}

/** Replaces any master by its replica, in any of the ways. A killed one is started again later. */
export async function replaceMaster({ nodes, admins }: TestCluster, random: () => number): Promise<Replaced> {
  const shard = Math.floor(random() * SHARDS);
  const pair = [shard, shard + SHARDS];
  const roles = await Promise.all(pair.map(async (index) => roleOf(admins[index])));
  const [old = 0, next = 0] = roles[0] === "master" ? pair : pair.toReversed();
  const draw = random();
  const how: Replacement = draw < 0.6 ? "killed" : draw < 0.8 ? "failover" : "takeover";
  const at = Date.now();
  if (how === "killed") await nodes[old]?.kill();
  else await admins[next]?.call("CLUSTER", "FAILOVER", ...(how === "takeover" ? ["TAKEOVER"] : []));
  const settle = async (): Promise<void> => {
    await untilSo(
      "the replica becoming the master",
      async () => roleOf(admins[next]),
      (role) => role === "master",
    );
    if (how === "killed") await nodes[old]?.restart();
    await untilSo(
      "the old master following the new one",
      async () => admins[old]?.info("replication"),
      (info = "") => info.includes("role:slave") && info.includes("master_link_status:up"),
    );
    await untilSo(
      "every node finding the cluster whole",
      async () => Promise.all(admins.map(async (admin) => admin.cluster("INFO"))),
      (infos) => infos.every((info) => info.includes("cluster_state:ok")),
    );
  };
  return { how, at, backInPlace: settle() };
}

async function roleOf(admin: Redis | undefined): Promise<string> {
  const [role] = (await admin?.role()) ?? [];
  return String(role);
}
