import { deepStrictEqual, ok } from "node:assert/strict";
import type { BegunRefresh, MatchTruth } from "@touchline/cache";
import { MODEL_VARIANTS, type ModelEvent } from "./model-events.ts";
import type { ModelRedis } from "./model-connection.ts";
import { ModelServer } from "./model-server.ts";
import type { ModelRefresh } from "./model-refresh.ts";
import { ReferenceMatch, TRUTH_KEYS, type TruthKey } from "./reference-match.ts";
import { LEASE_MS, type ModelClock, ScriptedApi } from "./scripted-api.ts";
import type { Telling } from "./random-schedule.ts";

/** In the first half of the match, far from any moment at which time alone would change a label. */
export const NOW = Date.parse("2026-08-15T14:20:00.000Z");
const SET_BACK_MS = 60_000;

interface RunningRefresh {
  readonly real: BegunRefresh;
  readonly expected: ModelRefresh;
}

/** Everything that one schedule acts on: the servers and what each must hold, the processes, and what time it is. */
export class ModelWorld {
  readonly matchId: string;
  /** The master that takes writes. */
  readonly server: ModelServer;
  /** What it must hold. */
  match = new ReferenceMatch();
  readonly api: ScriptedApi;
  readonly clock: ModelClock = { wall: NOW, monotonic: 0 };
  /** True time, milliseconds: no process reads it. */
  now = 0;
  /** The replication id that the writers believe in. */
  believedHistory: string;
  readonly events: ModelEvent[] = [];
  /** What each tag-manager remembers of the match. */
  readonly memories = new Map<number, MatchTruth>();
  readonly workers = new Map<number, RunningRefresh>();
  readonly claims = new Map<number, string>();
  readonly epochs = new Set<string>();
  /** Reads whose reply is on its way. */
  readonly reads = new Set<Promise<void>>();
  /** The first thing that went wrong in one of those. */
  failure: Error | undefined;
  #histories = 0;
  #replica = this.match.clone();
  #snapshot = this.match.clone();
  /** At first there is nothing to make the snapshot from. */
  #hasReplica = false;
  /** The master that was cut off, as long as the api is on its side. */
  #isolated: ModelServer | undefined;
  readonly #redis: ModelRedis;

  constructor(redis: ModelRedis, prefix: string, matchId: string) {
    this.#redis = redis;
    this.matchId = matchId;
    this.server = new ModelServer(redis, prefix);
    this.believedHistory = this.server.history;
    this.api = new ScriptedApi(this.server, this.clock);
  }

