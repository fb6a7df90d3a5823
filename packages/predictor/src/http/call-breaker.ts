/** How a circuit breaker judges calls. Times are milliseconds of any steady clock. */
export interface CallBreakerOptions {
  /** Calls of this long ago and younger are judged. */
  readonly windowMs: number;
  /** Fewer calls in the window than this are no evidence. */
  readonly fewestCalls: number;
  /** Share of failed calls from which on no more are made. */
  readonly failureShare: number;
  /** How long it stays open at first; each failed probe doubles it, up to `longestOpenMs`. */
  readonly openMs: number;
  readonly longestOpenMs: number;
}

export const BREAKER_STATES = ["closed", "half_open", "open"] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

/** Ends one call that was let through. One that was given up says nothing. */
export type EndCall = (how: "succeeded" | "failed" | "given_up", now: number) => void;

const BUCKETS = 10;

interface Bucket {
  readonly since: number;
  calls: number;
  failures: number;
}

/**
 * Stops calling what does not answer. Closed, calls pass and are judged over a window of time; open, none passes; half
 * open, one passes and its fate decides. Only a failed call opens it, and only a call that succeeded closes it: with
 * nobody calling it stays half open.
 */
export class CallBreaker {
  readonly #options: CallBreakerOptions;
  #state: BreakerState = "closed";
  #buckets: Bucket[] = [];
  #openUntil = 0;
  #openMs: number;
  /** Changes with the state: a call that began under another one says nothing about this one. */
  #generation = 0;

  constructor(options: CallBreakerOptions) {
    this.#options = options;
    this.#openMs = options.openMs;
  }

  stateAt(now: number): BreakerState {
    return this.#state === "open" && now >= this.#openUntil ? "half_open" : this.#state;
  }

  /** Leave to make one call, to be ended once it is over; undefined when it must not be made. */
  begin(now: number): EndCall | undefined {
    if (this.#state === "half_open") return undefined; // the probe is on its way
    if (this.#state === "open") {
      if (now < this.#openUntil) return undefined;
      this.#enter("half_open");
    }
    const generation = this.#generation;
    let ended = false;
    return (how, at) => {
      if (ended || generation !== this.#generation) return;
      ended = true;
      if (this.#state === "half_open") this.#endProbe(how, at);
      else if (how !== "given_up") this.#judge(how === "succeeded", at);
    };
  }

  #endProbe(how: Parameters<EndCall>[0], now: number): void {
    if (how === "succeeded") {
      this.#openMs = this.#options.openMs;
      this.#enter("closed");
      return;
    }
    if (how === "given_up") {
      // The next call is the probe instead.
      this.#enter("open");
      this.#openUntil = now;
      return;
    }
    this.#openMs = Math.min(this.#options.longestOpenMs, 2 * this.#openMs);
    this.#open(now);
  }

  #judge(succeeded: boolean, now: number): void {
    const { windowMs, fewestCalls, failureShare } = this.#options;
    this.#buckets = this.#buckets.filter(({ since }) => now - since < windowMs);
    let bucket = this.#buckets.at(-1);
    if (!bucket || now - bucket.since >= windowMs / BUCKETS) {
      bucket = { since: now, calls: 0, failures: 0 };
      this.#buckets.push(bucket);
    }
    bucket.calls++;
    if (!succeeded) bucket.failures++;
    const calls = this.#buckets.reduce((sum, each) => sum + each.calls, 0);
    const failures = this.#buckets.reduce((sum, each) => sum + each.failures, 0);
    // One that succeeded shows that calls are answered again, however many failed before it.
    if (!succeeded && calls >= fewestCalls && failures >= failureShare * calls) this.#open(now);
  }

  #open(now: number): void {
    this.#enter("open");
    this.#openUntil = now + this.#openMs;
  }

  #enter(state: BreakerState): void {
    this.#state = state;
    this.#generation++;
    this.#buckets = [];
  }
}
