import { type ChangeGist, type ChangeMessage, changesChannel, gistOf, parseChange } from "@touchline/cache";
import { type Logger, type RedisClient, withDeadline } from "@touchline/platform";
import { Redis } from "ioredis";

export interface ChangeListener {
  onChange(message: ChangeMessage): void;
  /** Messages may have been missed: the subscription was lost and is back. */
  onGap(): void;
}

/** Receives everything of every match, before those who listen to one. */
export interface FeedListener {
  /** @param text the message as it was published */
  onGist(gist: ChangeGist, text: string): void;
  /** A message on the channel of `subscribePings`. */
  onPing(text: string): void;
  onGap(): void;
}

interface ChangeFeedOptions {
  readonly subscriber: RedisClient;
  readonly prefix: string;
  readonly log: Logger;
  readonly deadlineMs: number;
}

/** The changes of all matches over one connection of the process, handed to whoever listens to a match. */
export class ChangeFeed {
  readonly #subscriber: RedisClient;
  readonly #channel: string;
  readonly #log: Logger;
  readonly #listeners = new Map<string, Set<ChangeListener>>();
  readonly #all = new Set<FeedListener>();
  readonly #onMessage = (channel: string, text: string): void => {
    if (channel === this.#channel) this.#deliver(text);
    else for (const listener of this.#all) listener.onPing(text);
  };
  readonly #onReady = (): void => {
    this.#watchForTheEnd();
    void this.#comeBack();
  };
  readonly #onClose = (): void => {
    if (!this.#subscribed) return;
    this.#subscribed = false;
    // What comes from now on is missed, and whoever remembers something should know at once.
    for (const listener of this.#all) listener.onGap();
  };
  #subscribed = false;

  private constructor({ subscriber, prefix, log }: ChangeFeedOptions) {
    this.#subscriber = subscriber;
    this.#channel = changesChannel(prefix);
    this.#log = log;
  }

  /** @throws DeadlineError when Redis does not confirm the subscription in time */
  static async open(options: ChangeFeedOptions): Promise<ChangeFeed> {
    const feed = new ChangeFeed(options);
    const { subscriber, deadlineMs } = options;
    subscriber.on("message", feed.#onMessage);
    subscriber.on("ready", feed.#onReady);
    subscriber.on("close", feed.#onClose);
    feed.#watchForTheEnd();
    await withDeadline(subscriber.subscribe(feed.#channel), deadlineMs, "subscribing to changes");
    feed.#subscribed = true;
    return feed;
  }

  /** Whether changes arrive now. */
  get subscribed(): boolean {
    return this.#subscribed;
  }

  /** How many matches have listeners. */
  get matches(): number {
    return this.#listeners.size;
  }

  /** @returns a function that ends the listening */
  listen(matchId: string, listener: ChangeListener): () => void {
    const listeners = this.#listeners.get(matchId) ?? new Set();
    this.#listeners.set(matchId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(matchId) === listeners) this.#listeners.delete(matchId);
    };
  }

  /** @returns a function that ends the listening */
  listenAll(listener: FeedListener): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  /** Takes in one more channel over the same connection, so that its messages stand in order with the changes. */
  async subscribePings(channel: string): Promise<void> {
    await this.#subscriber.subscribe(channel);
  }

  async close(): Promise<void> {
    this.#subscriber.off("message", this.#onMessage).off("ready", this.#onReady).off("close", this.#onClose);
    this.#listeners.clear();
    this.#subscribed = false;
    // The connection may be gone; its owner closes it.
    await withDeadline(this.#subscriber.unsubscribe(this.#channel), 500, "unsubscribing").catch(() => undefined);
  }

  /**
   * The client says "close" only when the socket has been taken down on our side too, some turns of the event loop
   * after its last byte. A request that came in between would still be answered from memory.
   */
  #watchForTheEnd(): void {
    if (this.#subscriber instanceof Redis) this.#subscriber.stream.once("end", this.#onClose);
  }

  #deliver(text: string): void {
    const gist = gistOf(text);
    if (!gist) return;
    for (const listener of this.#all) listener.onGist(gist, text);
    const { matchId } = gist;
    const listeners = this.#listeners.get(matchId);
    if (!listeners) return;
    const message = parseChange(text);
    if (!message) {
      this.#log.warn({ matchId, start: text.slice(0, 80) }, "change of an unknown kind");
      return;
    }
    for (const listener of listeners) listener.onChange(message);
  }

  /** The client subscribes again by itself; asking once more tells when that has happened. */
  async #comeBack(): Promise<void> {
    try {
      await this.#subscriber.subscribe(this.#channel);
    } catch (err) {
      this.#log.debug({ err }, "subscribing again failed; the next connection tries once more");
      return;
    }
    this.#subscribed = true;
    for (const listener of this.#all) listener.onGap();
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener.onGap();
  }
}
