import type { Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import type { QueueName } from "./names.ts";
import { SteadyQueue } from "./steady.ts";

/** Opens a queue for adding to it and looking at it. The connection stays the caller's to close. */
export function openQueue(name: QueueName, connection: Redis | Cluster, prefix: string): Queue {
  return new SteadyQueue(name, { connection, prefix });
}
