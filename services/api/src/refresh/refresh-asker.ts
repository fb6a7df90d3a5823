import type { RefreshBacklog, Urgency } from "@touchline/queue";
import type { ChangeFeed } from "../changes/change-feed.ts";
import type { Asker, MatchStore } from "@touchline/cache";
import type { Queues } from "../redis/queues.ts";
import { PendingRequest } from "./pending-request.ts";

/** Why a reader asks for a refresh. */
export const ASK_REASONS = ["early", "stale", "suspended", "waiting"] as const;
export type AskReason = (typeof ASK_REASONS)[number];

/** Reasons of readers who have been served: their refreshes run in the background and are shed first. */
export const BACKGROUND_REASONS = ["early", "stale"] as const satisfies readonly AskReason[];
export type BackgroundReason = (typeof BACKGROUND_REASONS)[number];

/** What Redis did not take: a background or a blocking refresh request, a refresh job, a record of recent access. */
export const REQUEST_FAILURES = ["background", "blocking", "enqueue", "access"] as const;
export type RequestFailure = (typeof REQUEST_FAILURES)[number];

export interface AskEvents {
  asked(reason: AskReason): void;
  /** Recorded in the store and not enqueued: too many refreshes wait. */
  shed(reason: BackgroundReason): void;
  /** Another reader's request is still unanswered. */
  coalesced(): void;
  failed(what: RequestFailure, err: unknown): void;
}

interface RefreshAskerOptions {
  readonly store: Pick<MatchStore, "requestRefresh">;
  readonly queues: Pick<Queues, "enqueueRefresh">;
  readonly backlog: Pick<RefreshBacklog, "admits">;
  readonly feed: Pick<ChangeFeed, "listen">;
  readonly events: AskEvents;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  /**
   * Called when a reader has met a suspended price and nothing has answered it after `suspendedWaitMs`. Nobody waits
   * for it.
   */
  readonly onSuspendedTooLong?: (matchId: string, epoch?: string) => void;
  readonly suspendedWaitMs: number;
  /** After this long without an answer a request counts as lost, milliseconds; default 5 s. */
  readonly unansweredMs?: number | undefined;
}

/** How often the recent access to a variant is recorded in the store, where it counts for ten minutes. */
const ACCESS_EVERY_MS = 10_000;
/** Matches × variants remembered; the oldest go first, at the cost of one superfluous request. */
const MAX_REMEMBERED = 20_000;

/**
 * Asks for refreshes on behalf of readers. However many readers meet one stale match, one refresh request and one job
 * leave this process until a refresh has answered. No reader waits for the asking, and its failure fails no read.
 *
 * While too many refreshes wait, background requests are recorded in the store and not enqueued: the match's next
 * refresh answers them, or the reconciler enqueues one once the queue has drained.
 */
export class RefreshAsker {
  readonly #options: RefreshAskerOptions;
  readonly #pending = new Map<string, PendingRequest>();
  /** When each variant of a match was last recorded as read, on the monotonic clock. */
  readonly #accessed = new Map<string, number>();

  constructor(options: RefreshAskerOptions) {
    this.#options = options;
  }

  /** @param seen what the reader has read, and when: the refresh makes anew what had expired by then */
  ask(matchId: string, variant: string, urgency: Urgency, reason: AskReason, seen: Asker = {}): void {
    const { feed, events, onSuspendedTooLong, suspendedWaitMs, unansweredMs } = this.#options;
    const key = `${variant}/${matchId}`;
    const kind = isBackground(reason) ? "background" : "blocking";
    const pending = this.#pending.get(key);
    // A blocking request goes ahead of a background one, and nothing goes ahead of a blocking one.
    if (pending && (kind === "background" || pending.state === "blocking")) return events.coalesced();
    pending?.end();
    makeRoom(this.#pending, (oldest) => oldest.end());
    const request = new PendingRequest({
      feed,
      matchId,
      variant,
      kind,
      unansweredMs,
      ...(reason === "suspended" &&
        onSuspendedTooLong && {
          late: { afterMs: suspendedWaitMs, call: () => onSuspendedTooLong(matchId, seen.epoch) },
        }),
      onEnd: (ended) => {
        if (this.#pending.get(key) === ended) this.#pending.delete(key);
      },
    });
    this.#pending.set(key, request);
    // The store takes a refresh request for a recent access as well.
    this.#remember(key);
    events.asked(reason);
    void this.#send(matchId, variant, urgency, reason, request, seen);
  }

  /** Remembers that the variant is read, so that events refresh it eagerly. */
  recordAccess(matchId: string, variant: string): void {
    const { store, events, monotonic } = this.#options;
    const key = `${variant}/${matchId}`;
    if (monotonic() - (this.#accessed.get(key) ?? -Infinity) < ACCESS_EVERY_MS) return;
    this.#remember(key);
    store.requestRefresh(matchId, variant, "access").catch((err: unknown) => events.failed("access", err));
  }

  /** Whether a request for the variant of the match still waits for its refresh. */
  isAsked(matchId: string, variant: string): boolean {
    return this.#pending.has(`${variant}/${matchId}`);
  }

  close(): void {
    for (const request of this.#pending.values()) request.end();
  }

  async #send(
    matchId: string,
    variant: string,
    urgency: Urgency,
    reason: AskReason,
    request: PendingRequest,
    seen: Asker,
  ): Promise<void> {
    const { store, queues, backlog, events } = this.#options;
    const background = isBackground(reason);
    try {
      const result = await store.requestRefresh(matchId, variant, background ? "background" : "blocking", seen);
      // No refresh will say that it answers this request: the next reader asks for what that one reads.
      if (result !== "noted") request.end();
    } catch (err) {
      // Nothing was recorded, so nothing will come: the next reader asks again.
      request.end();
      return events.failed(background ? "background" : "blocking", err);
    }
    if (background && !(await backlog.admits())) {
      request.shed();
      return events.shed(reason);
    }
    try {
      await queues.enqueueRefresh(matchId, background ? "revalidate" : urgency);
    } catch (err) {
      // The store keeps the request; the reconciler enqueues a refresh for it.
      events.failed("enqueue", err);
    }
    return undefined;
  }

  #remember(key: string): void {
    this.#accessed.delete(key);
    makeRoom(this.#accessed);
    this.#accessed.set(key, this.#options.monotonic());
  }
}

function isBackground(reason: AskReason): reason is BackgroundReason {
  return (BACKGROUND_REASONS as readonly AskReason[]).includes(reason);
}

function makeRoom<T>(map: Map<string, T>, dispose?: (value: T) => void): void {
  if (map.size < MAX_REMEMBERED) return;
  const [oldest] = map;
  if (oldest === undefined) return;
  map.delete(oldest[0]);
  dispose?.(oldest[1]);
}
