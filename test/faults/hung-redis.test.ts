import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readsCountedBy, untilSo } from "./support/counters.ts";
import { LabelObserver, type Observation, wrongLabels } from "./support/label-observer.ts";
import { LiveMatch } from "./support/live-match.ts";
import { watchMachineDelay } from "../setup/machine-delay.ts";
import { pidsOf, play, publishAndApply, setStage, type Stage } from "./support/stage.ts";

const REDIS_TIMEOUT_MS = 500;
const MISS_WAIT_MS = 500;
const L1_LEASE_MS = 500;

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({
    apis: 2,
    workers: 2,
    env: {
      REDIS_TIMEOUT_MS: String(REDIS_TIMEOUT_MS),
      MISS_WAIT_MS: String(MISS_WAIT_MS),
      L1_LEASE_MS: String(L1_LEASE_MS),
    },
  });
});
afterAll(async () => stage.stop());

const MARKETS = ["match_result", "corners_over_under_9_5"];
const HANG_MS = 3_000;
/** What a busy machine may add to a deadline. */
const MACHINE_MS = 1_000;

const urls = (): string[] => stage.installation.apis.map(({ url }) => url);

function observe(matchId: string): LabelObserver {
  return new LabelObserver({ urls: urls(), matchId, markets: MARKETS });
}

/** The different ways in which reads were answered. */
const answers = (seen: readonly Observation[]): Set<string> =>
  new Set(
    seen.flatMap(({ httpStatus, labels }) =>
      httpStatus === 200 ? MARKETS.map((market) => labels[market] ?? "unlabelled") : [String(httpStatus)],
    ),
  );

describe("a Redis that hangs for three seconds under readers", () => {
  it("hangs no request: each is answered within its deadline, labelled; then all goes on", async () => {
    const { store, changes, client, installation } = stage;
    const [known, unread] = [new LiveMatch("known"), new LiveMatch("unread")];
    await play(stage, known);
    await play(stage, unread);
    const readsBefore = await readsCountedBy(installation.apis);
    const ofKnown = observe(known.matchId);
    await ofKnown.reads(40);

    const delayMs = watchMachineDelay(...pidsOf(stage));
    store.pause();
    const hungAt = performance.now();
    const others = [observe(unread.matchId), observe("nobody-knows")];
    const writes = [client.publish(known.corner()), client.match("nobody-knows")].map(async (asking) => {
      const beganAt = performance.now();
      await asking.catch(() => undefined);
      return performance.now() - beganAt;
    });
    await delay(HANG_MS);
    const resumedAt = performance.now();
    store.resume();

    const goal = known.goal();
    const version = await publishAndApply(stage, [goal]);
    await changes.refreshedSince(known.matchId, version, "match_result");
    const labelsNow = (): unknown[] =>
      urls().map((url) => ofKnown.observations.findLast((read) => read.url === url)?.labels["match_result"]);
    await untilSo(
      "both processes serving it fresh",
      async () => Promise.resolve(labelsNow()),
      (labels) => labels.every((label) => label === "fresh"),
    );
    const seen = await Promise.all([ofKnown, ...others].map(async (observer) => observer.stop()));

    const machineMs = MACHINE_MS + delayMs();
    const all = seen.flat();
    const slowestMs = Math.max(...all.map(({ tookMs }) => tookMs));
    expect(slowestMs).toBeLessThan(REDIS_TIMEOUT_MS + MISS_WAIT_MS + machineMs);
    // A read that began shortly before the end may have been answered by the store after it.
    const meanwhile = seen.map((list) =>
      list.filter(({ beganAt, tookMs }) => beganAt > hungAt && beganAt + tookMs < resumedAt),
    );
    const [readBefore = [], neverRead = [], neverKnown = []] = meanwhile;
    expect(answers(readBefore)).toEqual(new Set(["fresh", "stale"]));
    const lastFresh = readBefore.findLast(({ labels }) => labels["match_result"] === "fresh");
    expect((lastFresh?.beganAt ?? 0) - hungAt).toBeLessThan(L1_LEASE_MS + machineMs);
    expect(answers(neverRead)).toEqual(new Set(["503"]));
    expect(answers(neverKnown)).toEqual(new Set(["503"]));
    expect(wrongLabels(all, changes.received)).toEqual([]);
    expect((await readsCountedBy(installation.apis)) - readsBefore).toBe(all.length);
    for (const tookMs of await Promise.all(writes)) expect(tookMs).toBeLessThan(10_000 + machineMs);

    process.stdout.write(`slowest of ${all.length} reads around a hang of ${HANG_MS} ms: ${slowestMs.toFixed(0)} ms\n`);
  });
});

describe("all workers stopped", () => {
  it("changes nothing for readers but the labels", async () => {
    const { changes, installation } = stage;
    const match = new LiveMatch("without-workers");
    await play(stage, match);
    const observed = async (): Promise<readonly Observation[]> => {
      const observer = observe(match.matchId);
      for (let event = 0; event < 6; event++) {
        await publishAndApply(stage, [event === 3 ? match.goal() : match.corner()]);
        await observer.reads(40);
      }
      return observer.stop();
    };
    const up = await observed();
    for (const worker of installation.workers) worker.pause();
    const stopped = await observed();
    for (const worker of installation.workers) worker.resume();
    // A goal nobody has priced yet suspends, and nothing is refused or left without a label.
    expect(answers(stopped)).toContain("suspended");
    expect([...answers(stopped)].filter((label) => !SERVED.has(label))).toEqual([]);
    expect(wrongLabels([...up, ...stopped], changes.received)).toEqual([]);
    const [upMs, stoppedMs] = [up, stopped].map(p99);
    process.stdout.write(`p99 of reads: ${upMs} ms with workers, ${stoppedMs} ms with all of them stopped\n`);
  });
});

const SERVED = new Set(["fresh", "stale", "suspended", "settled"]);

function p99(seen: readonly Observation[]): string {
  const sorted = seen.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
  return (sorted[Math.floor(sorted.length * 0.99)] ?? 0).toFixed(1);
}
