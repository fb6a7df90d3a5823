import { type ChangePosition, changesChannel, gistOf, LastPositions, parseChange } from "@touchline/cache";
import { type Logger, type RedisClient, withDeadline } from "@touchline/platform";
import type { ChangeListener, ChangeSource } from "./change-source.ts";

interface StoreChangeSourceOptions {
  /** Role `subscriber`, to the store. Its owner closes it. */
  readonly subscriber: RedisClient;
  readonly prefix: string;
  readonly log: Logger;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic?: () => number;
  /** Pause between two proofs that the connection delivers, milliseconds. */
  readonly proveEveryMs?: number;
}

const DEADLINE_MS = 5_000;
const PROOF_DEADLINE_MS = 2_000;

/** The changes channel of the store: one subscription for all matches, with messages numbered in each match. */
export class StoreChangeSource implements ChangeSource {
  readonly #options: StoreChangeSourceOptions;
  readonly #channel: string;
  readonly #monotonic: () => number;
  readonly #last = new LastPositions();
  #listener: ChangeListener | undefined;
  #timer: NodeJS.Timeout | undefined;
  #provedAt: number;
  #proving = false;
  readonly #onMessage = (_channel: string, text: string): void => this.#receive(text);
  readonly #onReady = (): void => void this.#subscribeAgain();

  constructor(options: StoreChangeSourceOptions) {
    this.#options = options;
    this.#channel = changesChannel(options.prefix);
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#provedAt = this.#monotonic();
  }

  get blindMs(): number {
    const silent = this.#monotonic() - this.#provedAt;
    return silent > this.#proveEveryMs + PROOF_DEADLINE_MS ? silent : 0;
  }

  /** @throws DeadlineError when Redis does not confirm the subscription in time */
  async open(listener: ChangeListener): Promise<void> {
    const { subscriber } = this.#options;
    this.#listener = listener;
    subscriber.on("message", this.#onMessage).on("ready", this.#onReady);
    await withDeadline(subscriber.subscribe(this.#channel), DEADLINE_MS, "subscribing to changes");
    this.#provedAt = this.#monotonic();
    listener.onReset("start");
    this.#timer = setInterval(() => void this.#prove(), this.#proveEveryMs);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const { subscriber } = this.#options;
    subscriber.off("message", this.#onMessage).off("ready", this.#onReady);
    this.#listener = undefined;
    // The connection may be gone; its owner closes it.
    await withDeadline(subscriber.unsubscribe(this.#channel), 500, "unsubscribing").catch(() => undefined);
  }

  get #proveEveryMs(): number {
    return this.#options.proveEveryMs ?? 500;
  }

  #receive(text: string): void {
    const gist = gistOf(text);
    // A refresh that has only ended changed nothing that a cache may hold. Of what an older build says, which has no
    // number in its head, nobody knows that.
    if (!gist || !this.#listener || (gist.n === undefined && !gist.forbids)) return;
    const { matchId, epoch } = gist;
    const message = parseChange(text);
    const n = gist.n ?? (message && "n" in message ? message.n : undefined);
    if (n !== undefined && this.#isGap(matchId, { epoch, n })) this.#listener.onReset("gap");
    this.#listener.onChange(matchId, message?.kind === "touched" ? message.version : undefined);
  }

  /** Whether changes were missed, or belong to a history that the store no longer has. Remembers the number. */
  #isGap(matchId: string, position: ChangePosition): boolean {
    const continuity = this.#last.take(matchId, position);
    if (continuity.kind === "first" || continuity.kind === "next") return false;
    this.#options.log.warn(
      { matchId, ...position, last: continuity.last },
      "changes were missed, or the store went back",
    );
    return true;
  }

  async #subscribeAgain(): Promise<void> {
    try {
      await this.#options.subscriber.subscribe(this.#channel);
    } catch (err) {
      this.#options.log.debug({ err }, "subscribing again failed; the next connection tries once more");
      return;
    }
    this.#provedAt = this.#monotonic();
    this.#last.clear();
    this.#listener?.onReset("reconnect");
  }

  /** The reply comes over the same connection, after every message that was published before it. */
  async #prove(): Promise<void> {
    if (this.#proving) return;
    this.#proving = true;
    const sentAt = this.#monotonic();
    const { subscriber, log } = this.#options;
    try {
      await withDeadline(subscriber.ping(), PROOF_DEADLINE_MS, "a ping over the subscription");
      this.#provedAt = sentAt;
    } catch (err) {
      log.warn({ err, blindMs: Math.round(this.blindMs) }, "the subscription does not answer");
      // A hung connection never closes by itself. A new one begins with a reset.
      if (subscriber.status === "ready") subscriber.disconnect(true);
    } finally {
      this.#proving = false;
    }
  }
}
