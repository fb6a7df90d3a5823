import { createClient } from "@touchline/client";
import type { MatchEventInput } from "@touchline/domain";
import { Redis } from "ioredis";
import { randomFrom } from "../../packages/domain/src/testing/random-source.ts";
import { type WatchedRedis, startWatchedRedis } from "../cluster/redis-sentinel.ts";
import { ChangeLog } from "../faults/support/change-log.ts";
import { untilSo } from "../faults/support/counters.ts";
import { LabelObserver, type WrongLabel, wrongLabels } from "../faults/support/label-observer.ts";
import { LiveMatch } from "../faults/support/live-match.ts";
import { testPrefix } from "../setup/redis.ts";
import { type Installation, startInstallation } from "../setup/services.ts";
import { disagreement, freshFrom, MARKETS, publishThrough } from "./clients.ts";
import { RandomEvents } from "./random-events.ts";

interface SentinelRound {
  /** Decides which events are played before, during and after the failover. */
  readonly seed: number;
}

/** What one failover with lost writes has shown. Durations are milliseconds. */
export interface RoundReport {
  readonly seed: number;
  readonly reads: number;
  /** Labels that an applied event forbids, beyond the lease of the memory. */
  readonly wrong: readonly WrongLabel[];
  /** The same within the lease, which memory may lag by. */
  readonly withinLease: number;
  /** Events that the old master had applied and the new one never got. */
  readonly lostEvents: number;
  readonly promotedAfterMs: number;
  /** From the promotion to the first fresh answer of every api that has seen the event after it. */
  readonly freshAfterMs: number;
  /** Refreshes that had begun on the old master and were refused by the new one. */
  readonly foreign: number;
  /** What does not hold at the end: prices or scores that differ between the apis. */
  readonly faults: readonly string[];
}

const LEASE_MS = 1_000;
/** Long enough for a refresh to be under way when the master dies. */
const COMPUTE_MS = 150;

/**
 * Two installations' worth of processes follow one match while the master of their store dies. Before it does, it loses
 * its replica and applies events, prices them and begins refreshes that nobody else will ever know of. The queue lives
 * on, as on a server of its own.
 */
export async function playSentinelRound({ seed }: SentinelRound): Promise<RoundReport> {
  const prefix = testPrefix();
  const [store, queue] = await Promise.all([startWatchedRedis(), startWatchedRedis()]);
  const ended: (() => unknown)[] = [() => store.stop(), () => queue.stop()];
  try {
    const [onMaster, onReplica] = await Promise.all([
      ChangeLog.open(store.master, prefix),
      ChangeLog.open(store.replica, prefix),
    ]);
    ended.push(
      () => onMaster.close(),
      () => onReplica.close(),
    );
    const installation = await startInstallation({
      redisUrl: store.url,
      prefix,
      apis: 2,
      tagManagers: 2,
      workers: 2,
      echoErrors: false,
      env: {
        REDIS_MODE: "sentinel",
        QUEUE_REDIS_URL: queue.url,
        L1_LEASE_MS: String(LEASE_MS),
        SIMULATE_LATENCY_MS: String(COMPUTE_MS),
        REDIS_TIMEOUT_MS: "1000",
        MISS_WAIT_MS: "500",
        FALLBACK_CONCURRENCY: "0",
      },
    });
    ended.push(() => installation.stop());
    return await play({ seed, store, onMaster, onReplica, installation });
  } finally {
    await Promise.all(ended.toReversed().map(async (end) => end()));
  }
}

interface Stage extends SentinelRound {
  readonly store: WatchedRedis;
  readonly onMaster: ChangeLog;
  readonly onReplica: ChangeLog;
  readonly installation: Installation;
}

async function play({ seed, store, onMaster, onReplica, installation }: Stage): Promise<RoundReport> {
  const random = randomFrom(seed);
  const match = new LiveMatch("chaos");
  const { matchId } = match;
  const clients = installation.apis.map(({ url }) => createClient({ url }));
  const publish = async (event: MatchEventInput): Promise<MatchEventInput> => publishThrough(clients, event);
  const events = new RandomEvents(match, random);

  for (const event of match.opening()) await publish(event);
  await onMaster.refreshedSince(matchId, 2, MARKETS[0] ?? "");
  const observer = new LabelObserver({ urls: installation.apis.map(({ url }) => url), matchId, markets: MARKETS });
  await onReplica.touchedBy(await publish(match.goal("home")));
  for (let count = Math.floor(random() * 4); count > 0; count--)
    await onReplica.touchedBy(await publish(events.next()));

  await cutReplication(store);
  const lost: MatchEventInput[] = [];
  for (let count = 1 + Math.floor(random() * 3); count > 0; count--) lost.push(await publish(match.goal("away")));
  const applied = [];
  for (const event of lost) applied.push(await onMaster.touchedBy({ ...event, id: event.id ?? "" }));
  const { version } = applied.at(-1) ?? { version: 0 };
  if (random() < 0.5) await onMaster.refreshedSince(matchId, version, MARKETS[0] ?? "");
  await observer.reads(20);
  const killedAt = Date.now();
  await store.killMaster();
  for (let count = Math.floor(random() * 3); count > 0; count--) await publish(events.next());
  await store.failedOver;
  const promotedAt = Date.now();

  const after = await publish(match.goal("home"));
  const touch = await onReplica.touchedBy({ ...after, id: after.id ?? "" });
  await Promise.all(clients.map(async (client) => freshFrom(client, matchId, touch.version)));
  const freshAt = Date.now();
  const faults = await disagreement(clients, matchId, touch.version);
  await observer.reads(40);
  const observations = await observer.stop();

  // Until then an api may know what only the old master has said: the memory of it is trusted for a lease.
  const forgottenAt = killedAt + LEASE_MS;
  const wrong = [
    ...wrongLabels(
      observations.filter(({ endedAt }) => endedAt < forgottenAt),
      onMaster.received,
    ),
    ...wrongLabels(
      observations.filter(({ endedAt, tookMs }) => endedAt - tookMs >= forgottenAt),
      onReplica.received,
    ),
  ];
  const isApplied = ({ id }: MatchEventInput): boolean =>
    onReplica.received.some(({ change }) => change.kind === "touched" && change.event.id === id);
  const lostEvents = lost.filter((event) => !isApplied(event)).length;
  const workers = await Promise.all(
    installation.workers.map(async (worker) =>
      worker.metric('touchline_predictions_committed_total{result="foreign"}'),
    ),
  );
  return {
    seed,
    reads: observations.length,
    wrong: wrong.filter(({ knownForMs }) => knownForMs > LEASE_MS),
    withinLease: wrong.filter(({ knownForMs }) => knownForMs <= LEASE_MS).length,
    lostEvents,
    promotedAfterMs: promotedAt - killedAt,
    freshAfterMs: freshAt - promotedAt,
    foreign: workers.reduce((sum, count) => sum + count, 0),
    faults,
  };
}

/** From here on the master has no replica: the present one is shut out, and no other may connect. */
async function cutReplication({ master, replica }: WatchedRedis): Promise<void> {
  const [onMaster, onReplica] = [new Redis(master.url), new Redis(replica.url)];
  await onMaster.config("SET", "requirepass", "shut-out");
  await onMaster.call("CLIENT", "KILL", "TYPE", "replica");
  await untilSo(
    "the replica losing its master",
    async () => onReplica.info("replication"),
    (info) => info.includes("master_link_status:down"),
  );
  onMaster.disconnect();
  onReplica.disconnect();
}
