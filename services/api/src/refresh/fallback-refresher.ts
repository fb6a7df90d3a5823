import { BUILTIN_GRAPH } from "@touchline/domain";
import { randomUUID } from "node:crypto";
import { DeadlineError, type Logger, withDeadline } from "@touchline/platform";
import { type RefreshDependencies, refreshMatch } from "@touchline/refresh";
import { isOutage } from "../redis/outage.ts";

/** Outcomes of a fallback refresh. */
export const FALLBACK_OUTCOMES = [
  "committed",
  "nothing_due",
  "overtaken",
  "refreshing",
  "claimed_elsewhere",
  "other_graph",
  "unknown_match",
  "other_epoch",
  "incomplete",
  "full",
  "failed",
] as const;
export type FallbackOutcome = (typeof FALLBACK_OUTCOMES)[number];

export interface FallbackEvents {
  /** @param seconds from the claim to the commit; undefined where there was nothing to do or another process did it */
  fellBack(outcome: FallbackOutcome, seconds: number | undefined): void;
}

interface FallbackOptions extends Omit<RefreshDependencies, "claim"> {
  /** Matches computed at a time in this process. */
  readonly concurrency: number;
  /** How long a refresh under way counts as alive, milliseconds: for so long a worker's refresh is left to it. */
  readonly leaseMs: number;
  /** How long one may take; a hung store ends it, milliseconds. */
  readonly deadlineMs: number;
  readonly events: FallbackEvents;
  readonly log: Logger;
}

/** Matches that may wait for their turn, for each that may be computed: more would only be late. */
const WAITING_PER_PLACE = 32;

/**
 * Refreshes matches in this process when no worker has done it in time: the last resort before an answer without a
 * price. One process at a time claims a match, and only while no refresh of it is under way; what it commits is judged
 * as a worker's is. A small bulkhead keeps computing from crowding out reading.
 */
export class FallbackRefresher {
  readonly #options: FallbackOptions;
  readonly #underWay = new Map<string, Promise<FallbackOutcome>>();
  readonly #inLine: (() => void)[] = [];
  #computing = 0;

  constructor(options: FallbackOptions) {
    this.#options = options;
  }

  /**
   * Joins the refresh of the match that is under way here, or makes one. Never rejects; ends within its deadlines.
   * @param epoch of what the reader has read; any by default
   */
  async refresh(matchId: string, epoch?: string): Promise<FallbackOutcome> {
    const { concurrency, events } = this.#options;
    const known = this.#underWay.get(matchId);
    if (known) return known;
    if (this.#underWay.size >= concurrency * (1 + WAITING_PER_PLACE)) {
      events.fellBack("full", undefined);
      return "full";
    }
    const made = this.#inTurn(async () => this.#make(matchId, epoch)).finally(() => this.#underWay.delete(matchId));
    this.#underWay.set(matchId, made);
    return made;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#computing >= this.#options.concurrency) await new Promise<void>((resolve) => this.#inLine.push(resolve));
    else this.#computing++;
    try {
      return await work();
    } finally {
      // The place is passed on, so that no caller who comes now takes it.
      const next = this.#inLine.shift();
      if (next) next();
      else this.#computing--;
    }
  }

  async #make(matchId: string, epoch: string | undefined): Promise<FallbackOutcome> {
    const { deadlineMs, events, log } = this.#options;
    const began = performance.now();
    const signal = AbortSignal.timeout(deadlineMs);
    try {
      const outcome = await withDeadline(
        this.#claimAndRefresh(matchId, epoch, signal),
        deadlineMs,
        "refreshing in the api",
      );
      const computed = outcome === "committed" || outcome === "overtaken";
      events.fellBack(outcome, computed ? (performance.now() - began) / 1000 : undefined);
      return outcome;
    } catch (err) {
      if (!(err instanceof DeadlineError) && !isOutage(err)) log.warn({ err, matchId }, "refresh in the api failed");
      events.fellBack("failed", undefined);
      return "failed";
    }
  }

  async #claimAndRefresh(matchId: string, epoch: string | undefined, signal: AbortSignal): Promise<FallbackOutcome> {
    const { store, predictor, now, graph, leaseMs, deadlineMs } = this.#options;
    const graphVersion = graph?.current.version ?? this.#options.graphVersion ?? BUILTIN_GRAPH.version;
    const claim = randomUUID();
    const lasting = { token: claim, lastsMs: deadlineMs, leaseMs, graphVersion };
    const claimed = await store.claim(matchId, epoch === undefined ? lasting : { ...lasting, epoch });
    if (claimed !== "claimed") return claimed;
    try {
      const result = await refreshMatch(
        { store, predictor, now, graphVersion, claim, ...(graph && { graph }) },
        matchId,
        signal,
      );
      if (result.outcome !== "committed") return result.outcome;
      const { stored, extended, overtaken } = result.commit;
      return stored + extended === 0 && overtaken > 0 ? "overtaken" : "committed";
    } finally {
      // Otherwise it ends by itself.
      await store.releaseClaim(matchId, claim).catch(() => undefined);
    }
  }
}
