import type { RefreshBacklog, Urgency } from "@touchline/queue";
import type { ChangeFeed } from "../changes/change-feed.ts";
import type { MatchStore } from "../redis/match-store.ts";
import type { Queues } from "../redis/queues.ts";

/** Why a reader asks for a refresh. */
export const ASK_REASONS = ["early", "stale", "suspended", "waiting"] as const;
export type AskReason = (typeof ASK_REASONS)[number];

/** Reasons of readers who have been served: they can wait, and under load their rings are shed first. */
export const SERVED_REASONS = ["early", "stale"] as const satisfies readonly AskReason[];
export type ServedReason = (typeof SERVED_REASONS)[number];

/** What Redis did not take: the wish, the ring, or the note of demand. */
export type AskFailure = "want" | "ring" | "demand";

export interface AskEvents {
  asked(reason: AskReason): void;
  /** Recorded and not rung for: too many refreshes wait. */
  shed(reason: ServedReason): void;
  /** Somebody else's question is still open. */
  coalesced(): void;
  failed(what: AskFailure, err: unknown): void;
}

interface RefreshAskerOptions {
  readonly store: Pick<MatchStore, "want">;
  readonly queues: Pick<Queues, "ring">;
  readonly backlog: Pick<RefreshBacklog, "admits">;
  readonly feed: Pick<ChangeFeed, "listen">;
  readonly events: AskEvents;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  /** Called when a reader has met a suspended price and nothing has answered it after `suspendedWaitMs`. Nobody waits for it. */
  readonly onSuspendedTooLong?: (matchId: string) => void;
  readonly suspendedWaitMs: number;
}

/** After this long a question counts as lost and may be asked again. */
const UNANSWERED_MS = 5_000;
/** After this long without a ring a question that was shed may be asked again: the queue may have drained. */
const SHED_MS = 1_000;
/** How often a variant's demand is told to the store. Demand counts for ten minutes there. */
const DEMAND_EVERY_MS = 10_000;
/** Matches × variants remembered; the oldest go first, which costs a question too many. */
const MAX_REMEMBERED = 20_000;

interface OpenQuestion {
  /** Asked for readers who were served; one for readers who were not goes ahead of it. */
  readonly served: boolean;
  readonly forget: () => void;
  /** Lets it be forgotten after so long, milliseconds, if nothing has answered it. */
  readonly forgetAfter: (ms: number) => void;
}

/**
 * Asks for refreshes on behalf of readers. However many readers meet one stale match, one wish and one ring leave
 * this process until a refresh has answered. Nobody waits for the asking itself, and its failure fails no read.
 *
 * While too many refreshes wait, readers who were served stale or fresh get their wish recorded and no ring: the
 * match's next refresh answers it, or the reconciler rings for it once the queue has drained.
 */
export class RefreshAsker {
  readonly #options: RefreshAskerOptions;
  /** What has been asked and not been answered. */
  readonly #open = new Map<string, OpenQuestion>();
  readonly #demand = new Map<string, number>();

  constructor(options: RefreshAskerOptions) {
    this.#options = options;
  }

  ask(matchId: string, variant: string, urgency: Urgency, reason: AskReason): void {
    const { feed, events } = this.#options;
    const key = `${variant}/${matchId}`;
    const served = isServed(reason);
    const open = this.#open.get(key);
    if (open && (served || !open.served)) return events.coalesced();
    open?.forget();
    makeRoom(this.#open, (oldest) => oldest.forget());
    const stop = feed.listen(matchId, {
      onChange: (message) => {
        if (message.kind === "answered" && message.variants.includes(variant)) forget();
      },
      onGap: () => forget(),
    });
    const { onSuspendedTooLong, suspendedWaitMs } = this.#options;
    const tooLong =
      reason === "suspended" && onSuspendedTooLong
        ? setTimeout(() => onSuspendedTooLong(matchId), suspendedWaitMs).unref()
        : undefined;
    const forget = (): void => {
      stop();
      clearTimeout(lost);
      clearTimeout(tooLong);
      if (this.#open.get(key) === question) this.#open.delete(key);
    };
    let lost: NodeJS.Timeout;
    const forgetAfter = (ms: number): void => {
      clearTimeout(lost);
      if (this.#open.get(key) === question) lost = setTimeout(forget, ms).unref();
    };
    const question: OpenQuestion = { served, forget, forgetAfter };
    this.#open.set(key, question);
    // Forgotten sooner, what looks after a long wait would never come to it.
    forgetAfter(tooLong ? Math.max(UNANSWERED_MS, suspendedWaitMs + 1) : UNANSWERED_MS);
    // A wish is a note of demand as well.
    this.#remember(key);
    events.asked(reason);
    void this.#send(matchId, variant, urgency, reason, question);
  }

  /** Remembers that the variant is read, so that events refresh it eagerly. */
  recordAccess(matchId: string, variant: string): void {
    const { store, events, monotonic } = this.#options;
    const key = `${variant}/${matchId}`;
    if (monotonic() - (this.#demand.get(key) ?? -Infinity) < DEMAND_EVERY_MS) return;
    this.#remember(key);
    store.want(matchId, variant, "demand").catch((err: unknown) => events.failed("demand", err));
  }

  /** Whether a question about the variant of the match still waits for its refresh. */
  isAsked(matchId: string, variant: string): boolean {
    return this.#open.has(`${variant}/${matchId}`);
  }

  close(): void {
    for (const { forget } of this.#open.values()) forget();
  }

  async #send(
    matchId: string,
    variant: string,
    urgency: Urgency,
    reason: AskReason,
    question: OpenQuestion,
  ): Promise<void> {
    const { store, queues, backlog, events } = this.#options;
    const served = isServed(reason);
    try {
      await store.want(matchId, variant, served ? "want" : "need");
    } catch (err) {
      // Nothing was recorded, so nothing will come: the next reader asks again.
      question.forget();
      return events.failed("want", err);
    }
    if (served && !(await backlog.admits())) {
      question.forgetAfter(SHED_MS);
      return events.shed(reason);
    }
    try {
      await queues.ring(matchId, served ? "revalidate" : urgency);
    } catch (err) {
      // The wish stands in the store; the reconciler rings for it.
      events.failed("ring", err);
    }
    return undefined;
  }

  #remember(key: string): void {
    this.#demand.delete(key);
    makeRoom(this.#demand);
    this.#demand.set(key, this.#options.monotonic());
  }
}

function isServed(reason: AskReason): reason is ServedReason {
  return (SERVED_REASONS as readonly AskReason[]).includes(reason);
}

function makeRoom<T>(map: Map<string, T>, dispose?: (value: T) => void): void {
  if (map.size < MAX_REMEMBERED) return;
  const [oldest] = map;
  if (oldest === undefined) return;
  map.delete(oldest[0]);
  dispose?.(oldest[1]);
}
