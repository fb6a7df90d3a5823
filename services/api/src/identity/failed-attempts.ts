import type { Logger } from "@touchline/platform";
import { ApiError } from "../http/problems.ts";
import type { Limits } from "./limits.ts";

export const ATTEMPT_KINDS = ["key", "password"] as const;
export type AttemptKind = (typeof ATTEMPT_KINDS)[number];

interface FailedAttemptsOptions {
  readonly limits: Limits;
  readonly log: Logger;
  readonly failed: (what: AttemptKind) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
}

/** Addresses that are remembered as blocked by one process. */
const MAX_BLOCKED = 10_000;

/**
 * Slows down whoever guesses: an address with too many wrong keys or passwords is refused, right ones included, until
 * the minute is over. Otherwise the answer to the right one would still tell it from the others.
 */
export class FailedAttempts {
  readonly #options: FailedAttemptsOptions;
  readonly #blockedUntil = new Map<string, number>();

  constructor(options: FailedAttemptsOptions) {
    this.#options = options;
  }

  /** Called before a key or password is looked at. @throws ApiError `too_many_attempts` */
  refuseBlocked(address: string): void {
    const until = this.#blockedUntil.get(address);
    if (until === undefined) return;
    const leftMs = until - this.#options.monotonic();
    if (leftMs > 0) throw blocked(leftMs);
    this.#blockedUntil.delete(address);
  }

  /** Counts a wrong key or password. @throws ApiError `too_many_attempts` when it was one too many */
  async failed(address: string, what: AttemptKind): Promise<void> {
    const { limits, log, failed, monotonic } = this.#options;
    failed(what);
    log.warn({ address, what }, "wrong key or password");
    const waitMs = await limits.overrun("attempts", address);
    if (waitMs === undefined) return;
    const [oldest] = this.#blockedUntil.keys();
    if (this.#blockedUntil.size >= MAX_BLOCKED && oldest !== undefined) this.#blockedUntil.delete(oldest);
    this.#blockedUntil.set(address, monotonic() + waitMs);
    log.warn({ address, seconds: Math.ceil(waitMs / 1000) }, "address blocked: too many wrong keys or passwords");
    throw blocked(waitMs);
  }
}

function blocked(waitMs: number): ApiError {
  return new ApiError("too_many_attempts", { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) });
}
