import type { Logger } from "@touchline/platform";
import type { ChangeSource } from "./changes/change-source.ts";
import { PurgeQueue } from "./purge-queue.ts";
import type { PurgerMetrics } from "./purger-metrics.ts";
import { EVERYTHING, keyOf, type PurgeTarget } from "./targets/purge-target.ts";

interface EdgePurgerOptions {
  readonly source: ChangeSource;
  readonly targets: readonly PurgeTarget[];
  readonly timeoutMs: number;
  readonly againMs: number;
  readonly metrics: PurgerMetrics;
  readonly log: Logger;
}

/** Every change of a match is purged from every target; each target has a queue, so that none waits for another. */
export class EdgePurger {
  readonly #source: ChangeSource;
  readonly queues: readonly PurgeQueue[];

  private constructor({ source, targets, timeoutMs, againMs, metrics, log }: EdgePurgerOptions) {
    this.#source = source;
    this.queues = targets.map(
      (target) =>
        new PurgeQueue({
          target,
          timeoutMs,
          againMs,
          log,
          counted: (outcome, keys) => metrics.purged(target.adapter, outcome, keys),
        }),
    );
    metrics.watch(this);
  }

  /** @throws when the source cannot be reached in time */
  static async open(options: EdgePurgerOptions): Promise<EdgePurger> {
    const purger = new EdgePurger(options);
    const { source, metrics, log } = options;
    await source.open({
      onChange: (matchId, version) => {
        for (const queue of purger.queues) queue.add({ key: keyOf(matchId), version });
      },
      onReset: (reason) => {
        metrics.reset(reason);
        log.info({ reason }, "everything is purged: changes may have been missed");
        for (const queue of purger.queues) queue.add({ key: EVERYTHING, version: undefined });
      },
    });
    return purger;
  }

  /** How far a target is behind the changes of the matches, milliseconds. */
  behindMs(queue: PurgeQueue): number {
    return Math.max(queue.behindMs, this.#source.blindMs);
  }

  /** @throws Error naming what is behind, when something is by more than `limitMs` */
  check(limitMs: number): void {
    const late = this.queues.filter((queue) => this.behindMs(queue) > limitMs);
    if (late.length === 0) return;
    const words = late.map(
      (queue) => `${queue.target.adapter} ${queue.target.address} by ${(this.behindMs(queue) / 1_000).toFixed(1)} s`,
    );
    throw new Error(`behind the changes: ${words.join(", ")}`);
  }

  async close(): Promise<void> {
    await this.#source.close();
    await Promise.all(this.queues.map(async (queue) => queue.close()));
  }
}
