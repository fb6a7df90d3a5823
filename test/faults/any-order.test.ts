import { openMatchStore } from "@touchline/cache";
import type { MatchEventInput, MatchState } from "@touchline/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unfinished, untilSo } from "./support/counters.ts";
import { demoMatch } from "./support/demo-match.ts";
import { takenBack } from "./support/live-match.ts";
import { setStage, type Stage } from "./support/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({ tagManagers: 2 });
});
afterAll(async () => stage.stop());

/** A whole order, from a seed that a failure prints. */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return list
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/**
 * As far as the half-time whistle: while the clock stands, predictions depend on what happened and not on when we look.
 */
function firstHalf(events: readonly MatchEventInput[]): MatchEventInput[] {
  const end = events.findIndex(({ type, period }) => type === "period_end" && period === "first_half");
  return events.slice(0, end + 1);
}

interface Ending {
  readonly state: MatchState;
  readonly markets: Record<string, { readonly status: string; readonly outcomes: unknown }>;
}

/** Publishes, waits until nothing is left to do, and reads what has become of the match. */
async function play(matchId: string, batches: readonly (readonly MatchEventInput[])[]): Promise<Ending> {
  const { jobs, client, storeRedis, prefix } = stage;
  for (const batch of batches) await stage.publish(...batch);
  await untilSo(
    `draining ${matchId}`,
    async () => unfinished(jobs),
    (count) => count === 0,
  );
  const { version, state } = await openMatchStore(storeRedis, prefix).truth(matchId);
  const served = async (): Promise<Ending["markets"]> =>
    Object.fromEntries(
      Object.entries((await client.predictions(matchId, { minVersion: version })).markets).map(
        ([market, { status, outcomes }]) => [market, { status, outcomes }],
      ),
    );
  const markets = await untilSo(`predictions of ${matchId}`, served, (all) =>
    Object.values(all).every(({ status }) => status === "fresh" || status === "settled"),
  );
  return { state, markets };
}

describe.each([1, 2, 3])("events through the real queue and two tag-managers, seed %i", (seed) => {
  it("end the same in any order, with repeats, and with what was never so taken back", async () => {
    const now = Date.now();
    const inOrder = await demoMatch(`in-order-${seed}`, now);
    const anyOrder = await demoMatch(`any-order-${seed}`, now);
    const expected = await play(inOrder.matchId, [firstHalf(inOrder.events)]);

    const sent = firstHalf(anyOrder.events);
    const never = sent
      .filter(({ type }) => type === "corner" || type === "goal")
      .map((event) => ({ ...event, id: `${event.id}-never` }));
    const repeats = shuffled(sent, seed).slice(0, sent.length / 2);
    // Some events that never happened are retracted before they are sent.
    const first = shuffled([...sent, ...never.slice(1), ...never.slice(0, 2).map(takenBack)], seed + 10);
    const second = shuffled([...repeats, ...never.slice(0, 2), ...never.map(takenBack)], seed + 20);
    const ending = await play(anyOrder.matchId, [first, second]);

    expect(ending.state).toEqual(expected.state);
    expect(ending.markets).toEqual(expected.markets);
    expect(Object.keys(ending.markets).length).toBeGreaterThan(50);
  });
});
