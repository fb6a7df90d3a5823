import { randomUUID } from "node:crypto";
import type { RedisClient } from "@touchline/platform";
import { Cluster } from "ioredis";
import type { ChangeFeed } from "../changes/change-feed.ts";

export interface CoherenceListener {
  /**
   * Something of the match changed, or a refresh of it ended. `n` numbers what changes it; after a `hard`
   * change no older price of some market may be shown any more, not even as stale.
   */
  onChange(matchId: string, n: number | undefined, hard: boolean): void;
  /** Messages may have been missed: nothing remembered may be trusted any more. */
  onGap(): void;
}

interface CoherenceOptions {
  readonly feed: ChangeFeed;
  /** Publishes the pings: the same servers that publish the changes. */
  readonly store: RedisClient;
  /** How long a returned ping proves that no older change is still to come, milliseconds. */
  readonly leaseMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
}

/**
 * Tells whether what this process remembers can still be true.
 *
 * Changes arrive over one subscription, in order. A ping of one's own that comes back over the same connection proves
 * that every change its server published before it has arrived too. So a memory is trusted for a lease after the last ping that
 * returned was sent: a hung server, a lost subscription or a partition ends the trust by itself, without a word.
 */
export class Coherence {
  readonly #options: CoherenceOptions;
  readonly #channel = `ping:${randomUUID()}`;
  readonly #sent = new Map<string, { readonly at: number; missing: number }>();
  readonly #stopListening: () => void;
  readonly #timer: NodeJS.Timeout;
  #trustedUntil = -Infinity;
  #next = 0;

  constructor(options: CoherenceOptions, listener: CoherenceListener) {
    this.#options = options;
    this.#stopListening = options.feed.listenAll({
      onGist: ({ matchId, n, forbids }) => listener.onChange(matchId, n, forbids),
      onPing: (id) => this.#receive(id),
      onGap: () => {
        this.#trustedUntil = -Infinity;
        // An echo of what was sent before proves nothing of the time between.
        this.#sent.clear();
        listener.onGap();
      },
    });
    this.#timer = setInterval(() => void this.#ping(), options.leaseMs / PINGS_PER_LEASE);
    this.#timer.unref();
  }

  /** Whether everything that was published up to a lease ago has been received. */
  get trusted(): boolean {
    return this.#options.monotonic() < this.#trustedUntil;
  }

  /** Subscribes to the pings and waits until the first one is back. */
  async open(): Promise<void> {
    await this.#options.feed.subscribePings(this.#channel);
    await this.#ping();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stopListening();
    this.#trustedUntil = -Infinity;
  }

  async #ping(): Promise<void> {
    const { store, feed, monotonic } = this.#options;
    if (!feed.subscribed) return;
    const id = String(this.#next++);
    // On a cluster changes come from every master, over a line of its own.
    const servers = store instanceof Cluster ? store.nodes("master") : [store];
    this.#sent.set(id, { at: monotonic(), missing: servers.length });
    if (this.#sent.size > MAX_UNANSWERED) this.#sent.delete(this.#sent.keys().next().value ?? "");
    try {
      await Promise.all(servers.map(async (server) => server.publish(this.#channel, id)));
    } catch {
      // The outage is reported by the connection; without an echo the trust runs out.
      this.#sent.delete(id);
    }
  }

  #receive(id: string): void {
    const ping = this.#sent.get(id);
    if (ping === undefined || --ping.missing > 0) return;
    this.#sent.delete(id);
    this.#trustedUntil = Math.max(this.#trustedUntil, ping.at + this.#options.leaseMs);
  }
}

/** A ping may be late, or lost with its connection, without the memory being thrown away. */
const PINGS_PER_LEASE = 4;
const MAX_UNANSWERED = 64;
