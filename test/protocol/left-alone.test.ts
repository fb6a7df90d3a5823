import { offerSample, readVerified, takeSample } from "@touchline/cache";
import type { MatchEvent, MatchState } from "@touchline/domain";
import { createLogger } from "@touchline/platform";
import { refreshMatch } from "@touchline/refresh";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { MadeStep } from "../../services/tag-manager/src/apply-change.ts";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { SampleDrawer } from "../../services/tag-manager/src/verification/sample-drawer.ts";
import { CpuBudget } from "../../services/worker/src/verification/cpu-budget.ts";
import { type FoundByVerifier, verifyNext } from "../../services/worker/src/verification/verifier.ts";
import { HidingPredictor } from "../setup/hiding-predictor.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());
const log = createLogger({ service: "verification-test", level: "silent" });
const never = new AbortController().signal;

let store: TestStore;
let match: MatchScript;
let truths: TruthCache;
let predictor: HidingPredictor;
let drawer: SampleDrawer;
let found: FoundByVerifier[];

beforeEach(async () => {
  store = new TestStore(redis);
  match = new MatchScript("m-1");
  truths = new TruthCache(10);
  predictor = new HidingPredictor();
  found = [];
  drawer = drawing(1);
  await play(match.fixture(), match.kickOff());
  store.now = match.kickoffAt + 10_000;
  await refresh();
});

function drawing(share: number): SampleDrawer {
  // Draws every so many markets: a random number in the middle of its range.
  return new SampleDrawer({ redis, prefix: store.prefix, share, random: () => 0.5, log });
}

/** Applies events; resolves when what they left alone has been drawn. */
async function play(...events: MatchEvent[]): Promise<void> {
  const onStep = (matchId: string, before: MatchState, after: MatchState, made: MadeStep): void =>
    drawer.stepped(matchId, before, after, made);
  for (const event of events) {
    await store.applyAs(truths, event, { onStep });
    await drawer.close();
  }
}

async function refresh(): Promise<void> {
  await refreshMatch({ ...store.refreshDependencies(), predictor }, "m-1", never);
}

/** Compares one sample after the other until none is left. @returns how many there were */
async function verifyAll(options: { readonly isIdle?: boolean; readonly cpuShare?: number } = {}): Promise<number> {
  const { isIdle = true, cpuShare = 1 } = options;
  const counted = { verified: () => undefined, spent: () => undefined };
  for (let samples = 0; ; samples++) {
    const shared = {
      redis,
      prefix: store.prefix,
      predictor,
      tolerance: 0,
      now: () => store.now,
      log,
      metrics: counted,
    };
    const budget = new CpuBudget(cpuShare);
    const widen = async (reads: readonly FoundByVerifier[]): Promise<void> => void found.push(...reads);
    if (!(await verifyNext({ ...shared, widen, budget, isIdle: () => isIdle }, never))) return samples;
  }
}

const recorded = async () => readVerified(redis, store.prefix);

