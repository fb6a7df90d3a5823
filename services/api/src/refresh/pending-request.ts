import type { ChangeFeed } from "../changes/change-feed.ts";
import { NamedState } from "../named-state.ts";

/**
 * `background`: for a reader who was served. `blocking`: for a reader who got no price. `shed`: recorded in the store
 * and not enqueued, because too many refreshes waited. `ended`: answered, given up, or replaced by a blocking request.
 */
export type RequestState = "background" | "blocking" | "shed" | "ended";

const NEXT = {
  background: ["shed", "ended"],
  blocking: ["ended"],
  shed: ["ended"],
  ended: [],
} as const satisfies Record<RequestState, readonly RequestState[]>;

/** After this long without an answer a request counts as lost, and the next reader makes another. Default. */
const UNANSWERED_MS = 5_000;
/** After this long a request that was shed may be made again: the queue may have drained. */
const SHED_MS = 1_000;

interface PendingRequestOptions {
  readonly feed: Pick<ChangeFeed, "listen">;
  readonly matchId: string;
  readonly variant: string;
  readonly kind: "background" | "blocking";
  /** Milliseconds. */
  readonly unansweredMs?: number | undefined;
  /** Called once when nothing has answered after `afterMs`. */
  readonly late?: { readonly afterMs: number; readonly call: () => void };
  /** Called once, when the request ends. */
  readonly onEnd: (request: PendingRequest) => void;
}

/** A refresh request of this process that no refresh has answered yet. */
export class PendingRequest {
  readonly #state: NamedState<RequestState>;
  readonly #onEnd: (request: PendingRequest) => void;
  readonly #stopListening: () => void;
  readonly #late: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;

  constructor({ feed, matchId, variant, kind, unansweredMs = UNANSWERED_MS, late, onEnd }: PendingRequestOptions) {
    this.#state = new NamedState<RequestState>(kind, NEXT);
    this.#onEnd = onEnd;
    this.#stopListening = feed.listen(matchId, {
      onChange: (message) => {
        if (message.kind === "answered" && message.variants.includes(variant)) this.end();
      },
      onGap: () => this.end(),
    });
    this.#late = late && setTimeout(() => late.call(), late.afterMs).unref();
    // Ended sooner, the request would never be found late.
    this.#expireAfter(late ? Math.max(unansweredMs, late.afterMs + 1) : unansweredMs);
  }

  get state(): RequestState {
    return this.#state.current;
  }

  /** Marks a background request as not enqueued. An answer may have come first; then nothing is left to mark. */
  shed(): void {
    if (this.state === "ended") return;
    this.#state.become("shed");
    this.#expireAfter(SHED_MS);
  }

  /** Ending twice is harmless: an answer, a timer and a blocking request may all come. */
  end(): void {
    if (this.state === "ended") return;
    this.#state.become("ended");
    this.#stopListening();
    clearTimeout(this.#expiry);
    clearTimeout(this.#late);
    this.#onEnd(this);
  }

  #expireAfter(ms: number): void {
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.end(), ms).unref();
  }
}
