import { DeadLetter } from "@touchline/queue";
import type { Job, Queue } from "bullmq";

/** A dead letter with its id. */
export interface KeptLetter {
  readonly id: string;
  readonly letter: DeadLetter;
}

type Ask = <T>(what: string, ask: () => Promise<T>) => Promise<T>;

/**
 * The jobs that could never succeed. Every call ends within the queue's deadline. @throws ApiError `queue_unavailable`
 */
export class DeadLetterBox {
  readonly #queue: Queue;
  readonly #ask: Ask;

  constructor(queue: Queue, ask: Ask) {
    this.#queue = queue;
    this.#ask = ask;
  }

  /** The newest `limit` of them, newest first. */
  async newest(limit: number): Promise<{ readonly total: number; readonly letters: readonly KeptLetter[] }> {
    return this.#ask("listing dead letters", async () => {
      const [total, jobs] = await Promise.all([
        this.#queue.count(),
        this.#queue.getJobs(["waiting"], 0, limit - 1, false),
      ]);
      return { total, letters: jobs.flatMap((job) => kept(job)) };
    });
  }

  async get(id: string): Promise<KeptLetter | undefined> {
    return this.#ask("reading a dead letter", async () => kept(await this.#queue.getJob(id))[0]);
  }

  /** @returns false when it was gone already */
  async remove(id: string): Promise<boolean> {
    // BullMQ also says 1 of a job that is not there.
    return this.#ask("removing a dead letter", async () => {
      const isThere = (await this.#queue.getJob(id)) !== undefined;
      return isThere && (await this.#queue.remove(id)) === 1;
    });
  }
}

/** A job may have been removed between its listing and its reading. */
function kept(job: Job | undefined): KeptLetter[] {
  const letter = DeadLetter.safeParse(job?.data);
  return job?.id !== undefined && letter.success ? [{ id: job.id, letter: letter.data }] : [];
}
