import { foldEvents, BUILTIN_GRAPH, MatchEvent, planInvalidation } from "@touchline/domain";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { testPrefix } from "../../../../test/setup/redis.ts";
import { connectTestRedis } from "../../../../test/setup/store.ts";
import { applyEvent, type MatchStep } from "./apply-event.ts";
import { matchKeys } from "../keys.ts";
import { readTruth, UNKNOWN_MATCH } from "./match-truth.ts";
import { readFeed } from "../reads/read-feed.ts";
import { readMarket } from "../reads/read-market.ts";

const redis = connectTestRedis();
afterAll(async () => redis.quit());

const FIXTURE = MatchEvent.parse({
  id: "fixture",
  source: "test",
  matchId: "m-1",
  type: "fixture",
  occurredAt: "2026-08-15T14:00:00Z",
  payload: { home: "Rovers", away: "United", kickoff: "2026-08-15T14:00:00Z", competition: "Cup" },
});
const CAUSE = { type: "invalidated_by_hand", source: "touchline", eventId: "hand-1", reason: "two words" };

let prefix: string;
beforeEach(async () => {
  prefix = testPrefix();
  const state = foldEvents(new Map([["test/fixture", FIXTURE]]));
  const plan = planInvalidation(foldEvents(new Map()), state);
  await apply({ event: FIXTURE, state, plan, before: UNKNOWN_MATCH });
});

const shared = {
  matchId: "m-1",
  full: false,
  graphVersion: BUILTIN_GRAPH.version,
  at: 0,
  finishedTtlMs: 60_000,
} as const;

async function apply(step: Pick<MatchStep, "event" | "state" | "plan" | "before">): Promise<void> {
  expect(await applyEvent(redis, prefix, { ...shared, ...step })).toMatchObject({ outcome: "applied" });
}

/** A step without an event that touches one market. */
async function stepByHand(more: Partial<MatchStep> = {}): Promise<MatchStep> {
  const before = await readTruth(redis, prefix, "m-1");
  const { state } = before;
  const { finishedTtlMs: _unknown, ...rest } = shared;
  const nothing = { changed: [], collected: [], settled: [], reopened: [], offerChanged: [] };
  const unmoved = { clockMoved: false, panicMoved: false };
  const touched = [{ market: "match_result", severity: "hard", because: [] }] as const;
  const plan = { ...nothing, ...unmoved, touched, forbids: true, begun: false, open: 10, preserved: 9 };
  return { ...rest, event: undefined, before, state, plan, ...more };
}

describe("a step without an event", () => {
  it("leaves the log and the facts alone, and blames its cause for what it touched", async () => {
    const { facts, log } = matchKeys(prefix, "m-1");
    const before = [await redis.hgetall(log), await redis.hgetall(facts)];
    expect(await applyEvent(redis, prefix, await stepByHand({ cause: CAUSE }))).toMatchObject({ version: 2 });
    expect([await redis.hgetall(log), await redis.hgetall(facts)]).toEqual(before);
    const record = await readMarket(redis, prefix, "m-1", "default", "match_result");
    const cause = { type: "invalidated_by_hand", source: "touchline", eventId: "hand-1" };
    expect(record?.snapshot.requirementOf("match_result")).toMatchObject({
      version: 2,
      hardVersion: 2,
      cause,
      hardCause: cause,
    });
    expect(record?.refresh).toMatchObject({ dueVersion: 2 });
  });

  it("is published with its cause, and with the reason it has", async () => {
    await applyEvent(redis, prefix, await stepByHand({ cause: CAUSE }));
    const [, message] = await readFeed(redis, prefix, "m-1", 0, 10);
    expect(JSON.parse(message?.text ?? "")).toMatchObject({
      kind: "touched",
      event: { type: "invalidated_by_hand", source: "touchline", id: "hand-1", reason: "two words" },
      changed: [],
    });
  });

  it("passes the match to another graph when no cause is given", async () => {
    await applyEvent(redis, prefix, await stepByHand());
    const record = await readMarket(redis, prefix, "m-1", "default", "match_result");
    expect(record?.snapshot.requirementOf("match_result")?.cause.type).toBe("new_graph");
  });
});

describe("the truth of a match that is over", () => {
  const ttlMs = async (name: "match" | "log" | "feed"): Promise<number> => redis.pttl(matchKeys(prefix, "m-1")[name]);
  const over = (step: MatchStep): MatchStep => ({ ...step, state: { ...step.state, over: true } });

  it("is kept as long as the step says, all of it by the one key without which nothing counts", async () => {
    await applyEvent(redis, prefix, { ...over(await stepByHand()), finishedTtlMs: 5_000_000 });
    expect(await ttlMs("match")).toBeGreaterThan(4_000_000);
    expect([await ttlMs("log"), await ttlMs("feed")]).toEqual([-1, -1]);
  });

  it("is kept as long as before by a step that does not say", async () => {
    await applyEvent(redis, prefix, over(await stepByHand({ cause: CAUSE })));
    expect(await ttlMs("match")).toBe(-1);
    await redis.pexpire(matchKeys(prefix, "m-1").match, 5_000_000);
    await applyEvent(redis, prefix, over(await stepByHand({ cause: CAUSE })));
    expect(await ttlMs("match")).toBeGreaterThan(4_000_000);
  });

  it("lives on when it turns out not to be over", async () => {
    await redis.pexpire(matchKeys(prefix, "m-1").match, 5_000_000);
    await applyEvent(redis, prefix, await stepByHand({ cause: CAUSE }));
    expect(await ttlMs("match")).toBe(-1);
  });
});
