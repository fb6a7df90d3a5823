import { setTimeout as sleep } from "node:timers/promises";
import { type Processor, Queue, type QueueOptions, Worker, type WorkerOptions } from "bullmq";

/**
 * BullMQ asks a server for its version when a queue or a worker is made, and never again: when that one question fails,
 * because the server stalled just then, everything asked of it fails for ever, although its connection has long
 * recovered. These two ask again until they have an answer. What is asked of them meanwhile fails as in an outage.
 */
const ASK_AGAIN_AFTER_MS = 250;

export class SteadyQueue extends Queue {
  constructor(name: string, options: QueueOptions) {
    super(name, options);
    // The connection reports its own outages; without a listener BullMQ's echo of them would end the process.
    this.on("error", () => undefined);
    void untilReady(this, () => this.#renew());
  }

  #renew(): void {
    const given = this.backend;
    this.createBackend();
    this.backend.on("error", () => undefined);
    void given.close(true).catch(() => undefined);
  }
}

export class SteadyWorker<Data = unknown> extends Worker<Data> {
  constructor(name: string, processor: Processor<Data>, options: Omit<WorkerOptions, "autorun">) {
    super(name, processor, { ...options, autorun: false });
    void this.#start();
  }

  async #start(): Promise<void> {
    const isReady = await untilReady(this, () => this.#renew());
    if (!isReady) return;
    try {
      await this.run();
    } catch (error) {
      this.emit("error", error instanceof Error ? error : new Error(String(error)));
    }
  }

  #renew(): void {
    const given = this.backend;
    this.createBackend();
    this.backend.on("error", (error: Error) => void this.emit("error", error));
    // It has a connection of its own, on which it would have waited for jobs.
    void given.close(true).catch(() => undefined);
  }
}

/** @returns false when it was closed first */
async function untilReady(opened: Queue | Worker, renew: () => void): Promise<boolean> {
  for (;;) {
    try {
      await opened.waitUntilReady();
      return opened.closing === undefined;
    } catch {
      await sleep(ASK_AGAIN_AFTER_MS);
      if (opened.closing !== undefined) return false;
      renew();
    }
  }
}
