import { type Client, createClient } from "@touchline/client";
import type { Redis } from "ioredis";
import { randomFrom } from "../../packages/domain/src/testing/random-source.ts";
import { startCluster, type TestCluster } from "../cluster/redis-cluster.ts";
import { ChangeLog } from "../faults/support/change-log.ts";
import { untilSo } from "../faults/support/counters.ts";
import { LabelObserver, type WrongLabel } from "../faults/support/label-observer.ts";
import { LiveMatch } from "../faults/support/live-match.ts";
import { testPrefix } from "../setup/redis.ts";
import { type Installation, startInstallation } from "../setup/services.ts";
import { disagreement, freshFrom, MARKETS, publishThrough } from "./clients.ts";
import { judgeAcrossEpochs } from "./judge-across-epochs.ts";
import { RandomEvents } from "./random-events.ts";
import { replaceMaster, type Replacement, SHARDS, shardOf } from "./replace-master.ts";

interface ClusterRun {
  readonly seed: number;
  /** How long masters are replaced. The last round may take longer. */
  readonly minutes: number;
}

/** What a cluster with dying masters has shown. Durations are milliseconds. */
export interface ClusterReport {
  readonly seed: number;
  readonly seconds: number;
  /** Masters that were replaced, by how. */
  readonly replaced: Readonly<Record<Replacement, number>>;
  readonly events: number;
  readonly reads: number;
  /** Answers that were held against the events, for the others a change of epoch came in between. */
  readonly judged: number;
  readonly wrong: readonly WrongLabel[];
  readonly withinLease: number;
  /** Epochs that matches have had beyond their first. */
  readonly renewals: number;
  /** From the replacement to fresh answers of every api for every match: the longest, and the one in the middle. */
  readonly freshAfterMs: { readonly longest: number; readonly median: number };
  readonly faults: readonly string[];
}

const LEASE_MS = 1_000;
/** How long a silent node counts as there. */
const NODE_TIMEOUT_MS = 2_000;

/**
 * A cluster of three masters with a replica each, under a whole installation. Masters are killed, or replaced by their
 * replicas on demand, one after the other; a killed one comes back as a replica. In each round one match on each shard
 * is played and read all the time.
 */
export async function playCluster({ seed, minutes }: ClusterRun): Promise<ClusterReport> {
  const prefix = testPrefix();
  const ended: (() => unknown)[] = [];
  try {
    const [cluster, queue] = await Promise.all([
      startCluster({ masters: SHARDS, replicated: true, nodeTimeoutMs: NODE_TIMEOUT_MS }),
      startCluster({ masters: 1 }),
    ]);
    ended.push(
      () => cluster.stop(),
      () => queue.stop(),
    );
    const logs = await Promise.all(cluster.nodes.map(async (node) => ChangeLog.open(node, prefix)));
    ended.push(() => logs.map((log) => log.close()));
    const installation = await startInstallation({
      redisUrl: cluster.url,
      prefix,
      apis: 2,
      tagManagers: 2,
      workers: 2,
      echoErrors: false,
      env: {
        REDIS_MODE: "cluster",
        STORE_REDIS_URL: cluster.url,
        QUEUE_REDIS_URL: queue.url,
        L1_LEASE_MS: String(LEASE_MS),
        REDIS_TIMEOUT_MS: "1000",
        MISS_WAIT_MS: "500",
        FALLBACK_CONCURRENCY: "0",
      },
    });
    ended.push(() => installation.stop());
    return await play({ seed, minutes }, cluster, logs, installation);
  } finally {
    await Promise.all(ended.toReversed().map(async (end) => end()));
  }
}

async function play(
  { seed, minutes }: ClusterRun,
  cluster: TestCluster,
  logs: readonly ChangeLog[],
  { apis }: Installation,
): Promise<ClusterReport> {
  const random = randomFrom(seed);
  const began = Date.now();
  const clients = apis.map(({ url }) => createClient({ url }));
  const replaced = { killed: 0, failover: 0, takeover: 0 };
  const sums = { events: 0, reads: 0, judged: 0, renewals: 0 };
  const wrong: WrongLabel[] = [];
  const faults: string[] = [];
  const durations: number[] = [];
  for (let round = 1; Date.now() < began + minutes * 60_000; round++) {
    const matches = await openMatches(clients, cluster.admins, `round-${round}`);
    const observers = matches.map(
      ({ matchId }) => new LabelObserver({ urls: apis.map(({ url }) => url), matchId, markets: MARKETS }),
    );
    const playing = keepPlaying(clients, matches, random);
    await Promise.all(observers.map(async (observer) => observer.reads(20)));
    const { how, at, backInPlace } = await replaceMaster(cluster, random);
    replaced[how]++;
    await backInPlace;
    sums.events += await playing.stop();
    for (const { matchId } of matches) await Promise.all(clients.map(async (client) => freshFrom(client, matchId)));
    durations.push(Date.now() - at);
    for (const { matchId } of matches) faults.push(...(await disagreement(clients, matchId)));
    for (const observer of observers) {
      await observer.reads(20);
      const judgement = judgeAcrossEpochs(await observer.stop(), logs);
      sums.reads += observer.observations.length;
      sums.judged += judgement.judged;
      sums.renewals += judgement.epochs - 1;
      wrong.push(...judgement.wrong);
    }
  }
  const ordered = durations.toSorted((a, b) => a - b);
  return {
    seed,
    seconds: Math.round((Date.now() - began) / 1_000),
    replaced,
    ...sums,
    wrong: wrong.filter(({ knownForMs }) => knownForMs > LEASE_MS),
    withinLease: wrong.filter(({ knownForMs }) => knownForMs <= LEASE_MS).length,
    freshAfterMs: { longest: ordered.at(-1) ?? 0, median: ordered[ordered.length >> 1] ?? 0 },
    faults,
  };
}

/** Kicks off one match on each shard and waits until all are priced. */
async function openMatches(clients: readonly Client[], admins: readonly Redis[], name: string): Promise<LiveMatch[]> {
  const ids = new Map<number, string>();
  for (let number = 1; ids.size < SHARDS; number++) {
    const matchId = `${name}-${number}`;
    const shard = await shardOf(admins, matchId);
    if (!ids.has(shard)) ids.set(shard, matchId);
  }
  const matches = [...ids.values()].map((matchId) => new LiveMatch(matchId));
  for (const match of matches) {
    for (const event of match.opening()) await publishThrough(clients, event);
    for (const client of clients) await freshFrom(client, match.matchId, 2);
  }
  return matches;
}

interface Playing {
  /** Lets the last event be taken. @returns how many there were */
  stop(): Promise<number>;
}

/** One event after the other, each in any of the matches, as fast as they are accepted. */
function keepPlaying(clients: readonly Client[], matches: readonly LiveMatch[], random: () => number): Playing {
  const events = matches.map((match) => new RandomEvents(match, random));
  let isOver = false;
  const publishAll = async (): Promise<number> => {
    let count = 0;
    for (; !isOver; count++) {
      const next = events[Math.floor(random() * events.length)]?.next();
      if (next) await publishThrough(clients, next);
      await untilSo(
        "the next event",
        async () => random(),
        (draw) => isOver || draw < EVENT_CHANCE,
      );
    }
    return count;
  };
  const playing = publishAll();
  return {
    stop: async () => {
      isOver = true;
      return playing;
    },
  };
}

/** Looks come every 20 ms: about two events a second. */
const EVENT_CHANCE = 0.04;