describe("prices that an event left alone", () => {
  it("are predicted again and come out equal to the bit, by market and by what the event changed", async () => {
    await play(match.corner("home", 3));
    expect(await verifyAll()).toBe(1);
    const record = await recorded();
    expect(record.comparisons).toBeGreaterThan(50);
    expect(record).toMatchObject({ misses: 0, unexplained: 0, unrepeatable: 0, failed: 0, share: 1, since: store.now });
    expect(record.quiet).toBe(record.comparisons);
    expect(record.markets.get("match_result")).toEqual({ comparisons: 1, misses: 0 });
    expect(record.facts.get("corners")).toEqual({ comparisons: record.comparisons, misses: 0 });
  });

  it("that follow a fact nobody declared are a miss, with the fact and the smallest example", async () => {
    predictor.hidden = (market, { corners }) =>
      market === "match_result" ? (corners as { home: number }).home : undefined;
    await play(match.corner("home", 3));
    await verifyAll();
    const { misses, quiet, missAt, examples, facts, markets } = await recorded();
    expect({ misses, quiet, missAt }).toEqual({ misses: 1, quiet: 0, missAt: store.now });
    expect(examples).toMatchObject([
      { matchId: "m-1", market: "match_result", variant: "default", facts: ["corners"], event: { type: "corner" } },
    ]);
    expect(JSON.parse(examples[0]!.before)).not.toEqual(JSON.parse(examples[0]!.after));
    expect(markets.get("match_result")).toEqual({ comparisons: 1, misses: 1 });
    expect(facts.get("corners")?.misses).toBe(1);
    expect(found).toEqual([{ market: "match_result", fact: "corners", matchId: "m-1" }]);
  });

  it("are compared for the step that drew them, whatever happens to the match before a worker has time", async () => {
    await play(match.corner("home", 3));
    drawer = drawing(0);
    await play(
      match.goal("home", 4),
      match.endOfHalf("first_half"),
      match.event("period_start", { period: "second_half" }),
    );
    store.now += 600_000;
    await refresh();
    await verifyAll();
    expect(await recorded()).toMatchObject({ misses: 0, unexplained: 0, unrepeatable: 0, failed: 0 });
  });

  it("are left out where a refresh has replaced them, an event has touched them, or the clock has moved", async () => {
    const corner = match.corner("home", 3);
    // Touched, and nothing has been predicted since: there is no price that stands.
    await play(match.goal("away", 2));
    const waiting = await takeSample(redis, store.prefix);
    expect(waiting?.kept.map(({ market }) => market)).not.toContain("match_result");
    await play(corner);
    expect((await takeSample(redis, store.prefix))?.kept.map(({ market }) => market)).not.toContain("match_result");
    await refresh();
    await play(match.corner("home", 5));
    expect((await takeSample(redis, store.prefix))?.kept.map(({ market }) => market)).toContain("match_result");
    await play(match.endOfHalf("first_half"), match.at("weather", 46, { payload: { condition: "rain" } }));
    while (await takeSample(redis, store.prefix));
    await play(match.at("venue_changed", 46, { payload: { venue: "Elsewhere" } }));
    // On the clock of the first half; the match stands in its break.
    expect(await takeSample(redis, store.prefix)).toBeUndefined();
  });

  it("are no miss where the model has changed meanwhile: both sides of the event say the same", async () => {
    drawer = drawing(0.1);
    await play(match.corner("home", 3));
    predictor.hidden = () => 0.01;
    await verifyAll();
    const { comparisons, misses, unexplained } = await recorded();
    expect({ comparisons, misses }).toEqual({ comparisons: 0, misses: 0 });
    expect(unexplained).toBeGreaterThan(5);
    expect(found).toEqual([]);
  });

  it("are no miss where the model answers one request in two ways", async () => {
    drawer = drawing(0.1);
    await play(match.corner("home", 3));
    let calls = 0;
    predictor.hidden = () => ++calls / 1_000;
    await verifyAll();
    expect(await recorded()).toMatchObject({ comparisons: 0, misses: 0, unexplained: 0 });
    expect((await recorded()).unrepeatable).toBeGreaterThan(5);
  });

  it("are no miss where the model does not answer", async () => {
    drawer = drawing(0.1);
    await play(match.corner("home", 3));
    predictor.hidden = () => {
      throw new Error("away");
    };
    await verifyAll();
    expect(await recorded()).toMatchObject({ comparisons: 0, misses: 0, unrepeatable: 0 });
    expect((await recorded()).failed).toBeGreaterThan(5);
  });

  it("wait while the worker is busy, and while nothing may be spent", async () => {
    await play(match.corner("home", 3));
    expect(await verifyAll({ isIdle: false })).toBe(0);
    expect(await verifyAll({ cpuShare: 0 })).toBe(0);
    expect(await verifyAll()).toBe(1);
  });

  it("wait up to a bound, beyond which the oldest are lost and counted", async () => {
    await play(match.corner("home", 3));
    const sample = await takeSample(redis, store.prefix);
    if (!sample) throw new Error("nothing was drawn");
    const versions = Array.from({ length: 102 }, (_none, index) => index);
    const dropped: number[] = [];
    for (const version of versions) dropped.push(await offerSample(redis, store.prefix, { ...sample, version }));
    expect(dropped.reduce((sum, each) => sum + each)).toBe(2);
    expect((await takeSample(redis, store.prefix))?.version).toBe(2);
    const large = { ...sample, event: { ...sample.event, eventId: "e".repeat(200_000) } };
    expect(await offerSample(redis, store.prefix, large)).toBe(1);
  });
});
