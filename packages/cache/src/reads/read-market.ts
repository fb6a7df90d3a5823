import { EPOCH_MARK, matchKeys } from "../keys.ts";
import { PANIC_MARKER, parseRequirements, parseSettlement, strictest } from "../records.ts";
import type { PredictionSnapshot } from "./read-predictions.ts";
import { parseRefreshState, type RefreshState } from "../refreshes/refresh-state.ts";
import type { StoreRedis } from "../script.ts";
import { parseFacts } from "./match-view.ts";
import { hashOf, readTogether } from "./read-together.ts";
import { entryUpTo, parseState } from "./snapshot.ts";

/** All that the store knows of one market under one variant, at one moment: for people who ask why. */
export interface MarketRecord {
  /** A snapshot that holds this market and no other. */
  readonly snapshot: PredictionSnapshot;
  /** Fact → match version at which it last changed. A fact that never changed is not listed. */
  readonly facts: ReadonlyMap<string, number>;
  readonly refresh: RefreshState;
}

/** All at one moment; undefined when the match is unknown. */
export async function readMarket(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  variant: string,
  market: string,
): Promise<MarketRecord | undefined> {
  const keys = matchKeys(prefix, matchId);
  const [match, flatRequired, settled, entry, flatFacts, flatRefresh, ...others] = (await readTogether(redis, [
    ["hmget", keys.match, "version", "n", "state", "epoch", "history"],
    ["hgetall", keys.required],
    ["hmget", keys.settled, market, EPOCH_MARK],
    ["hmget", keys.entries(variant), market, EPOCH_MARK],
    ["hgetall", keys.facts],
    ["hgetall", keys.refresh],
    ["exists", keys.log],
    ["exists", keys.touched],
    ["exists", keys.feed],
  ])) as Reply;
  const [facts, refresh] = [hashOf(flatFacts), hashOf(flatRefresh)];
  const [version, n, state, epoch, history] = match;
  if (!version || !state) return undefined;
  const required = parseRequirements(flatRequired);
  const marks = [hashOf(flatRequired)[EPOCH_MARK], settled[1], facts[EPOCH_MARK], refresh[EPOCH_MARK]];
  const known = entry[1] === epoch ? (entry[0] ?? null) : null;
  return {
    snapshot: {
      version: Number(version),
      epoch: epoch ?? "",
      history: history ?? "",
      isWhole: epoch !== null && others.every((exists) => exists === 1) && marks.every((mark) => mark === epoch),
      n: Number(n ?? 0),
      state: parseState(state),
      settled: mapOf(market, parsed(settled[0] ?? null, parseSettlement)),
      entries: mapOf(
        market,
        parsed(known, (text) => entryUpTo(Number(version), text)),
      ),
      movedVersion: required.get(PANIC_MARKER)?.version ?? 0,
      requirementOf: (id) =>
        id === market ? strictest(required.get(market), required.get(`${variant}/${market}`)) : undefined,
    },
    facts: parseFacts(facts),
    refresh: parseRefreshState(new Map(Object.entries(refresh))),
  };
}

type Reply = [
  match: (string | null)[],
  required: string[],
  settled: (string | null)[],
  entry: (string | null)[],
  facts: string[],
  refresh: string[],
  ...others: number[],
];

function parsed<T>(text: string | null, parse: (text: string) => T | undefined): T | undefined {
  return text === null ? undefined : parse(text);
}

function mapOf<T>(market: string, value: T | undefined): Map<string, T> {
  return new Map(value === undefined ? [] : [[market, value]]);
}