  get #prefixes(): { readonly replica: string; readonly snapshot: string; readonly isolated: string } {
    const { prefix } = this.server;
    return { replica: `${prefix}c`, snapshot: `${prefix}d`, isolated: `${prefix}o` };
  }

  newEvent(telling: Telling): ModelEvent {
    const event = { ...telling, id: this.events.length + 1 };
    this.events.push(event);
    return event;
  }

  /** Hands what was just published to the api, and checks its number and epoch. */
  async publish(event?: ModelEvent): Promise<void> {
    if (this.match.version === 0 || this.match.lost.has("feed")) return;
    for (const { n, text } of await this.server.store.feed(this.matchId, this.match.n, 20)) {
      deepStrictEqual(n, this.match.n + 1);
      ok(text.includes(`"epoch":"${this.match.epoch}"`), `message of another epoch: ${text.slice(0, 100)}`);
      this.match.n = n;
      if (this.api.server === this.server) this.api.publish({ text, event, epoch: this.match.epoch });
    }
  }

  /** Takes the epoch of a match that began or was renewed. */
  newEpoch(epoch: string): void {
    ok(!this.epochs.has(epoch), `epoch ${epoch} was used before`);
    this.epochs.add(epoch);
    this.match.epoch = epoch;
  }

  pass(ms: number): void {
    this.now += ms;
    this.clock.wall += ms;
    this.clock.monotonic += ms;
  }

  suspendProcess(): void {
    this.now += 1.5 * LEASE_MS;
    this.clock.wall += 1.5 * LEASE_MS;
  }

  setWallBack(): void {
    this.clock.wall -= SET_BACK_MS;
  }

  async checkpoint(): Promise<void> {
    const { replica, snapshot } = this.#prefixes;
    if (this.#hasReplica) await this.server.copy(this.matchId, replica, snapshot);
    this.#hasReplica = true;
    await this.server.copy(this.matchId, this.server.prefix, replica);
    this.#snapshot = this.#replica;
    this.#replica = this.match.clone();
  }

  async #goBack(to: "replica" | "snapshot"): Promise<void> {
    await this.server.copy(this.matchId, this.#prefixes[to], this.server.prefix);
    this.match = (to === "replica" ? this.#replica : this.#snapshot).clone();
  }

  async #beginHistory(isNoticed: boolean): Promise<void> {
    this.server.history = String(++this.#histories).padStart(40, "0");
    if (!isNoticed) return;
    this.server.closeConnections();
    await this.server.store.history();
    this.believedHistory = this.server.history;
  }

  /** A promotion, or a restart from a snapshot. @param isQuiet the writers keep their connections and do not notice */
  async failOver(to: "replica" | "snapshot", isQuiet: boolean): Promise<void> {
    await this.#goBack(to);
    await this.#beginHistory(!isQuiet);
    if (this.#isolated) return;
    this.api.closeLine();
    await this.api.reconnectStore(this.server);
  }

  /**
   * The api is left with a master that soon takes no writes; then another one is promoted. The time between is what
   * `min-replicas-max-lag` and the time to a promotion leave.
   */
  async partition({ isBehind, isAsked }: { readonly isBehind: boolean; readonly isAsked: boolean }): Promise<void> {
    if (this.#isolated) return;
    const isolated = new ModelServer(this.#redis, this.#prefixes.isolated);
    await this.server.copy(this.matchId, this.server.prefix, isolated.prefix);
    isolated.history = this.server.history;
    this.#isolated = isolated;
    this.api.server = isolated;
    this.api.isServerIsolated = true;
    if (isBehind) await this.#goBack("replica");
    await this.#beginHistory(true);
    this.pass(1.3 * LEASE_MS);
    if (isAsked) await this.api.ping();
  }

  async heal(): Promise<void> {
    if (!this.#isolated) return;
    await this.#isolated.delete(this.matchId, this.#isolated.prefix);
    this.#isolated = undefined;
    this.api.closeLine();
    await this.api.reconnectStore(this.server);
  }

  /** @param which from 0 to 1: any single key of the match */
  async evict(which: number): Promise<void> {
    const keys = this.server.keys(this.matchId);
    const index = Math.floor(which * keys.length);
    await this.#redis.unlink(keys[index] ?? "");
    const variants = MODEL_VARIANTS.length;
    if (index === 0) this.match = new ReferenceMatch();
    else if (index < keys.length - variants) this.match.lost.add(TRUTH_KEYS[index - 1] as TruthKey);
    else this.match.entries[MODEL_VARIANTS[index - keys.length + variants] ?? "default"].clear();
    if (this.match.version === 0) this.match = new ReferenceMatch();
  }

  async flush(): Promise<void> {
    await this.server.delete(this.matchId, this.server.prefix);
    this.match = new ReferenceMatch();
  }

  async delete(): Promise<void> {
    await this.server.forget(this.matchId);
    this.match = new ReferenceMatch();
  }

  /** The store's clock jumps: to a script it looks as if everything noted had happened at another time. */
  async shiftStoreClock(byMs: number): Promise<void> {
    await this.server.shiftClock(this.matchId, byMs);
    this.match.claimShiftMs += byMs;
  }

  async close(): Promise<void> {
    const { replica, snapshot } = this.#prefixes;
    await this.#isolated?.delete(this.matchId, this.#isolated.prefix);
    await this.server.delete(this.matchId, this.server.prefix, ...(this.#hasReplica ? [replica, snapshot] : []));
    this.api.coherence.close();
  }

  /** Events that a reader who trusts its memory may not have missed: older than the lease, or sent to it. */
  get knownByLease(): ModelEvent[] {
    const { log, appliedAt } = this.match;
    const due = log.filter(({ id }) => (appliedAt.get(id) ?? 0) <= this.now - LEASE_MS);
    return [...due, ...this.reportedEvents];
  }

  /** What this reader was informed of, as long as the match is the one it was informed of. */
  get reportedEvents(): ModelEvent[] {
    return this.api.reported.flatMap(({ event, epoch }) => (epoch === this.match.epoch ? [event] : []));
  }
}
