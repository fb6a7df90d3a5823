import { EventEmitter } from "node:events";
import { gistOf, type WriteProof } from "@touchline/cache";
import { findMarket } from "@touchline/domain";
import type { FeedListener } from "../../services/api/src/changes/change-feed.ts";
import { ApiError } from "../../services/api/src/http/problems.ts";
import { Coherence } from "../../services/api/src/l1/coherence.ts";
import { L1Reader } from "../../services/api/src/l1/l1-reader.ts";
import { SnapshotCache } from "../../services/api/src/l1/snapshot-cache.ts";
import type { PredictionReader, ReadSnapshot } from "../../services/api/src/predictions/prediction-reader.ts";
import { decide, type ServingDecision } from "../../services/api/src/predictions/serving-decision.ts";
import { MARKET_IDS, type ModelEvent } from "./model-events.ts";
import type { ModelServer } from "./model-server.ts";

export const LEASE_MS = 1_000;
export const STALE_IF_ERROR_MS = 3_000;
const MEMORY_BYTES = 1_000_000;

/** What travels over the subscription: a change as it was published, with the event that it reports of, or a ping. */
export type Letter =
  | { readonly text: string; readonly event: ModelEvent | undefined; readonly epoch: string }
  | { readonly ping: string };

export interface ModelClock {
  wall: number;
  monotonic: number;
}

type HeldReply = Readonly<{ release: () => void; fail: (error: Error) => void }>;

const MARKETS = MARKET_IDS.flatMap((id) => findMarket(id) ?? []);

/**
 * The memory of one api process, as `L1` puts it together, with everything around it scripted: when messages, pings and
 * replies arrive, when connections break, and what its clocks say.
 */
export class ScriptedApi {
  readonly coherence: Coherence;
  readonly cache = new SnapshotCache(MEMORY_BYTES);
  readonly #reader: L1Reader;
  readonly #clock: ModelClock;
  readonly #connection = new EventEmitter();
  readonly #feed = { subscribed: true, listener: undefined as FeedListener | undefined };
  #held: HeldReply[] = [];
  /** What was published to this process and has not arrived. */
  inbox: Letter[] = [];
  /** Hard events that this process was informed of, with the epoch they belonged to. */
  readonly reported: { readonly event: ModelEvent; readonly epoch: string }[] = [];
  server: ModelServer;
  /** `dead`: nothing arrives any more, and the process does not know yet. */
  line: "up" | "dead" | "down" = "up";
  /** Replies of the store, and pings to it, are on their way until they are released. */
  holdsReplies = false;
  storeHangs = false;
  /** The server takes no writes any more. */
  isServerIsolated = false;
  storeReads = 0;
  readonly #decided = new WeakMap<ReadSnapshot, { readonly wall: number; readonly decisions: ServingDecision[] }>();
  readonly #degraded = new WeakMap<ReadSnapshot, ReadSnapshot>();
  #asking: Promise<unknown> = Promise.resolve();

