import { withDeadline } from "@touchline/platform";
import { type AppliedUpTo, urgencyOf } from "@touchline/queue";
import { ChangeWatch } from "../changes/change-watch.ts";
import { answers } from "@touchline/cache";
import type { ChangeFeed } from "../changes/change-feed.ts";
import { ApiError } from "../http/problems.ts";
import type { RequestDirectives } from "../http/request-directives.ts";
import { NamedState } from "../named-state.ts";
import type { FallbackOutcome, FallbackRefresher } from "../refresh/fallback-refresher.ts";
import type { AskReason, RefreshAsker } from "../refresh/refresh-asker.ts";
import type { Served } from "./answer-headers.ts";
import type { PredictionReader, ReadSnapshot } from "./prediction-reader.ts";
import { readOnce, type ReadAttempt } from "./read-attempt.ts";
import type { Selection } from "./selection.ts";
import type { ServingDecision } from "./serving-decision.ts";
import type { BlindPolicy } from "./under-watermark.ts";

export interface ReadOptions {
  readonly reader: PredictionReader;
  readonly feed: ChangeFeed;
  readonly asker: RefreshAsker;
  /** Refreshes in this process what no worker has refreshed within the wait; undefined: workers alone refresh. */
  readonly fallback?: FallbackRefresher;
  readonly missWaitMs: number;
  /** How much longer a reader waits for the fallback. */
  readonly fallbackWaitMs: number;
  readonly xfetchBeta: number;
  /** How far the accepted events of a match have been applied. */
  readonly applied: (matchId: string) => AppliedUpTo;
  readonly blindPolicy: BlindPolicy;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly waited: (outcome: "answered" | "deadline", seconds: number) => void;
}

export interface Reading {
  readonly snapshot: ReadSnapshot;
  readonly decisions: readonly ServingDecision[];
  readonly served: Served;
  /** The moment that the decisions are about, wall-clock milliseconds. */
  readonly now: number;
}

/**
 * Reads a match until what was asked for can be served, or until the wait is over: fresh and stale markets are served
 * as they are, missing and too stale ones are waited for. Refreshes are asked for on the way.
 * @returns undefined when the match is unknown
 * @throws ApiError `version_not_reached` when `minVersion` was not reached in time, `store_unavailable`
 */
export async function readUntilServable(
  options: ReadOptions,
  matchId: string,
  selection: Selection,
  directives: RequestDirectives,
): Promise<Reading | undefined> {
  using read = new WaitingRead(options, matchId, selection, directives);
  // Awaited here, because leaving this function ends the watch.
  return await read.run();
}

/**
 * `reading`: looks at the store or the memory. `waiting`: for a change of the match. `falling_back`: no change came in
 * time, and this process refreshes the match itself. `answering`: what the last look found is the answer.
 */
type ReadState = "reading" | "waiting" | "falling_back" | "answering";

const NEXT = {
  reading: ["reading", "waiting", "answering"],
  waiting: ["reading", "falling_back", "answering"],
  falling_back: ["reading", "answering"],
  answering: [],
} as const satisfies Record<ReadState, readonly ReadState[]>;

/** A refresh that did not bring what one reader misses will not bring it when repeated on the spot. */
const MAX_ASKS = 3;
/** Messages may follow each other closely, and each would have the reader look again. */
const MAX_REPEATS = 2;

class WaitingRead implements Disposable {
  readonly #options: ReadOptions;
  readonly #matchId: string;
  readonly #selection: Selection;
  readonly #directives: RequestDirectives;
  readonly #watch: ChangeWatch;
  readonly #began: number;
  readonly #deadline: number;
  readonly #random: number;
  readonly #state = new NamedState<ReadState>("reading", NEXT);
  #last: ReadAttempt = { snapshot: undefined, decisions: [], pending: undefined, now: 0 };
  #served: Served = "hit";
  #asksLeft = MAX_ASKS;
  #repeatsLeft = MAX_REPEATS;
  #mayFallBack: boolean;

