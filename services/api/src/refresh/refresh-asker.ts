import type { Urgency } from "@touchline/queue";
import type { ChangeFeed } from "../changes/change-feed.ts";
import type { MatchStore } from "../redis/match-store.ts";
import type { Queues } from "../redis/queues.ts";

/** Why a reader asks for a refresh. */
export const ASK_REASONS = ["early", "stale", "suspended", "waiting"] as const;
export type AskReason = (typeof ASK_REASONS)[number];

/** What Redis did not take: the wish, the ring, or the note of demand. */
export type AskFailure = "want" | "ring" | "demand";

export interface AskEvents {
  asked(reason: AskReason): void;
  /** Somebody else's question is still open. */
  coalesced(): void;
  failed(what: AskFailure, err: unknown): void;
}

interface RefreshAskerOptions {
  readonly store: MatchStore;
  readonly queues: Queues;
  readonly feed: ChangeFeed;
  readonly events: AskEvents;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
}

/** After this long a question counts as lost and may be asked again. */
const UNANSWERED_MS = 5_000;
/** How often a variant's demand is told to the store. Demand counts for ten minutes there. */
const DEMAND_EVERY_MS = 10_000;
/** Matches × variants remembered; the oldest go first, which costs a question too many. */
const MAX_REMEMBERED = 20_000;

/**
 * Asks for refreshes on behalf of readers. However many readers meet one stale match, one wish and one ring leave
 * this process until a refresh has answered. Nobody waits for the asking itself, and its failure fails no read.
 */
export class RefreshAsker {
  readonly #options: RefreshAskerOptions;
  /** What has been asked and not been answered, with how to forget it. */
  readonly #open = new Map<string, () => void>();
  readonly #demand = new Map<string, number>();

  constructor(options: RefreshAskerOptions) {
    this.#options = options;
  }

  ask(matchId: string, variant: string, urgency: Urgency, reason: AskReason): void {
    const { feed, events } = this.#options;
    const key = `${variant}/${matchId}`;
    if (this.#open.has(key)) return events.coalesced();
    makeRoom(this.#open, (forgetOldest) => forgetOldest());
    const stop = feed.listen(matchId, {
      onChange: (message) => {
        if (message.kind === "answered" && message.variants.includes(variant)) forget();
      },
      onGap: () => forget(),
    });
    const forget = (): void => {
      stop();
      clearTimeout(lost);
      if (this.#open.get(key) === forget) this.#open.delete(key);
    };
    const lost = setTimeout(forget, UNANSWERED_MS);
    lost.unref();
    this.#open.set(key, forget);
    // A wish is a note of demand as well.
    this.#remember(key);
    events.asked(reason);
    void this.#send(matchId, variant, urgency, forget);
  }

  /** Remembers that the variant is read, so that events refresh it eagerly. */
  noteDemand(matchId: string, variant: string): void {
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
    for (const forget of this.#open.values()) forget();
  }

  async #send(matchId: string, variant: string, urgency: Urgency, forget: () => void): Promise<void> {
    const { store, queues, events } = this.#options;
    try {
      await store.want(matchId, variant, "want");
    } catch (err) {
      // Nothing was recorded, so nothing will come: the next reader asks again.
      forget();
      return events.failed("want", err);
    }
    try {
      await queues.ring(matchId, urgency);
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

function makeRoom<T>(map: Map<string, T>, dispose?: (value: T) => void): void {
  if (map.size < MAX_REMEMBERED) return;
  const [oldest] = map;
  if (oldest === undefined) return;
  map.delete(oldest[0]);
  dispose?.(oldest[1]);
}
