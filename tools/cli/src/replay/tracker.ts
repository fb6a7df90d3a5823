import type { MatchEventInput } from "@touchline/domain";
import type { MarketAnswer, Predictions, ResetMessage, StreamMessage, TouchedMessage } from "@touchline/client";

/** What became of one published event. */
export interface EventEffect {
  readonly event: MatchEventInput;
  /**
   * `applied`: `touched` says what it did. `unreported`: no message reported it, while later events took effect: it
   * changed nothing. `overdue`: it was given up.
   */
  readonly outcome: "applied" | "duplicate" | "rejected" | "unreported" | "overdue";
  readonly touched: TouchedMessage | undefined;
  /**
   * Milliseconds from publishing to the message that made the last touched market fresh again, or to the read that
   * found it fresh. Undefined when nothing was touched, or it was given up.
   */
  readonly freshMs: number | undefined;
  /** True when only a read showed it, so that `freshMs` is an upper bound. */
  readonly freshByRead: boolean;
  /** The last touched market was settled by a later event before anything made it fresh. */
  readonly settledFirst: boolean;
}

export interface TrackerOptions {
  /** The variant whose predictions count. */
  readonly variant: string;
  /** After this long an event is given up, in milliseconds. */
  readonly giveUpMs: number;
  /** How long an overtaken event may stay unreported before it counts as a duplicate, in milliseconds. */
  readonly unreportedAfterMs?: number | undefined;
}

/** Follows events from publishing to fresh predictions. Pure: every moment is an argument, in milliseconds. */
export interface Tracker {
  published(event: MatchEventInput, at: number): void;
  /** The service took the event for a duplicate, or rejected it: nothing more will be reported. */
  answered(event: MatchEventInput, status: "duplicate" | "rejected"): void;
  received(message: StreamMessage, at: number): void;
  /**
   * A read of all markets of the variant: shows what came out equal, which no message announces.
   * @param version match version that the answer reflects at least. Not its own `version`, which says how old the
   *   newest numbers in it are, and stays behind when they come out equal
   */
  read(predictions: Predictions, version: number, at: number): void;
  /** The latest match version reported. */
  readonly version: number;
  /** Whether only a read can show more. */
  needsRead(at: number): boolean;
  /** Effects that are complete, in the order of publishing; each is returned once. */
  take(at: number): EventEffect[];
  readonly pending: number;
}

interface Followed {
  readonly event: MatchEventInput;
  readonly publishedAt: number;
  status: "published" | "duplicate" | "rejected" | "applied";
  touched?: TouchedMessage;
  /** Touched markets that are not fresh yet. */
  waiting: Set<string>;
  /** Arrival of the last message of a refresh that had seen the event. */
  coveredAt?: number;
  freshAt?: number;
  freshByRead: boolean;
  settledFirst: boolean;
}

/** A refresh whose numbers all came out equal sends no message; after this long a read looks for it. */
const READ_AFTER_MS = 250;
/**
 * An event that later ones have overtaken, and that no message reports for this long, was a duplicate: everything
 * else is reported, also what changes nothing. Too short, and a busy service's last events count as done before they
 * are.
 */
const UNREPORTED_AFTER_MS = 5_000;

export function createTracker({ variant, giveUpMs, unreportedAfterMs = UNREPORTED_AFTER_MS }: TrackerOptions): Tracker {
  /** In the order of publishing; at most the events of one match. */
  let followed: Followed[] = [];
  let latest = 0;

  function touch(message: TouchedMessage): void {
    latest = Math.max(latest, message.version);
    const gone = new Set(message.settled.map(({ market }) => market));
    for (const other of followed.filter(({ waiting }) => waiting.size > 0)) {
      for (const market of gone) other.waiting.delete(market);
      other.settledFirst = other.waiting.size === 0;
    }
    const item = followed.find(
      ({ event, touched }) => !touched && event.id === message.event.id && event.source === message.event.source,
    );
    if (!item) return;
    item.status = "applied";
    item.touched = message;
    for (const { market, variants } of message.touched)
      if (variants?.includes(variant) ?? true) item.waiting.add(market);
  }

  /** What was reported of later versions is lost with the history: unless it is reported again, it has not happened. */
  function startAnew({ version = 0 }: ResetMessage): void {
    latest = version;
    for (const item of followed) {
      if (!item.touched || item.touched.version <= version) continue;
      delete item.touched;
      delete item.coveredAt;
      item.status = "published";
      item.waiting = new Set();
    }
  }

  function isDone(item: Followed, index: number, at: number): boolean {
    if (item.status === "applied") return item.waiting.size === 0 || isOverdue(item, at);
    if (item.status !== "published" || isOverdue(item, at)) return true;
    const overtaken = followed.slice(index + 1).some(({ status }) => status === "applied");
    return overtaken && at - item.publishedAt >= unreportedAfterMs;
  }

  const isOverdue = (item: Followed, at: number) => at - item.publishedAt >= giveUpMs;

  function effectOf(item: Followed, at: number): EventEffect {
    const { event, touched, freshAt, freshByRead, settledFirst, publishedAt } = item;
    const late = isOverdue(item, at) ? "overdue" : "unreported";
    const outcome = item.status === "published" ? late : item.waiting.size > 0 ? "overdue" : item.status;
    const freshMs = freshAt === undefined ? undefined : freshAt - publishedAt;
    return { event, outcome, touched, freshMs, freshByRead, settledFirst };
  }

  return {
    published(event, at) {
      followed.push({
        event,
        publishedAt: at,
        status: "published",
        waiting: new Set(),
        freshByRead: false,
        settledFirst: false,
      });
    },

    answered(event, status) {
      const item = followed.find((candidate) => candidate.event === event);
      if (item && !item.touched) item.status = status;
    },

    received(message, at) {
      if (message.kind === "touched") touch(message);
      if (message.kind === "reset") startAnew(message);
      if (message.kind !== "refreshed" || message.variant !== variant) return;
      for (const item of followed) {
        if (!item.touched || item.waiting.size === 0 || item.touched.version > message.seen) continue;
        item.coveredAt = at;
        for (const market of Object.keys(message.markets)) item.waiting.delete(market);
        if (item.waiting.size === 0) item.freshAt = at;
      }
    },

    read({ markets }, version, at) {
      for (const item of followed) {
        if (!item.touched || item.waiting.size === 0 || item.touched.version > version) continue;
        for (const market of item.waiting) if (isCurrent(markets[market])) item.waiting.delete(market);
        if (item.waiting.size > 0) continue;
        item.freshAt = item.coveredAt ?? at;
        item.freshByRead = item.coveredAt === undefined;
      }
    },

    needsRead: (at) =>
      followed.some(
        ({ waiting, coveredAt, publishedAt }) =>
          waiting.size > 0 && (coveredAt !== undefined || at - publishedAt >= READ_AFTER_MS),
      ),

    take(at) {
      const open = followed.findIndex((item, index) => !isDone(item, index, at));
      const count = open < 0 ? followed.length : open;
      const effects = followed.slice(0, count).map((item) => effectOf(item, at));
      followed = followed.slice(count);
      return effects;
    },

    get version() {
      return latest;
    },

    get pending() {
      return followed.length;
    },
  };
}

/** Whether a market's prediction has seen everything that touched it. Stale by age alone it has. */
function isCurrent(market: MarketAnswer | undefined): boolean {
  if (market?.status === "fresh" || market?.status === "settled") return true;
  return market?.status === "stale" && PAST_ITS_LIFETIME.has(market.reason?.code ?? "");
}

const PAST_ITS_LIFETIME: ReadonlySet<string> = new Set(["expired", "clock_moved"]);
