import type { Logger } from "@touchline/platform";

/** A lasting fault fails again with every job that the reconciler enqueues, in every match that it concerns. */
const QUIET_MS = 60_000;
/** Reasons remembered at a time. */
const MAX_REASONS = 100;

interface Reason {
  readonly saidAt: number;
  readonly unsaid: number;
}

/**
 * Logs each reason why refreshes fail once a minute, with the number of failures left out. Milliseconds of any steady
 * clock.
 */
export class FailureLog {
  readonly #log: Logger;
  readonly #reasons = new Map<string, Reason>();

  constructor(log: Logger) {
    this.#log = log;
  }

  failed(err: unknown, matchId: string, now: number): void {
    const text = err instanceof Error ? `${err.name}: ${err.message}` : String(err);
    // A failure that names its match is the same failure in another one.
    const reason = text.replaceAll(matchId, "*");
    const known = this.#reasons.get(reason);
    if (known && now - known.saidAt < QUIET_MS) {
      this.#reasons.set(reason, { ...known, unsaid: known.unsaid + 1 });
      return;
    }
    this.#reasons.delete(reason);
    this.#reasons.set(reason, { saidAt: now, unsaid: 0 });
    const [oldest] = this.#reasons.keys();
    if (this.#reasons.size > MAX_REASONS && oldest !== undefined) this.#reasons.delete(oldest);
    const unsaid = known && known.unsaid > 0 ? { unsaid: known.unsaid } : {};
    this.#log.warn({ err, matchId, ...unsaid }, "refresh failed; what was due stays due");
  }
}
