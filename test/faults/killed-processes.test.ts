import { openMatchStore } from "@touchline/cache";
import type { MatchEventInput } from "@touchline/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunningService } from "../setup/services.ts";
import { acceptedBy, handledBy, type HandledEvents, unfinished, untilSo } from "./support/counters.ts";
import { LabelObserver, wrongLabels } from "./support/label-observer.ts";
import { LiveMatch } from "./support/live-match.ts";
import { RefreshWatch } from "./support/refresh-watch.ts";
import { play, setStage, type Stage } from "./support/stage.ts";

/** Events that a tag-manager has in its hands at most. */
const CONCURRENCY = 16;

let stage: Stage;
let watch: RefreshWatch;
let survivor: RunningService;
beforeAll(async () => {
  // Nobody is taken for dead whom the machine only lets wait, for what he has in hand would be counted twice.
  stage = await setStage({
    apart: true,
    apis: 2,
    tagManagers: 2,
    env: {
      SIMULATE_LATENCY_MS: "300",
      REDIS_TIMEOUT_MS: "1000",
      EVENT_LOCK_MS: "5000",
      EVENT_HELD_MAX: String(CONCURRENCY),
    },
  });
  watch = await RefreshWatch.open(stage.store, stage.prefix);
});
afterAll(async () => {
  watch.close();
  await stage.stop();
});

/** So many corners, and every fifth of them once more. */
function corners(match: LiveMatch, count: number): { once: MatchEventInput[]; all: MatchEventInput[] } {
  const once = Array.from({ length: count }, (_unused, index) => match.corner(index % 2 ? "home" : "away"));
  return { once, all: [...once, ...once.filter((_corner, index) => index % 5 === 0)] };
}

const sum = ({ applied, duplicate, rejected }: HandledEvents): number => applied + duplicate + rejected;

async function drained(): Promise<void> {
  await untilSo(
    "draining the queue of events",
    async () => unfinished(stage.jobs),
    (count) => count === 0,
  );
}

/** What the log of a match holds: every event once, whichever process took it and however often. */
async function expectAllApplied(match: LiveMatch, count: number): Promise<void> {
  const truth = await openMatchStore(stage.storeRedis, stage.prefix).truth(match.matchId);
  expect(truth.log.size).toBe(count);
  expect(truth.version).toBe(count);
}

describe("kill -9 of a tag-manager", () => {
  it("with events in its hands and in the queue: accepted = applied + duplicate + rejected + pending", async () => {
    const { client, store, installation } = stage;
    const [dying, other] = installation.tagManagers;
    if (!dying || !other) throw new Error("two tag-managers are needed");
    survivor = other;
    const match = new LiveMatch("in-hands");
    await play(stage, match);
    const fromProducers = sum(await handledBy(installation.tagManagers));

    // With the store stopped, every event stays in the hands of the one who took it.
    store.pause();
    const { once, all } = corners(match, 60);
    await client.publish(all);
    const inHands = async (): Promise<number> => stage.jobs.getActiveCount();
    await untilSo("both having their hands full", inHands, (count) => count === 2 * CONCURRENCY);
    const takenToTheGrave = sum(await handledBy([dying]));
    const balance = async (): Promise<number> =>
      takenToTheGrave + sum(await handledBy([survivor])) + (await unfinished(stage.jobs)) - fromProducers;
    const accepted = await acceptedBy(installation.apis);
    expect(await balance()).toBe(accepted);
    await dying.kill();
    store.resume();

    await drained();
    expect(await balance()).toBe(accepted);
    expect(accepted).toBeGreaterThanOrEqual(once.length);
    await expectAllApplied(match, once.length + match.opening().length);
  });

  it("in the middle of a burst: nothing is lost, and nothing applied twice", async () => {
    const match = new LiveMatch("burst");
    await play(stage, match);
    const dying = await stage.start("tag-manager");
    const { once, all } = corners(match, 400);
    const publishing = stage.publish(...all);
    const [, , , hundredth] = once;
    if (!hundredth) throw new Error("there are no corners");
    await stage.changes.touchedBy(hundredth);
    await dying.kill();
    await publishing;
    await drained();
    await expectAllApplied(match, once.length + match.opening().length);
  });
});

describe("kill -9 of a worker in mid-compute", () => {
  it("costs its lock and one look for stalled jobs, and no label its truth", async () => {
    const { changes, installation } = stage;
    const [dying] = installation.workers;
    if (!dying) throw new Error("there is no worker");
    const match = new LiveMatch("mid-compute");
    await play(stage, match);
    const observer = new LabelObserver({
      urls: installation.apis.map(({ url }) => url),
      matchId: match.matchId,
      markets: ["match_result", "corners_over_under_9_5"],
    });
    const number = watch.begunOf(match.matchId) + 1;
    const goal = match.goal();
    await stage.publish(goal);
    const { version } = await changes.touchedBy(goal);
    await watch.until("begun", match.matchId, number);
    await dying.kill();
    await stage.start("worker");
    await changes.refreshedSince(match.matchId, version, "match_result");
    const seen = await observer.stop();
    expect(wrongLabels(seen, changes.received)).toEqual([]);
    expect(new Set(seen.map(({ httpStatus }) => httpStatus))).toEqual(new Set([200]));
  });
});
