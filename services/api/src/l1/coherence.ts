import { randomUUID } from "node:crypto";
import type { EventEmitter } from "node:events";
import type { ChangeGist, MatchStore, WriteProof } from "@touchline/cache";
import type { ChangeFeed } from "../changes/change-feed.ts";
import type { ClockReading } from "./clock-skew.ts";
import { MasterProof } from "./master-proof.ts";

export interface CoherenceListener {
  /** Something of the match changed, or a refresh of it ended. */
  onChange(gist: ChangeGist): void;
  /** Messages may have been missed: nothing remembered may be trusted any more. */
  onGap(): void;
}

interface CoherenceOptions {
  readonly feed: Pick<ChangeFeed, "subscribed" | "subscribePings" | "listenAll">;
  /** Takes the pings: the same servers that publish the changes. */
  readonly store: Pick<MatchStore, "proveWritable">;
  /** The connection of `store`. */
  readonly redis: Pick<EventEmitter, "on" | "off">;
  /** How many replicas must have a ping for it to prove anything. */
  readonly replicas?: number;
  /** How long a returned ping proves that no older change is still to come, milliseconds. */
  readonly leaseMs: number;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  /** Called with the clocks of the servers that have taken a ping. */
  readonly onClocks?: (reading: ClockReading) => void;
}

/** On the monotonic and on the wall clock, milliseconds. */
interface Moment {
  readonly at: number;
  readonly wall: number;
}

/** A ping, and when it was sent. */
interface SentPing extends Moment {
  /** Echoes that have not come back, and where replicas are demanded, their acknowledgements. */
  missing: number;
}

/**
 * Tells whether what this process remembers can still be true.
 *
 * Changes arrive over one subscription, in order. A ping of one's own that comes back over the same connection proves
 * that every change its server published before it has arrived too. So a memory is trusted for a lease after the last
 * ping that returned was sent: a hung server, a lost subscription or a partition ends the trust by itself.
 *
 * A ping is a write, made before it is published: an echo proves that the master took it. A master that no longer
 * takes writes may have been replaced by another one that does, whose changes are not received here; its refusal ends
 * the trust at once. Where replicas are demanded, a ping proves something only once they have acknowledged it, and a
 * master whose pings they have not acknowledged for a lease counts as one that takes no writes.
 */
export class Coherence {
  readonly proof: MasterProof;
  readonly #options: CoherenceOptions;
  readonly #listener: CoherenceListener;
  readonly #channel = `ping:${randomUUID()}`;
  readonly #sent = new Map<string, SentPing>();
  readonly #stopListening: () => void;
  readonly #timer: NodeJS.Timeout;
  /**
   * Trust needs both clocks: the monotonic one stands while the process is suspended, the wall clock may be set back.
   */
  #trust: Moment | undefined;
  /** When the last ping was sent that the store has answered, whether or not its echo came back. */
  #answered: Moment | undefined;
  #provenAt = -Infinity;
  #generation = 0;
  /** When the last ping that enough replicas have acknowledged was sent, monotonic. */
  #replicatedAt: number;
  #next = 0;

