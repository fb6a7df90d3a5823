import { setImmediate } from "node:timers/promises";
import { type Fold, foldOn, type MatchEvent, NOTHING_FOLDED } from "@touchline/domain";
import { ApiError } from "../http/problems.ts";

interface StoryFoldsOptions {
  /** CPU that folding one story may take, milliseconds. */
  readonly budgetMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
}

/** After so long other requests have a turn, milliseconds. */
const SLICE_MS = 5;
/** Stories that may wait for the one that is folded. */
const MAX_WAITING = 8;

/**
 * Folds stories of matches that need not exist, one at a time: anybody may tell one, and it must not keep the process
 * from others. Events are folded in the order of their times, in which each costs about the same.
 */
export class StoryFolds {
  readonly #options: StoryFoldsOptions;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: StoryFoldsOptions) {
    this.#options = options;
  }

  /** @throws ApiError `story_too_costly`; `dry_runs_busy` when too many wait */
  async fold(events: readonly MatchEvent[]): Promise<Fold> {
    if (this.#waiting >= MAX_WAITING)
      throw new ApiError("dry_runs_busy", { detail: `${MAX_WAITING} stories are waiting`, retryAfterSeconds: 1 });
    this.#waiting++;
    const folded = this.#last.then(async () => this.#fold(events));
    this.#last = folded.catch(() => undefined).finally(() => this.#waiting--);
    return folded;
  }

  async #fold(events: readonly MatchEvent[]): Promise<Fold> {
    const { budgetMs, monotonic } = this.#options;
    let fold: Fold = NOTHING_FOLDED;
    let spentMs = 0;
    let began = monotonic();
    for (const [index, event] of events.toSorted(byTime).entries()) {
      fold = foldOn(fold, event);
      const tookMs = monotonic() - began;
      if (tookMs < SLICE_MS) continue;
      spentMs += tookMs;
      if (spentMs > budgetMs)
        throw new ApiError("story_too_costly", {
          detail: `folding ${index + 1} of ${events.length} events took more than the ${budgetMs} ms that a story may take`,
        });
      await setImmediate();
      began = monotonic();
    }
    return fold;
  }
}

function byTime(a: MatchEvent, b: MatchEvent): number {
  return Date.parse(a.occurredAt) - Date.parse(b.occurredAt);
}
