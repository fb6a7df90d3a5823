/** What is watched of any numbered feed: is anything missing, and is it still speaking? */
export interface FeedSign {
  /** Our clock, milliseconds. */
  readonly receivedAt: number;
  /** The provider's clock, milliseconds. */
  readonly sentAt: number;
  /** Number of the message as sent; undefined where the provider numbers none. */
  readonly number: number | undefined;
  /** The end of a recovery: everything sent up to now has been sent again. */
  readonly snapshotComplete: boolean;
  /** A message that cannot settle or move anything, such as a heartbeat, may overtake others a little. */
  readonly harmless: boolean;
}

export interface FeedGapRules {
  /** Longest silence, milliseconds. Two heartbeats, as odds feeds have it. */
  readonly longestSilenceMs: number;
  /** How many harmless messages may overtake a missing one, and for how long, before it counts as missing. */
  readonly windowMessages: number;
  readonly windowMs: number;
}

export const FEED_GAP_RULES: FeedGapRules = { longestSilenceMs: 20_000, windowMessages: 5, windowMs: 500 };

/** Plain JSON; one for each match. */
export interface FeedWatch {
  /** Every number below this one has been seen. */
  readonly next: number;
  /** Numbers seen beyond a missing one, ascending. */
  readonly ahead: readonly number[];
  /** When the first of `ahead` came. */
  readonly aheadSince: number | null;
  readonly lastReceivedAt: number | null;
  /** Provider's time up to which recoveries have repeated everything. */
  readonly repeatedUpTo: number | null;
  readonly missing: boolean;
  /** Our time at which a silence began that no recovery has covered yet. */
  readonly silentSince: number | null;
  /** Gaps so far, the open one included. */
  readonly gaps: number;
}

export const NEW_FEED_WATCH: FeedWatch = {
  next: 1,
  ahead: [],
  aheadSince: null,
  lastReceivedAt: null,
  repeatedUpTo: null,
  missing: false,
  silentSince: null,
  gaps: 0,
};

/** Beyond so many numbers ahead of a missing one the feed is not out of order but lost; it stays a gap. */
const MOST_AHEAD = 20_000;

export function isGapOpen({ missing, silentSince }: FeedWatch): boolean {
  return missing || silentSince !== null;
}

/**
 * Takes notice of one message. A gap opens when a number is missing or the feed was silent; it closes when every
 * number is there and, after a silence, a recovery is complete: a provider that falls silent may have lost messages
 * that it has not even numbered yet.
 *
 * Anything that could settle a market opens the gap at once when it overtakes a missing number. Only harmless messages
 * have a little patience, so that two heartbeats in the wrong order do not suspend a match.
 */
export function watchFeed(watch: FeedWatch, sign: FeedSign, rules: FeedGapRules = FEED_GAP_RULES): FeedWatch {
  const heard = hear(watch, sign, rules);
  const numbered = sign.number === undefined ? heard : take(heard, sign.number, sign.receivedAt);
  const missing = numbered.ahead.length > 0 && (watch.missing || isMissed(numbered, sign, rules));
  const now = { ...numbered, missing };
  return isGapOpen(now) && !isGapOpen(watch) ? { ...now, gaps: now.gaps + 1 } : now;
}

/** Takes notice of time alone: silence is a gap although nothing arrives that could tell. */
export function watchSilence(watch: FeedWatch, now: number, rules: FeedGapRules = FEED_GAP_RULES): FeedWatch {
  const { lastReceivedAt, silentSince } = watch;
  if (silentSince !== null || lastReceivedAt === null || now - lastReceivedAt <= rules.longestSilenceMs) return watch;
  return { ...watch, silentSince: lastReceivedAt, gaps: watch.gaps + (isGapOpen(watch) ? 0 : 1) };
}

function hear(watch: FeedWatch, { receivedAt, sentAt, snapshotComplete }: FeedSign, rules: FeedGapRules): FeedWatch {
  const repeatedUpTo = snapshotComplete ? Math.max(watch.repeatedUpTo ?? sentAt, sentAt) : watch.repeatedUpTo;
  const silent = watch.lastReceivedAt !== null && receivedAt - watch.lastReceivedAt > rules.longestSilenceMs;
  const since = watch.silentSince ?? (silent ? watch.lastReceivedAt : null);
  const covered = since !== null && repeatedUpTo !== null && repeatedUpTo >= since;
  return {
    ...watch,
    repeatedUpTo,
    silentSince: covered ? null : since,
    lastReceivedAt: Math.max(watch.lastReceivedAt ?? receivedAt, receivedAt),
  };
}

function take(watch: FeedWatch, number: number, receivedAt: number): FeedWatch {
  if (number < watch.next || watch.ahead.includes(number) || watch.ahead.length >= MOST_AHEAD) return watch;
  const ahead = [...watch.ahead, number].sort((a, b) => a - b);
  let next = watch.next;
  while (ahead[0] === next) {
    ahead.shift();
    next++;
  }
  return { ...watch, next, ahead, aheadSince: ahead.length === 0 ? null : (watch.aheadSince ?? receivedAt) };
}

function isMissed({ ahead, aheadSince }: FeedWatch, { receivedAt, harmless }: FeedSign, rules: FeedGapRules): boolean {
  if (!harmless || ahead.length > rules.windowMessages) return true;
  return aheadSince !== null && receivedAt - aheadSince > rules.windowMs;
}
