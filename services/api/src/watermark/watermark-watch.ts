import { canForbid } from "@touchline/domain";
import type { Logger } from "@touchline/platform";
import {
  type AppliedUpTo,
  type Moment,
  type PendingEvents,
  type WaitingMatch,
  Watermark,
  type WatermarkSummary,
} from "@touchline/queue";

export interface WatermarkWatchOptions {
  /** How long an accepted event may wait before the labels of its match say so, milliseconds. */
  readonly lagMs: number;
  /** Lists what waits in the queue. Must end within a deadline of its own. */
  readonly look: (known: Iterable<string>) => Promise<PendingEvents>;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  /** Wall-clock milliseconds of this machine: it betrays a sleep, in which the other clock stands. */
  readonly wall: () => number;
  readonly log: Logger;
  readonly looked: (outcome: "answered" | "failed") => void;
}

const LOOKS_PER_LAG = 4;
/** However long the lag may be, a look that failed is soon followed by another. */
const MAX_PAUSE_MS = 1_000;

/** Looks at the queue four times in each lag, whatever the number of readers and matches, and says what that proves. */
export class WatermarkWatch {
  readonly #options: WatermarkWatchOptions;
  readonly #watermark: Watermark;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  #wasBlind = false;

  private constructor(options: WatermarkWatchOptions) {
    this.#options = options;
    this.#watermark = new Watermark({ lagMs: options.lagMs, canForbid });
    this.#timer = setInterval(() => void this.look(), Math.min(options.lagMs / LOOKS_PER_LAG, MAX_PAUSE_MS));
    this.#timer.unref();
  }

  /** Starts looking, and resolves after the first look: a queue that cannot be asked leaves every match blind. */
  static async open(options: WatermarkWatchOptions): Promise<WatermarkWatch> {
    const watch = new WatermarkWatch(options);
    await watch.look();
    return watch;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** What the last looks prove about a match at this moment. */
  of(matchId: string): AppliedUpTo {
    return this.#watermark.of(matchId, this.#now());
  }

  /** Whether every accepted event of the match is known to have been applied: what the shortest path asks. */
  isCaughtUp(matchId: string): boolean {
    const now = this.#now();
    return this.#watermark.isCaughtUp(now) || this.#watermark.of(matchId, now).kind === "caught_up";
  }

  summary(): WatermarkSummary {
    return this.#watermark.summary(this.#now());
  }

  /** Matches with waiting events, as of the last look. */
  waiting(): readonly WaitingMatch[] {
    return this.#watermark.waiting(this.#now());
  }

  /** One look; those who ask during it share it. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { look, looked } = this.#options;
    const sentAt = this.#now();
    try {
      this.#watermark.take(await look(this.#watermark.known()), sentAt);
      looked("answered");
      this.#report(undefined);
    } catch (err) {
      looked("failed");
      this.#report(err);
    }
  }

  /** Once when the sight is lost and once when it is back; the connection reports its own outages. */
  #report(err: unknown): void {
    const { isBlind } = this.summary();
    if (isBlind === this.#wasBlind) return;
    this.#wasBlind = isBlind;
    const { log } = this.#options;
    if (isBlind) log.warn({ err }, "the queue cannot be read: nothing is called fresh");
    else log.info("the queue can be read again");
  }

  #now(): Moment {
    const { monotonic, wall } = this.#options;
    return { monotonic: monotonic(), wall: wall() };
  }
}
