import { TruthIncompleteError } from "@touchline/cache";
import type { Logger } from "@touchline/platform";
import type { TagManagerMetrics } from "./tag-manager-metrics.ts";

/** A lost log stays lost, and every event and every sweep meets it again. */
const QUIET_MS = 60_000;
/** Matches remembered at a time; the oldest are reported once more. */
const MAX_MATCHES = 1_000;

/** Reports matches whose log is lost: each encounter is counted, and each match logged once a minute. */
export class LostLogs {
  readonly #log: Logger;
  readonly #metrics: Pick<TagManagerMetrics, "truthIncomplete">;
  /** When each match was last logged, milliseconds of a steady clock. */
  readonly #loggedAt = new Map<string, number>();

  constructor(log: Logger, metrics: Pick<TagManagerMetrics, "truthIncomplete">) {
    this.#log = log;
    this.#metrics = metrics;
  }

  /**
   * @param now milliseconds of a steady clock
   * @returns whether `err` says that the match's log is lost; anything else is not reported
   */
  met(err: unknown, matchId: string, now: number): boolean {
    if (!(err instanceof TruthIncompleteError)) return false;
    this.#metrics.truthIncomplete();
    const loggedAt = this.#loggedAt.get(matchId);
    if (loggedAt !== undefined && now - loggedAt < QUIET_MS) return true;
    this.#loggedAt.delete(matchId);
    this.#loggedAt.set(matchId, now);
    const [oldest] = this.#loggedAt.keys();
    if (this.#loggedAt.size > MAX_MATCHES && oldest !== undefined) this.#loggedAt.delete(oldest);
    this.#log.error({ err, matchId }, "the log of a match is lost: it can be neither changed nor renewed");
    return true;
  }
}
