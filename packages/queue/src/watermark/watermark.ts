import type { PendingEvents } from "./read-pending-events.ts";

/** What is known of the way from the queue to one match. */
export type AppliedUpTo =
  /** Every event of the match that was accepted more than the lag ago has been applied. */
  | { readonly kind: "caught_up" }
  /** An event older than the lag is still waiting, or may be among more than can be looked at. */
  | {
      readonly kind: "behind";
      /** Since when at least, milliseconds: an upper bound of the oldest waiting event's age. */
      readonly behindMs: number;
      /** An event that waits may forbid the prices that are shown, or cannot be understood. */
      readonly forbids: boolean;
      /** Whether the event is known to be of this match; otherwise every match counts as behind. */
      readonly isNamed: boolean;
    }
  /** Nobody has been able to look for longer than the lag. */
  | { readonly kind: "blind"; readonly blindMs: number };

/** The same over all matches, for operators. */
export interface WatermarkSummary {
  /** Events accepted and not applied when last looked. */
  readonly pending: number;
  /** Age of the oldest of them, milliseconds; an upper bound. */
  readonly behindMs: number;
  /** Milliseconds since the last look; `Infinity` before the first. */
  readonly blindMs: number;
  readonly isBlind: boolean;
}

/** Events of one match that have been accepted and not applied. */
export interface WaitingMatch {
  readonly matchId: string;
  readonly waiting: number;
  /** Age of the oldest of them, milliseconds; an upper bound. */
  readonly oldestMs: number;
}

export interface WatermarkOptions {
  /** An event may wait so long, milliseconds. A look proves something for as long. */
  readonly lagMs: number;
  /**
   * Whether an event of this type can forbid a price from before it. "" stands for a type that cannot be understood.
   */
  readonly canForbid: (type: string) => boolean;
}

/** Two clocks, milliseconds: one that stands still while the machine sleeps, and one that may be set. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

interface Pending {
  readonly matchId: string;
  readonly forbids: boolean;
  /** Not accepted before this moment of the monotonic clock. */
  readonly acceptedAt: number;
}

interface Oldest {
  readonly acceptedAt: number;
  /** Of those that can forbid a price; Infinity when there is none. */
  readonly forbiddenAt: number;
}

const CAUGHT_UP = { kind: "caught_up" } as const;

/**
 * Proves that accepted events have been applied, from what the queue holds. No wall clock of another machine counts: a
 * job that was not in the queue at the look before was accepted after it, so its age is at most the time since then.
 * Only at the first look, and after a blind stretch, the producers' timestamps have to do, where they lie in the past.
 *
 * A look proves something for one lag: whatever was accepted after it is younger than that. A queue that cannot be
 * asked proves nothing, and neither does a clock that jumped: the proof ends on whichever clock says so first.
 */
export class Watermark {
  readonly #options: WatermarkOptions;
  readonly #pending = new Map<string, Pending>();
  #oldestOf = new Map<string, Oldest>();
  /** Since when there have been jobs that no look has reached, on the monotonic clock. */
  #unseenSince: number | undefined;
  #lookedAt: Moment | undefined;
  #total = 0;
  #oldestAt = Infinity;

  constructor(options: WatermarkOptions) {
    this.#options = options;
  }

  /** Ids whose data need not be read again. */
  known(): Iterable<string> {
    return this.#pending.keys();
  }

  /** @param sentAt when the look was sent; later looks must be taken in after earlier ones */
  take(found: PendingEvents, sentAt: Moment): void {
    const before = this.#lookedAt && !this.#isOver(this.#lookedAt, sentAt) ? this.#lookedAt.monotonic : undefined;
    const present = new Set(found.ids);
    for (const id of this.#pending.keys()) if (!present.has(id)) this.#pending.delete(id);
    for (const job of found.read) {
      const claimedAgeMs = Math.max(0, found.now - job.timestamp);
      this.#pending.set(job.id, {
        matchId: job.matchId,
        forbids: this.#options.canForbid(job.type),
        // It may be one of those that no look had reached: then it is as old as they may be.
        acceptedAt: Math.min(this.#unseenSince ?? Infinity, before ?? sentAt.monotonic - claimedAgeMs),
      });
    }
    // Listed but not read yet, or not even listed.
    const unseen = found.total > this.#pending.size;
    this.#unseenSince = unseen ? (this.#unseenSince ?? before ?? sentAt.monotonic) : undefined;
    this.#total = found.total;
    this.#lookedAt = sentAt;
    this.#index();
  }

