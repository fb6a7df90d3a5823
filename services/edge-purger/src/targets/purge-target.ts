export const ADAPTERS = ["varnish", "fastly", "cloudflare"] as const;
export type Adapter = (typeof ADAPTERS)[number];

/** The label of every answer with predictions. */
export const EVERYTHING = "predictions";

export function keyOf(matchId: string): string {
  return `match:${matchId}`;
}

/** One surrogate key whose answers are to go. */
export interface Purge {
  readonly key: string;
  /** Answers of the match that have seen less may not be kept from now on, where the cache can tell. */
  readonly version: number | undefined;
}

/** A cache, or a service of many, that takes purges. */
export interface PurgeTarget {
  readonly adapter: Adapter;
  /** Tells targets of one adapter apart in log lines; without secrets. */
  readonly address: string;
  /** Keys that one call takes at most. */
  readonly maxKeys: number;
  /** Calls begun within one second at most. */
  readonly callsPerSecond: number;
  /** @throws PurgeError when the target refuses, or whatever `fetch` throws */
  purge(purges: readonly Purge[], signal: AbortSignal): Promise<void>;
}

/** The target answered, and did not purge. */
export class PurgeError extends Error {
  override readonly name = "PurgeError";
  readonly status: number;
  /** How long the target wants to be left alone, milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(what: string, status: number, retryAfterMs?: number) {
    super(`${what} answered ${status}`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}
