import { Worker } from "bullmq";
import { Redis } from "ioredis";

/**
 * A process with a worker that does nothing but say when it starts a job, as the services' workers are processes of
 * their own. Sends its parent milliseconds since the epoch, to the microsecond.
 */
const [url = ""] = process.argv.slice(2);
const connection = new Redis(url, { maxRetriesPerRequest: null });
const worker = new Worker(
  "raw",
  () => {
    process.send?.(performance.timeOrigin + performance.now());
    return Promise.resolve();
  },
  { connection, removeOnComplete: { count: 0 } },
);
await worker.waitUntilReady();
process.send?.("ready");
process.once("disconnect", () => {
  connection.disconnect();
  process.exit(0);
});
