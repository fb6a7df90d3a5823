import { type Client, createClient } from "@touchline/client";
import { randomFrom } from "../../packages/domain/src/testing/random-source.ts";
import { ChangeLog } from "../faults/support/change-log.ts";
import { untilSo } from "../faults/support/counters.ts";
import { LabelObserver, type WrongLabel, wrongLabels } from "../faults/support/label-observer.ts";
import { LiveMatch } from "../faults/support/live-match.ts";
import { type Line, lineToPort } from "../setup/line.ts";
import { startRedis, testPrefix } from "../setup/redis.ts";
import { type ReplicatedRedis, startReplicatedRedis } from "../setup/replicated-redis.ts";
import { type Installation, startInstallation } from "../setup/services.ts";
import { disagreement, freshFrom, MARKETS, publishThrough } from "./clients.ts";
import { RandomEvents } from "./random-events.ts";

/** What one partition with two masters has shown. Durations are milliseconds. */
export interface PartitionReport {
  readonly seed: number;
  readonly reads: number;
  /** Answers of the side that was left with the old master, while the new one took events. */
  readonly readsOfOldSide: number;
  /** Labels that an applied event forbids, beyond the lease of the memory. */
  readonly wrong: readonly WrongLabel[];
  /** The same within the lease, which memory may lag by. */
  readonly withinLease: number;
  /** Events that the old master had applied and the new one never got. */
  readonly lostEvents: number;
  /** From the loss of its replica until the old master refused writes. */
  readonly refusedAfterMs: number;
  /** From the end of the partition to the first fresh answer of the old side that has seen the last event. */
  readonly freshAfterMs: number;
  readonly faults: readonly string[];
}

const LEASE_MS = 1_000;
/** How long the old master is given to take an event that will be lost. */
const LOSS_MS = 2_000;
/** As shipped, but for the lag: a round need not take long. */
const DEMANDING = ["--min-replicas-to-write", "1", "--min-replicas-max-lag", "2", "--repl-ping-replica-period", "1"];

/** Everything on one side of the partition: its processes, and the ways to the servers, which can be cut. */
interface Side {
  readonly store: Line;
  readonly queue: Line;
  readonly installation: Installation;
  readonly client: Client;
}

/**
 * Two halves of an installation follow one match. Then the old side keeps the old master, which has lost its replica,
 * and the new side gets the replica as its master, with the queue: there goals are scored that the old side cannot
 * hear of. The old master takes no writes by then, as `min-replicas-*` makes it.
 */
export async function playPartitionRound(seed: number): Promise<PartitionReport> {
  const prefix = testPrefix();
  const ended: (() => unknown)[] = [];
  try {
    const [store, queue] = await Promise.all([startReplicatedRedis(DEMANDING), startRedis()]);
    ended.push(
      () => store.stop(),
      () => queue.stop(),
    );
    await untilSo(
      "the master accepting writes",
      async () => store.onMaster.set("probe", "1").catch(String),
      (answer) => answer === "OK",
    );
    const [onMaster, onReplica] = await Promise.all([
      ChangeLog.open(store.master, prefix),
      ChangeLog.open(store.replica, prefix),
    ]);
    ended.push(
      () => onMaster.close(),
      () => onReplica.close(),
    );
    const startSide = async (): Promise<Side> => {
      const [toStore, toQueue] = [await lineToPort(store.master.port), await lineToPort(queue.port)];
      ended.push(
        async () => toStore.close(),
        async () => toQueue.close(),
      );
      const installation = await startInstallation({
        redisUrl: toStore.url,
        prefix,
        echoErrors: false,
        env: {
          STORE_REDIS_URL: toStore.url,
          QUEUE_REDIS_URL: toQueue.url,
          L1_LEASE_MS: String(LEASE_MS),
          REDIS_TIMEOUT_MS: "1000",
          MISS_WAIT_MS: "500",
          FALLBACK_CONCURRENCY: "0",
        },
      });
      ended.push(() => installation.stop());
      return { store: toStore, queue: toQueue, installation, client: createClient({ url: urlOf(installation) }) };
    };
    const [oldSide, newSide] = await Promise.all([startSide(), startSide()]);
    return await play({ seed, store, queuePort: queue.port, onMaster, onReplica, oldSide, newSide });
  } finally {
    await Promise.all(ended.toReversed().map(async (end) => end()));
  }
}

const urlOf = ({ apis }: Installation): string => apis[0]?.url ?? "";