  constructor(options: CoherenceOptions, listener: CoherenceListener) {
    this.#options = options;
    this.#listener = listener;
    this.#replicatedAt = options.monotonic();
    this.proof = new MasterProof(
      options.redis,
      async () => this.#ping(),
      () => this.#isWithinLease(this.#answered),
    );
    this.#stopListening = options.feed.listenAll({
      onGist: (gist) => listener.onChange(gist),
      onPing: (id) => this.#oneLessMissing(id),
      onGap: () => this.#breakOff(),
    });
    this.#timer = setInterval(() => void this.#ping(), options.leaseMs / PINGS_PER_LEASE);
    this.#timer.unref();
  }

  /** Whether everything that was published up to a lease ago has been received. */
  get trusted(): boolean {
    return this.#isWithinLease(this.#trust);
  }

  /** Rises whenever trust was lost, so that what was read before is not taken for what is read after. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * When everything published had been received for the last time, as far as is proven; -Infinity before. Monotonic.
   */
  get provenAt(): number {
    return this.#provenAt;
  }

  /** Subscribes to the pings and waits until the first one is back. */
  async open(): Promise<void> {
    await this.#options.feed.subscribePings(this.#channel);
    await this.#ping();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stopListening();
    this.proof.close();
    this.#trust = undefined;
  }

  #isWithinLease(moment: Moment | undefined): boolean {
    if (!moment) return false;
    const { leaseMs, monotonic, now } = this.#options;
    const { at, wall } = moment;
    const wallNow = now();
    return monotonic() < at + leaseMs && wallNow < wall + leaseMs && wallNow >= wall - SET_BACK_MS;
  }

  #breakOff(): void {
    this.#trust = undefined;
    this.#generation++;
    // An echo of what was sent before proves nothing of the time between.
    this.#sent.clear();
    this.#listener.onGap();
  }

  async #ping(): Promise<void> {
    const { store, feed, monotonic, now, onClocks, replicas = 0 } = this.#options;
    const id = String(this.#next++);
    const sentAt = { at: monotonic(), wall: now() };
    const proofs = store.proveWritable({ channel: this.#channel, id, replicas });
    // Without a subscription no echo comes, and one that is made meanwhile must not take this one for its own.
    if (feed.subscribed) this.#sent.set(id, { ...sentAt, missing: proofs.length * (replicas > 0 ? 2 : 1) });
    if (this.#sent.size > MAX_UNANSWERED) this.#sent.delete(this.#sent.keys().next().value ?? "");
    try {
      const wasRefused = this.proof.isRefused;
      const taken = await Promise.all(proofs);
      this.proof.take(this.#underReplicas(taken, sentAt.at));
      if (replicas > 0) for (const proof of taken) if (proof.accepted && proof.isReplicated) this.#oneLessMissing(id);
      if (!this.#answered || this.#answered.at < sentAt.at) this.#answered = sentAt;
      const storeClocks = taken.flatMap((proof) => (proof.accepted ? [proof.now] : []));
      onClocks?.({ sentAt: sentAt.wall, receivedAt: now(), storeClocks });
      // Nothing was published by the one that refused. Echoes of older pings may still be on their way.
      if (this.proof.isRefused && !wasRefused) this.#breakOff();
    } catch {
      // The outage is reported by the connection; without an echo the trust runs out.
      this.#sent.delete(id);
    }
  }

  #oneLessMissing(id: string): void {
    const ping = this.#sent.get(id);
    if (ping && --ping.missing === 0) this.#trustSince(id, ping);
  }

  /** One acknowledgement may be late; a master that gets none for a lease may have been replaced. */
  #underReplicas(proofs: readonly WriteProof[], sentAt: number): readonly WriteProof[] {
    const { leaseMs, monotonic } = this.#options;
    if (proofs.every((proof) => !proof.accepted || proof.isReplicated)) this.#replicatedAt = sentAt;
    if (monotonic() - this.#replicatedAt <= leaseMs) return proofs;
    return proofs.map((proof) =>
      proof.accepted && !proof.isReplicated ? { accepted: false, refusal: "NOREPLICAS" } : proof,
    );
  }

  #trustSince(id: string, ping: SentPing): void {
    this.#sent.delete(id);
    if (this.#trust && this.#trust.at > ping.at) return;
    if (!this.trusted) this.#generation++;
    // Pings stayed away for a lease. On a cluster messages of that time may be lost, though no connection broke: nodes
    // forward them to each other. What was kept from before is not current because newer pings come again.
    if (this.#trust && !this.trusted) this.#listener.onGap();
    this.#provenAt = Math.max(this.#provenAt, ping.at);
    this.#trust = { at: ping.at, wall: ping.wall };
  }
}

/** A ping may be late, or lost with its connection, without the memory being thrown away. */
const PINGS_PER_LEASE = 4;
const MAX_UNANSWERED = 64;
/** How far the wall clock may go back, as time servers do it, without the trust being lost. */
const SET_BACK_MS = 1_000;
