import { clockAnchor } from "@touchline/domain";
import { packEntries } from "../changes/packed-message.ts";
import { FEED_LENGTH, FEED_MAX_BYTES } from "../events/apply-event.ts";
import type { BegunRefresh } from "./begin-refresh.ts";
import { changesChannel, matchKeys } from "../keys.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";

const script = loadScript("commit-refresh");

export interface PredictedMarket {
  readonly market: string;
  readonly outcomes: Readonly<Record<string, number | null>>;
  /** Wall-clock milliseconds. */
  readonly freshUntil: number;
}

export interface Commit {
  readonly matchId: string;
  readonly begun: BegunRefresh;
  readonly predictions: ReadonlyMap<string, readonly PredictedMarket[]>;
  /** When the predictions were made, wall-clock milliseconds. */
  readonly predictedAt: number;
  /** Time from enqueueing this refresh to its commit, and the part of it that computing took. */
  readonly deltaMs: number;
  readonly computeMs: number;
  /** Whether everything that was due is in `predictions`. */
  readonly complete: boolean;
}

export interface CommitResult {
  /** Outcomes that changed. */
  readonly stored: number;
  /** Equal outcomes: only the lifetime was extended. */
  readonly extended: number;
  /** Refused: an event that the worker had not seen has touched the market. */
  readonly overtaken: number;
  /** Refused: a later refresh has written already. */
  readonly late: number;
  /** Left out: settled meanwhile. */
  readonly settled: number;
  /** Refused: the store does not remember that this refresh began. It has failed over or was emptied meanwhile. */
  readonly foreign: number;
}

/** Entries are served as stale until twice their lifetime; past this they are gone. */
const ENTRY_TTL_MARGIN_MS = 60_000;

/**
 * Stores the predictions that were not overtaken; undefined when the match is gone or a key of its truth is lost. One
 * round trip.
 */
export async function commitRefresh(
  redis: StoreRedis,
  prefix: string,
  commit: Commit,
): Promise<CommitResult | undefined> {
  const { matchId, begun, predictions, predictedAt } = commit;
  const keys = matchKeys(prefix, matchId);
  const variants = [...predictions].filter(([, markets]) => markets.length > 0);
  const longest = Math.max(
    0,
    ...variants.flatMap(([, markets]) => markets.map(({ freshUntil }) => freshUntil - predictedAt)),
  );
  const written = variants.map(([id, markets]) => ({
    id,
    entries: markets.map(({ market, outcomes, freshUntil }) => ({
      market,
      freshUntil: Math.round(freshUntil),
      outcomes: JSON.stringify(outcomes),
    })),
  }));
  const fixedKeys = 6;
  const argument = JSON.stringify({
    matchId,
    number: begun.number,
    token: begun.token,
    epoch: begun.epoch,
    begunAt: begun.now,
    needs: begun.blockingRequests,
    seen: begun.version,
    graph: begun.graphVersion,
    anchor: clockAnchor(begun.state),
    validatedAt: Math.round(predictedAt),
    deltaMs: Math.max(0, Math.round(commit.deltaMs)),
    computeMs: Math.round(commit.computeMs * 100) / 100,
    ttlMs: Math.ceil(2 * longest + ENTRY_TTL_MARGIN_MS),
    complete: commit.complete,
    channel: changesChannel(prefix),
    feedLength: FEED_LENGTH,
    feedBytesUnset: FEED_MAX_BYTES,
    variants: written.map(({ id, entries }, index) => ({
      id,
      key: fixedKeys + 1 + index,
      deltaMs: Math.round(movingDelta(begun, id, commit.deltaMs)),
      entries,
    })),
    answered: [...begun.requests].map(([variant, want]) => ({ variant, want })),
  });
  const reply = (await runScript(
    redis,
    script,
    [
      keys.match,
      keys.required,
      keys.settled,
      keys.refresh,
      keys.touched,
      keys.feed,
      ...variants.map(([id]) => keys.entries(id)),
    ],
    [argument, ...written.map(({ entries }) => packEntries(entries))],
  )) as number[];
  const [stored = 0, extended = 0, overtaken = 0, late = 0, settled = 0, foreign = 0] = reply;
  return stored < 0 ? undefined : { stored, extended, overtaken, late, settled, foreign };
}

/**
 * One refresh counts for this long at the most. A refresh that waited for an hour during an outage of all workers does
 * not mean that refreshes take an hour: readers would refresh predictions early that were made just then.
 */
const LONGEST_DELTA_MS = 5_000;
/** Weight of the newest measurement in a variant's usual time from enqueueing to commit. */
const NEWEST_WEIGHT = 0.3;

/**
 * What a refresh of the variant usually takes: an exponential average over its refreshes, kept in the store and so
 * shared by all processes. One slow refresh must not make every later one start early.
 */
function movingDelta({ deltas }: BegunRefresh, variant: string, measuredMs: number): number {
  const measured = Math.min(LONGEST_DELTA_MS, Math.max(0, measuredMs));
  const usual = Math.min(LONGEST_DELTA_MS, deltas.get(variant) ?? measured);
  return usual + NEWEST_WEIGHT * (measured - usual);
}