  /** @param now both clocks of the moment at which a label is given */
  of(matchId: string, now: Moment): AppliedUpTo {
    const looked = this.#lookedAt;
    if (!looked || this.#isOver(looked, now)) return { kind: "blind", blindMs: this.#blindMs(now) };
    const late = now.monotonic - this.#options.lagMs;
    if (this.#oldestAt >= late) return CAUGHT_UP;
    const own = this.#oldestOf.get(matchId);
    const forbids = own !== undefined && own.forbiddenAt < late;
    const isNamed = own !== undefined && own.acceptedAt < late;
    const since = Math.min(own?.acceptedAt ?? Infinity, this.#oldestOf.get(ANY)?.acceptedAt ?? Infinity, this.#unseen);
    return since < late ? { kind: "behind", behindMs: now.monotonic - since, forbids, isNamed } : CAUGHT_UP;
  }

  /** Whether every match is caught up: the one question of the shortest path. */
  isCaughtUp(now: Moment): boolean {
    const looked = this.#lookedAt;
    return looked !== undefined && !this.#isOver(looked, now) && this.#oldestAt >= now.monotonic - this.#options.lagMs;
  }

  summary(now: Moment): WatermarkSummary {
    const blindMs = this.#blindMs(now);
    return {
      pending: this.#total,
      behindMs: this.#oldestAt === Infinity ? 0 : Math.max(0, now.monotonic - this.#oldestAt),
      blindMs,
      isBlind: !this.#lookedAt || this.#isOver(this.#lookedAt, now),
    };
  }

  get #unseen(): number {
    return this.#unseenSince ?? Infinity;
  }

  /** Matches with events that wait, the one that waits longest first; events that no look has reached are in none. */
  waiting(now: Moment): readonly WaitingMatch[] {
    const byMatch = new Map<string, { waiting: number; oldestMs: number }>();
    for (const { matchId, acceptedAt } of this.#pending.values()) {
      if (matchId === NONE || matchId === ANY) continue;
      const { waiting, oldestMs } = byMatch.get(matchId) ?? { waiting: 0, oldestMs: 0 };
      const ms = Math.max(oldestMs, now.monotonic - acceptedAt);
      byMatch.set(matchId, { waiting: waiting + 1, oldestMs: ms });
    }
    return [...byMatch].map(([matchId, found]) => ({ matchId, ...found })).toSorted((a, b) => b.oldestMs - a.oldestMs);
  }

  /** Over on either clock: the monotonic one stands while the machine sleeps, the other may have been set. */
  #isOver(looked: Moment, now: Moment): boolean {
    const { lagMs } = this.#options;
    return now.monotonic - looked.monotonic > lagMs || Math.abs(now.wall - looked.wall) > lagMs;
  }

  #blindMs(now: Moment): number {
    return this.#lookedAt ? now.monotonic - this.#lookedAt.monotonic : Infinity;
  }

  #index(): void {
    this.#oldestOf = new Map();
    this.#oldestAt = this.#unseen;
    for (const { matchId, forbids, acceptedAt } of this.#pending.values()) {
      if (matchId === NONE) continue;
      const known = this.#oldestOf.get(matchId);
      this.#oldestOf.set(matchId, {
        acceptedAt: Math.min(known?.acceptedAt ?? Infinity, acceptedAt),
        forbiddenAt: Math.min(known?.forbiddenAt ?? Infinity, forbids ? acceptedAt : Infinity),
      });
      this.#oldestAt = Math.min(this.#oldestAt, acceptedAt);
    }
  }
}

/** Match ids as `read-pending-events.lua` answers them where there is none, and where it is not known. */
const NONE = "";
const ANY = "?";