  constructor(server: ModelServer, clock: ModelClock) {
    this.server = server;
    this.#clock = clock;
    const now = (): number => clock.wall;
    const monotonic = (): number => clock.monotonic;
    const feed = this.#feed;
    this.coherence = withoutTimers(
      () =>
        new Coherence(
          {
            feed: {
              get subscribed() {
                return feed.subscribed;
              },
              subscribePings: () => Promise.resolve(),
              listenAll: (listener) => {
                feed.listener = listener;
                return () => undefined;
              },
            },
            store: { proveWritable: ({ id }) => [this.#prove(id)] },
            redis: this.#connection,
            leaseMs: LEASE_MS,
            now,
            monotonic,
          },
          {
            onChange: ({ matchId, n, forbids, epoch }) => this.#reader.changed(matchId, n, forbids, epoch),
            onGap: () => this.cache.outdateAll(this.coherence.provenAt),
          },
        ),
    );
    const store: PredictionReader = { read: async (matchId, variant) => this.#readStore(matchId, variant) };
    this.#reader = new L1Reader({
      store,
      cache: this.cache,
      coherence: this.coherence,
      staleIfErrorMs: STALE_IF_ERROR_MS,
      onRead: () => undefined,
      now,
      monotonic,
    });
  }

  /** @throws ApiError when neither store nor memory has an answer */
  async read(matchId: string, variant: string): Promise<ReadSnapshot | undefined> {
    return this.#reader.read(matchId, variant);
  }

  /** Resolves once the store has answered what was asked last, whether or not the answer has arrived here. */
  async asked(): Promise<void> {
    await this.#asking;
  }

  /** How each market is served by this snapshot at this moment. */
  decisions(snapshot: ReadSnapshot): readonly ServingDecision[] {
    const { wall } = this.#clock;
    const known = this.#decided.get(snapshot);
    if (known?.wall === wall) return known.decisions;
    const moment = { now: wall, random: 1, xfetchBeta: 1 };
    const decisions = MARKETS.map((market) => decide(snapshot, market, moment));
    this.#decided.set(snapshot, { wall, decisions });
    return decisions;
  }

  /** What the next reader would be served from memory alone. */
  inMemory(matchId: string, variant: string): ReadSnapshot | undefined {
    return this.coherence.trusted ? this.cache.current(`${variant}/${matchId}`, this.#clock.wall) : undefined;
  }

  /** What the next reader would be served should the store not answer. */
  inAnOutage(matchId: string, variant: string): ReadSnapshot | undefined {
    const last = this.cache.last(`${variant}/${matchId}`, this.coherence.provenAt)?.snapshot;
    const degraded = last && (this.#degraded.get(last) ?? { ...last, degraded: true });
    if (degraded) this.#degraded.set(last, degraded);
    return degraded;
  }

  publish(letter: Letter): void {
    if (this.line === "up" && this.#feed.subscribed) this.inbox.push(letter);
  }

  deliver(count: number): void {
    for (const letter of this.inbox.splice(0, count)) {
      if ("ping" in letter) this.#feed.listener?.onPing(letter.ping);
      else {
        const gist = gistOf(letter.text);
        if (!gist) throw new Error(`no message: ${letter.text}`);
        if (letter.event) this.reported.push({ event: letter.event, epoch: letter.epoch });
        this.#feed.listener?.onGist(gist, letter.text);
      }
    }
  }

  async ping(): Promise<void> {
    // What the timer does; the class keeps it to itself.
    this.#connection.emit("ready");
    await settled();
  }

  cutLine(): void {
    this.inbox = [];
    if (this.line === "up") this.line = "dead";
  }

  /** The subscription's connection closes, as the process sees it. */
  closeLine(): void {
    this.inbox = [];
    this.line = "down";
    if (!this.#feed.subscribed) return;
    this.#feed.subscribed = false;
    this.#feed.listener?.onGap();
  }

  /**
   * Messages arrive again on a line that was dead, as where the bus of a cluster was broken: nobody has noticed, but
   * that the pings of a whole lease stayed away.
   */
  mendLine(): void {
    if (this.line === "dead" && !this.coherence.trusted) this.line = "up";
  }

  openLine(): void {
    if (this.line === "up") return;
    this.closeLine();
    this.line = "up";
    this.#feed.subscribed = true;
    this.#feed.listener?.onGap();
  }

  /** The connection to the store closes: replies under way are lost. The next one may lead to another server. */
  async reconnectStore(server: ModelServer): Promise<void> {
    const held = this.#held.splice(0);
    for (const { fail } of held) fail(unavailable());
    this.#connection.emit("close");
    if (server !== this.server) this.isServerIsolated = false;
    this.server = server;
    this.#connection.emit("ready");
    await settled();
  }

  releaseReplies(): void {
    this.holdsReplies = false;
    for (const { release } of this.#held.splice(0)) release();
  }

  async #readStore(matchId: string, variant: string): Promise<ReadSnapshot | undefined> {
    this.storeReads++;
    if (this.storeHangs) throw unavailable();
    const asking = this.server.store.predictions(matchId, variant);
    this.#asking = asking;
    const snapshot = await asking;
    await this.#onItsWay();
    return snapshot && { ...snapshot, matchId };
  }

  async #onItsWay(): Promise<void> {
    if (!this.holdsReplies) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#held.push({ release: resolve, fail: reject });
    await promise;
  }

  async #prove(id: string): Promise<WriteProof> {
    if (this.storeHangs) throw unavailable();
    const proof: WriteProof = this.isServerIsolated
      ? { accepted: false, refusal: "NOREPLICAS" }
      : { accepted: true, history: this.server.history, now: this.#clock.wall, isReplicated: true };
    // Its echo comes over another connection, and may be there before the reply.
    if (proof.accepted) this.publish({ ping: id });
    await this.#onItsWay();
    return proof;
  }
}

function unavailable(): ApiError {
  return new ApiError("store_unavailable", { retryAfterSeconds: 1 });
}

/** Lets everything run that waits for nothing outside this process. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}

/** The schedule says when a ping goes, not the machine's time. */
function withoutTimers<T>(make: () => T): T {
  const { setInterval } = globalThis;
  const none = setTimeout(() => undefined, 0);
  clearTimeout(none);
  globalThis.setInterval = () => none;
  try {
    return make();
  } finally {
    globalThis.setInterval = setInterval;
  }
}