interface Stage {
  readonly seed: number;
  readonly store: ReplicatedRedis;
  readonly queuePort: number;
  readonly onMaster: ChangeLog;
  readonly onReplica: ChangeLog;
  readonly oldSide: Side;
  readonly newSide: Side;
}

async function play({
  seed,
  store,
  queuePort,
  onMaster,
  onReplica,
  oldSide,
  newSide,
}: Stage): Promise<PartitionReport> {
  const random = randomFrom(seed);
  const match = new LiveMatch("parted");
  const { matchId } = match;
  const events = new RandomEvents(match, random);
  for (const event of match.opening()) await publishThrough([newSide.client], event);
  await onMaster.refreshedSince(matchId, 2, MARKETS[0] ?? "");
  const [oldUrl, newUrl] = [urlOf(oldSide.installation), urlOf(newSide.installation)];
  const observer = new LabelObserver({ urls: [oldUrl, newUrl], matchId, markets: MARKETS });
  for (let count = 1 + Math.floor(random() * 3); count > 0; count--)
    await onReplica.touchedBy(await publishThrough([oldSide.client, newSide.client], events.next()));

  store.cutReplication();
  const cutAt = Date.now();
  const doomed = [];
  for (let count = Math.floor(random() * 3); count > 0; count--) {
    const goal = await publishThrough([oldSide.client, newSide.client], match.goal("away"));
    // Where the old master has begun to refuse, the new one gets it later.
    await onMaster.touchedBy(goal, LOSS_MS).catch(() => undefined);
    doomed.push(goal);
  }
  await observer.reads(10);
  newSide.store.cut();
  oldSide.queue.cut();
  await untilSo(
    "the old master refusing writes",
    async () => store.onMaster.set("probe", "2").catch(String),
    (answer) => answer.includes("NOREPLICAS"),
  );
  const refusedAt = Date.now();
  // The inequality of docs/operations.md: a promotion comes after the refusal and a lease.
  await observed(observer, LEASE_MS);
  const promotedAt = Date.now();
  await store.promote();
  newSide.store.leadTo(store.replica.port);
  for (let count = 1 + Math.floor(random() * 3); count > 0; count--) {
    const goal = await publishThrough([newSide.client], match.goal(random() < 0.5 ? "home" : "away"));
    await onReplica.touchedBy(goal);
    if (random() < 0.5) await onReplica.touchedBy(await publishThrough([newSide.client], events.next()));
  }
  await freshFrom(newSide.client, matchId);
  const readsBefore = observer.observations.length;
  await observed(observer, 2 * LEASE_MS);
  await observer.reads(40);
  const partEnd = observer.observations.length;

  const healedAt = Date.now();
  oldSide.store.leadTo(store.replica.port);
  oldSide.queue.leadTo(queuePort);
  const last = await publishThrough([newSide.client, oldSide.client], match.goal("home"));
  const { version } = await onReplica.touchedBy(last);
  await freshFrom(oldSide.client, matchId, version);
  const freshAt = Date.now();
  const faults = await disagreement([oldSide.client, newSide.client], matchId, version);
  await observer.reads(40);
  const observations = await observer.stop();

  const wrong = [
    ...wrongLabels(
      observations.filter(({ endedAt }) => endedAt < promotedAt),
      onMaster.received,
    ),
    ...wrongLabels(
      observations.filter(({ endedAt, tookMs }) => endedAt - tookMs >= promotedAt),
      onReplica.received,
    ),
  ];
  const isApplied = (id: string): boolean =>
    onReplica.received.some(({ change }) => change.kind === "touched" && change.event.id === id);
  return {
    seed,
    reads: observations.length,
    readsOfOldSide: observations.slice(readsBefore, partEnd).filter(({ url }) => url === oldUrl).length,
    wrong: wrong.filter(({ knownForMs }) => knownForMs > LEASE_MS),
    withinLease: wrong.filter(({ knownForMs }) => knownForMs <= LEASE_MS).length,
    lostEvents: doomed.filter(({ id }) => !isApplied(id)).length,
    refusedAfterMs: refusedAt - cutAt,
    freshAfterMs: freshAt - healedAt,
    faults,
  };
}

/** Goes on reading for so long. */
async function observed(observer: LabelObserver, ms: number): Promise<void> {
  const until = Date.now() + ms;
  while (Date.now() < until) await observer.reads(1);
}