  constructor(options: ReadOptions, matchId: string, selection: Selection, directives: RequestDirectives) {
    const { variant, minVersion = 0 } = selection;
    this.#options = options;
    this.#matchId = matchId;
    this.#selection = selection;
    this.#directives = directives;
    this.#began = options.monotonic();
    this.#deadline = this.#began + (directives.onlyIfCached ? 0 : options.missWaitMs);
    this.#random = 1 - options.random();
    this.#mayFallBack = options.fallback !== undefined && !directives.onlyIfCached;
    this.#watch = new ChangeWatch(
      options.feed,
      matchId,
      (message) => answers(message, variant) || (message.kind === "touched" && message.version >= minVersion),
    );
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }

  async run(): Promise<Reading | undefined> {
    for (;;) {
      const { current } = this.#state;
      if (current === "answering") return this.#answer();
      this.#state.become(await this.#step(current));
    }
  }

  async #step(state: Exclude<ReadState, "answering">): Promise<ReadState> {
    if (state === "reading") return this.#read();
    return state === "waiting" ? this.#wait() : this.#fallBack();
  }

  async #read(): Promise<ReadState> {
    const { asker } = this.#options;
    this.#watch.arm();
    this.#last = await readOnce(this.#options, this.#matchId, this.#selection, this.#directives, this.#random);
    const { snapshot, decisions, pending, now } = this.#last;
    const reason = snapshot && askReason(decisions, pending === "miss" || pending === "stale");
    // A refresh that ended during the read may have brought what it misses: look again before asking for another.
    if (reason && this.#watch.hasChanged && this.#repeatsLeft-- > 0) return "reading";
    if (snapshot && reason && this.#asksLeft-- > 0)
      asker.ask(this.#matchId, this.#selection.variant, urgencyOf(snapshot.state), reason, {
        epoch: snapshot.epoch,
        now,
      });
    if (pending === "miss" || pending === "stale") this.#served = pending;
    return pending === undefined ? "answering" : "waiting";
  }

  async #wait(): Promise<ReadState> {
    if (await this.#watch.changed(this.#deadline - this.#options.monotonic())) return "reading";
    return this.#mayFallBack && this.#last.decisions.some(({ wait }) => wait) ? "falling_back" : "answering";
  }

  /** Once at most: a match that cannot be refreshed here now cannot be refreshed here a moment later. */
  async #fallBack(): Promise<ReadState> {
    const { fallbackWaitMs, monotonic } = this.#options;
    this.#mayFallBack = false;
    const began = monotonic();
    const outcome = await this.#fallbackOutcome();
    // What this reader has seen is of an earlier epoch.
    if (outcome === "other_epoch") return "reading";
    if (outcome !== "committed" && outcome !== "nothing_due" && outcome !== "claimed_elsewhere") return "answering";
    // The commit is published, whoever made it: that wakes the watch, and the same message outdates the memory.
    return (await this.#watch.changed(fallbackWaitMs - (monotonic() - began))) ? "reading" : "answering";
  }

  async #fallbackOutcome(): Promise<FallbackOutcome | "late"> {
    const { fallback, fallbackWaitMs } = this.#options;
    if (!fallback) return "late";
    // Other matches may be in line before this one.
    const refreshing = fallback.refresh(this.#matchId, this.#last.snapshot?.epoch);
    const refreshed = withDeadline(refreshing, fallbackWaitMs, "waiting for a fallback refresh");
    return refreshed.catch(() => "late" as const);
  }

  #answer(): Reading | undefined {
    const { asker, waited, monotonic } = this.#options;
    const { snapshot, decisions, pending, now } = this.#last;
    if (this.#served !== "hit")
      waited(pending === undefined ? "answered" : "deadline", (monotonic() - this.#began) / 1000);
    if (!snapshot) return undefined;
    asker.recordAccess(this.#matchId, this.#selection.variant);
    if (pending !== "version") return { snapshot, decisions, served: this.#served, now };
    throw new ApiError("version_not_reached", {
      detail: `the match is at version ${snapshot.version}, version ${this.#selection.minVersion ?? 0} was asked for`,
      retryAfterSeconds: 1,
    });
  }
}

function askReason(decisions: readonly ServingDecision[], waiting: boolean): AskReason | undefined {
  const asking = decisions.filter(({ refresh }) => refresh);
  if (asking.length === 0) return undefined;
  if (waiting) return "waiting";
  // A reader who got no price has less to go by than a reader who got an old one.
  if (asking.some(({ status }) => status === "suspended")) return "suspended";
  return asking.some(({ status }) => status === "stale") ? "stale" : "early";
}
