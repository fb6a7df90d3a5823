import { eventKey, type Fold, foldOn, MatchEvent, type MatchEventInput, planInvalidation } from "@touchline/domain";
import type { Redis } from "ioredis";
import { applyMatchEvents } from "../../services/tag-manager/src/apply-match-event.ts";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { PRICES_AT_ONCE } from "../../services/tag-manager/src/turns/fair-turns.ts";
import { TestStore } from "../../test/setup/store.ts";

/** What one price costs where a turn takes as many as may share it, milliseconds. */
export interface PriceTurnCost {
  readonly fold: number;
  readonly plan: number;
  /** From handing over the step to its answer, of that the server's part. */
  readonly script: number;
  readonly scriptInRedis: number;
  readonly turn: number;
}

const WARM_TURNS = 10;
const TURNS = 40;

/** Turns of a tag-manager without its queue, in this process: what each part of a turn costs. */
export async function measurePriceTurns(
  redis: Redis,
  begin: readonly MatchEventInput[],
  quotes: (from: number, count: number) => MatchEventInput[],
): Promise<PriceTurnCost> {
  const store = new TestStore(redis);
  store.now = Date.now();
  const truths = new TruthCache(1);
  for (const event of begin) await store.applyAs(truths, MatchEvent.parse(event));
  let scriptMs = 0;
  const timed = Object.create(store.matches) as typeof store.matches;
  timed.apply = async (step) => {
    const began = performance.now();
    try {
      return await store.matches.apply(step);
    } finally {
      scriptMs += performance.now() - began;
    }
  };
  const deps = { ...store.applyDependencies(truths), store: timed };
  const spent = { fold: 0, plan: 0, turn: 0 };
  let redisBefore = 0;
  for (let turn = 0; turn < WARM_TURNS + TURNS; turn++) {
    if (turn === WARM_TURNS) {
      Object.assign(spent, { fold: 0, plan: 0, turn: 0 });
      scriptMs = 0;
      redisBefore = await scriptMsOf(redis);
    }
    const events = quotes(turn * PRICES_AT_ONCE, PRICES_AT_ONCE).map((quote) => MatchEvent.parse(quote));
    const [{ matchId } = { matchId: "" }] = events;
    const truth = truths.get(matchId);
    if (!truth) throw new Error("the match is not remembered");
    const began = performance.now();
    let fold: Fold = truth;
    for (const event of events) fold = fold.log.has(eventKey(event)) ? fold : foldOn(fold, event);
    const folded = performance.now();
    planInvalidation(truth.state, fold.state);
    const planned = performance.now();
    await applyMatchEvents(deps, matchId, events);
    spent.fold += folded - began;
    spent.plan += planned - folded;
    spent.turn += performance.now() - planned;
  }
  const prices = TURNS * PRICES_AT_ONCE;
  return {
    fold: spent.fold / prices,
    plan: spent.plan / prices,
    script: scriptMs / prices,
    scriptInRedis: ((await scriptMsOf(redis)) - redisBefore) / prices,
    turn: spent.turn / prices,
  };
}

/** Time that the server has spent in scripts, milliseconds. */
async function scriptMsOf(redis: Redis): Promise<number> {
  const stats = await redis.info("commandstats");
  const spent = [...stats.matchAll(/cmdstat_evalsha:calls=\d+,usec=(\d+)/g)].map(([, microseconds]) =>
    Number(microseconds),
  );
  return spent.reduce((sum, each) => sum + each, 0) / 1_000;
}
