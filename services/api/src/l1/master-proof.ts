import type { EventEmitter } from "node:events";
import type { WriteProof } from "@touchline/cache";

/** Why a snapshot that the store gave cannot be believed as it is. */
export type Doubt = "store_isolated" | "history_unproven" | "truth_incomplete";

/**
 * What the pings have found out about the masters that answer this process: whether they take writes, and which
 * history each of them continues. A master that takes none may have been replaced by another one without a word;
 * after a failover the new master continues a history of its own, without the last writes of the old one.
 */
export class MasterProof {
  readonly #redis: Pick<EventEmitter, "on" | "off">;
  readonly #prove: () => Promise<void>;
  readonly #isRecent: () => boolean;
  /** Undefined until the first ping: then there is nothing to compare with. Empty: known once, and not known now. */
  #histories: ReadonlySet<string> | undefined;
  #isRefused = false;
  #proving: Promise<void> | undefined;
  readonly #onClose = (): void => {
    // The server behind the next connection may be another one.
    if (this.#histories) this.#histories = new Set();
  };
  readonly #onReady = (): void => {
    this.#proving = this.#proveAnew();
  };

  /**
   * @param prove sends a ping whose result comes back through `take`; never rejects, ends within a deadline
   * @param isRecent whether the last ping that was answered was sent within a lease
   */
  constructor(redis: Pick<EventEmitter, "on" | "off">, prove: () => Promise<void>, isRecent: () => boolean) {
    this.#redis = redis;
    this.#prove = prove;
    this.#isRecent = isRecent;
    redis.on("close", this.#onClose);
    redis.on("ready", this.#onReady);
  }

  /** Whether the last answer to a ping was that the store takes no writes. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Takes the answers to one ping. */
  take(proofs: readonly WriteProof[]): void {
    const histories = proofs.flatMap((proof) => (proof.accepted ? [proof.history] : []));
    this.#isRefused = histories.length < proofs.length;
    if (!this.#isRefused) this.#histories = new Set(histories);
  }

  /**
   * Resolves once it is known what answers: after the ping that follows a new connection, and after another one when
   * none has been answered for a lease. A server that stood still may have been replaced meanwhile without knowing it.
   */
  async known(): Promise<void> {
    if (this.#histories?.size === 0) await this.#proving;
    else if (this.#histories && !this.#isRecent()) await (this.#proving ??= this.#proveAnew());
  }

  async #proveAnew(): Promise<void> {
    await this.#prove();
    this.#proving = undefined;
  }

  /** @param history replication id of the master that took the match's last step; `""` where no server tells */
  doubtAbout(history: string, isWhole: boolean): Doubt | undefined {
    if (this.#isRefused) return "store_isolated";
    if (!this.#isProven(history)) return "history_unproven";
    return isWhole ? undefined : "truth_incomplete";
  }

  close(): void {
    this.#redis.off("close", this.#onClose).off("ready", this.#onReady);
  }

  #isProven(history: string): boolean {
    if (!this.#histories || history === "") return true;
    return this.#histories.has(history) || this.#histories.has("");
  }
}
