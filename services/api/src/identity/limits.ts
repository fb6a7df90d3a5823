import type { RedisClient } from "@touchline/platform";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { ApiError } from "../http/problems.ts";

/** Requests that are limited together. `attempts`: those with a wrong key or password. */
export const LIMIT_CLASSES = ["read", "publish", "operate", "attempts"] as const;
export type LimitClass = (typeof LIMIT_CLASSES)[number];

interface LimitsOptions {
  /** The store. Limits are kept there, so that they hold over all processes. */
  readonly redis: RedisClient;
  readonly prefix: string;
  /** Requests a minute by class, for one key or one address; 0: no limit. */
  readonly perMinute: Readonly<Record<LimitClass, number>>;
  readonly limited: (of: LimitClass) => void;
}

const WINDOW_SECONDS = 60;

/**
 * Limits by class and by whoever asks. While the store does not answer, each process counts by itself: the limit is
 * then one for each process, and nobody is locked out or let in without any.
 */
export class Limits {
  readonly #limiters: ReadonlyMap<LimitClass, RateLimiterRedis>;
  readonly #limited: LimitsOptions["limited"];

  constructor({ redis, prefix, perMinute, limited }: LimitsOptions) {
    this.#limited = limited;
    this.#limiters = new Map(
      LIMIT_CLASSES.filter((of) => perMinute[of] > 0).map((of) => {
        const options = { keyPrefix: `${prefix}:limits:${of}`, points: perMinute[of], duration: WINDOW_SECONDS };
        const insuranceLimiter = new RateLimiterMemory(options);
        return [
          of,
          new RateLimiterRedis({
            ...options,
            storeClient: redis,
            insuranceLimiter,
            // Whoever is over the limit is refused from memory until the window ends.
            inMemoryBlockOnConsumed: perMinute[of] + 1,
            rejectIfRedisNotReady: true,
          }),
        ];
      }),
    );
  }

  isLimited(of: LimitClass): boolean {
    return this.#limiters.has(of);
  }

  /** Counts one request. @throws ApiError `too_many_requests` with the seconds to wait */
  async take(of: LimitClass, who: string): Promise<void> {
    const waitMs = await this.#consume(of, who);
    if (waitMs === undefined) return;
    this.#limited(of);
    throw new ApiError("too_many_requests", {
      detail: `more than the allowed number of requests a minute (${of})`,
      retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
    });
  }

  /** Counts one request. @returns milliseconds to wait where it is one too many */
  async overrun(of: LimitClass, who: string): Promise<number | undefined> {
    const waitMs = await this.#consume(of, who);
    if (waitMs !== undefined) this.#limited(of);
    return waitMs;
  }

  async #consume(of: LimitClass, who: string): Promise<number | undefined> {
    const limiter = this.#limiters.get(of);
    if (!limiter) return undefined;
    try {
      await limiter.consume(who);
      return undefined;
    } catch (error) {
      if (error instanceof RateLimiterRes) return error.msBeforeNext;
      throw error;
    }
  }
}
