import { Queue, type QueueOptions } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import type { QueueName } from "./names.ts";

/** Opens a queue for adding to it and looking at it. The connection stays the caller's to close. */
export function openQueue(name: QueueName, connection: Redis | Cluster, prefix: string): Queue {
  const options: QueueOptions = { connection, prefix };
  const queue = new Queue(name, options);
  // The connection reports its own outages; without a listener BullMQ's echo of them would end the process.
  queue.on("error", () => undefined);
  return queue;
}
