/**
 * Field of every hash of a match that holds the epoch it belongs to. A hash with another one, or without, is not of the
 * present match. No market, fact, variant or event key is called so.
 */
export const EPOCH_MARK = "~";

/**
 * Every key of a match carries the hash tag `{matchId}`, so that each protocol step is one script on one slot.
 *
 * Of the truth (`match`, `log`, `facts`, `required`, `settled`, `refresh`, `touched`, `feed`) only `match` ever has an
 * expiry, and only once the match is over: a volatile policy evicts a match as a whole or not at all, because nothing
 * else counts without `match`. Entries always have one: they may vanish at any moment and cost a recompute.
 */
export interface MatchKeys {
  /**
   * Hash: `version`, `n` (number of the last message), `state` (folded, JSON), `epoch`, `step` (token of the last
   * step), `history` (replication id it was made on), `graph`, `mixed` (another graph that entries may be from),
   * `adopted` (version of the last full step, until an event in play has followed), `prices` (what is kept of those
   * that have left the log).
   */
  readonly match: string;
  /** Hash: event key → event in its winning revision, JSON. */
  readonly log: string;
  /** Hash: fact → match version at which its value last changed. */
  readonly facts: string;
  /** Hash: market or variant/market → requirement. */
  readonly required: string;
  /** Hash: market → settlement. */
  readonly settled: string;
  /** Hash: what is due, requested, accessed and under way; see `RefreshState`. */
  readonly refresh: string;
  /** Hash of dirty markers: market or variant/market → match version that touched it; `*` stands for every market. */
  readonly touched: string;
  /** Stream: the last messages, for readers that reconnect. */
  readonly feed: string;
  readonly entries: (variant: string) => string;
}

export function matchKeys(prefix: string, matchId: string): MatchKeys {
  const key = (name: string): string => `${prefix}:{${matchId}}:${name}`;
  return {
    match: key("match"),
    log: key("log"),
    facts: key("facts"),
    required: key("required"),
    settled: key("settled"),
    refresh: key("refresh"),
    touched: key("touched"),
    feed: key("feed"),
    entries: (variant) => key(`entries:${variant}`),
  };
}

/** How members of the index of matches begin that are no matches, see `lua/match-index.lua`. No match id does. */
export const INDEX_MARK = "~";

/** Sorted set of every match that has truth, by kick-off in milliseconds. */
export function matchIndexKey(prefix: string): string {
  return `${prefix}:matches`;
}

/**
 * What is written to prove that a master accepts writes, and that its replicas get them. The tag decides on which node
 * of a cluster it lies.
 */
export function aliveKey(prefix: string, tag: number | string): string {
  return `${prefix}:{${tag}}:alive`;
}

/** Hash: what all processes know of the dependency graph, see `GraphDocument`. */
export function graphKey(prefix: string): string {
  return `${prefix}:graph`;
}

/** Channel on which every change of every match is published. */
export function changesChannel(prefix: string): string {
  return `${prefix}:changes`;
}
