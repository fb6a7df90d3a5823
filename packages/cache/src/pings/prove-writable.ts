import { Cluster, type Redis } from "ioredis";
import { aliveKey } from "../keys.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";

const script = loadScript("prove-writable");

export interface Ping {
  readonly channel: string;
  /** What is published on the channel. */
  readonly id: string;
  /** How many replicas must have it; default 0. */
  readonly replicas?: number;
}

/** `accepted`: the write was made and the ping published. Else the server answers and takes no writes. */
export type WriteProof =
  | {
      readonly accepted: true;
      /** Replication id of the server; `""` where it does not tell. */
      readonly history: string;
      /** The store's clock, milliseconds. */
      readonly now: number;
      /** Whether as many replicas as demanded have acknowledged the write in time. */
      readonly isReplicated: boolean;
    }
  | { readonly accepted: false; readonly refusal: string };

const ALIVE_MS = 60_000;
/** What a server says that answers and takes no writes. Inside a script the word need not come first. */
const REFUSALS = /\b(NOREPLICAS|READONLY|MISCONF|OOM)\b/;
/** How long a ping waits for replicas, milliseconds. Other commands of the connection wait as well, so it is short. */
const WAIT_MS = 50;
/** Hash tags tried until one lies on the server. With 100 masters one in 10 000 servers would not be found. */
const MAX_TAGS = 1_000;

/** Every server that takes writes: one, or the masters of a cluster. */
export function mastersOf(redis: StoreRedis): readonly Redis[] {
  return redis instanceof Cluster ? redis.nodes("master") : [redis];
}

/** The tag whose keys lie on a server of a cluster. Found by trying: the server itself says where a key belongs. */
const tagOf = new WeakMap<Redis, number>();

/**
 * Writes on one master and publishes a ping there; one round trip, more until a key of the server's own is found, and
 * one to the replicas where any are demanded.
 * @throws whatever keeps the server from answering
 */
export async function proveWritable(
  master: Redis,
  prefix: string,
  { channel, id, replicas = 0 }: Ping,
): Promise<WriteProof> {
  const first = tagOf.get(master) ?? 0;
  for (let tried = 0; ; tried++) {
    const tag = (first + tried) % MAX_TAGS;
    try {
      const reply = await runScript(master, script, [aliveKey(prefix, tag)], [channel, id, ALIVE_MS]);
      const [history, seconds, micros] = reply as [string, number, number];
      tagOf.set(master, tag);
      const isReplicated = replicas === 0 || (await master.wait(replicas, WAIT_MS)) >= replicas;
      return { accepted: true, history, now: seconds * 1_000 + Math.floor(micros / 1_000), isReplicated };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (error.message.startsWith("MOVED ") && tried + 1 < MAX_TAGS) continue;
      const refusal = REFUSALS.exec(error.message)?.[1];
      if (refusal === undefined) throw error;
      return { accepted: false, refusal };
    }
  }
}
