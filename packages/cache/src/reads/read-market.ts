import { matchKeys } from "../keys.ts";
import { parseEntry, PANIC_MARKER, parseRequirement, parseSettlement, strictest } from "../records.ts";
import type { PredictionSnapshot } from "./read-predictions.ts";
import { parseRefreshState, type RefreshState } from "../refreshes/refresh-state.ts";
import type { StoreRedis } from "../script.ts";
import { parseState } from "./snapshot.ts";

/** All that the store knows of one market under one variant, at one moment: for people who ask why. */
export interface MarketRecord {
  /** A snapshot that holds this market and no other. */
  readonly snapshot: PredictionSnapshot;
  /** Fact → match version at which it last changed. A fact that never changed is not listed. */
  readonly facts: ReadonlyMap<string, number>;
  readonly refresh: RefreshState;
}

/** One transaction; undefined when the match is unknown. */
export async function readMarket(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  variant: string,
  market: string,
): Promise<MarketRecord | undefined> {
  const keys = matchKeys(prefix, matchId);
  const replies = await redis
    .multi()
    .hmget(keys.match, "version", "n", "state", "epoch", "history")
    .hmget(keys.required, market, `${variant}/${market}`, PANIC_MARKER)
    .hget(keys.settled, market)
    .hget(keys.entries(variant), market)
    .hgetall(keys.facts)
    .hgetall(keys.refresh)
    .exec();
  const [match, required, settled, entry, facts, refresh] = (replies ?? []).map(([error, reply]) => {
    if (error) throw error;
    return reply;
  }) as Reply;
  const [version, n, state, epoch, history] = match;
  if (!version || !state) return undefined;
  const [own, ofVariant, moved] = required.map((text) => parsed(text, parseRequirement));
  return {
    snapshot: {
      version: Number(version),
      epoch: epoch ?? "",
      history: history ?? "",
      isWhole: true,
      n: Number(n ?? 0),
      state: parseState(state),
      settled: mapOf(market, parsed(settled, parseSettlement)),
      entries: mapOf(market, parsed(entry, parseEntry)),
      movedVersion: moved?.version ?? 0,
      requirementOf: (id) => (id === market ? strictest(own, ofVariant) : undefined),
    },
    facts: new Map(Object.entries(facts).map(([fact, at]) => [fact, Number(at)])),
    refresh: parseRefreshState(new Map(Object.entries(refresh))),
  };
}

type Reply = [
  match: (string | null)[],
  required: (string | null)[],
  settled: string | null,
  entry: string | null,
  facts: Record<string, string>,
  refresh: Record<string, string>,
];

function parsed<T>(text: string | null, parse: (text: string) => T | undefined): T | undefined {
  return text === null ? undefined : parse(text);
}

function mapOf<T>(market: string, value: T | undefined): Map<string, T> {
  return new Map(value === undefined ? [] : [[market, value]]);
}
