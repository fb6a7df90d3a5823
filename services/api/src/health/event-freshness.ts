import { type StepTiming, stepTimingOf } from "@touchline/cache";
import { DEFAULT_VARIANT, type MatchPhase, type StepSeverity } from "@touchline/domain";
import type { ChangeFeed } from "../changes/change-feed.ts";

interface EventFreshnessOptions {
  readonly feed: ChangeFeed;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  readonly fresh: (labels: { severity: StepSeverity; phase: MatchPhase }, seconds: number) => void;
}

/** Matches with steps whose refresh has not come yet, and steps of one match. */
const MAX_MATCHES = 5_000;
const MAX_STEPS = 64;
/** A producer's clock that is years behind says nothing about freshness. */
const LONGEST_SECONDS = 3_600;

const REFRESHED = /^\{"kind":"refreshed",.{1,200}?"seen":(\d+),"refresh":\d+,"variant":"([a-z0-9_]+)"/;

/**
 * Measures how long each event takes from the queue's acceptance to the moment from which readers of this process get
 * fresh prices that have seen it: the arrival of the first refresh of the default variant that has. Whether somebody
 * reads at that moment does not matter, so a quiet match does not look slow.
 */
export class EventFreshness {
  readonly #options: EventFreshnessOptions;
  readonly #pending = new Map<string, (StepTiming & { readonly version: number })[]>();
  readonly #stop: () => void;

  constructor(options: EventFreshnessOptions) {
    this.#options = options;
    this.#stop = options.feed.listenAll({
      onGist: ({ matchId, version }, text) => {
        if (version !== undefined) this.#take(matchId, version, text);
      },
      onPing: () => undefined,
      // Refreshes may have been missed: what is pending would be measured too long.
      onGap: () => this.#pending.clear(),
    });
  }

  close(): void {
    this.#stop();
  }

  #take(matchId: string, version: number, text: string): void {
    if (text.startsWith('{"kind":"touched"')) {
      const timing = stepTimingOf(text);
      // Nothing is predicted for what is settled or not touched.
      if (timing && (timing.severity === "soft" || timing.severity === "hard"))
        this.#add(matchId, { ...timing, version });
      return;
    }
    if (text.startsWith('{"kind":"forgotten"')) this.#pending.delete(matchId);
    const [, seen, variant] = REFRESHED.exec(text) ?? [];
    const pending = this.#pending.get(matchId);
    if (!pending || variant !== DEFAULT_VARIANT) return;
    const { now, fresh } = this.#options;
    for (const { acceptedAt, severity, phase } of pending.filter((step) => step.version <= Number(seen)))
      fresh({ severity, phase }, Math.min(LONGEST_SECONDS, Math.max(0, (now() - acceptedAt) / 1000)));
    const left = pending.filter((step) => step.version > Number(seen));
    if (left.length > 0) this.#pending.set(matchId, left);
    else this.#pending.delete(matchId);
  }

  #add(matchId: string, step: StepTiming & { readonly version: number }): void {
    const known = this.#pending.get(matchId);
    // The oldest are kept: they are the ones that say how long it takes.
    if (known && known.length < MAX_STEPS) known.push(step);
    if (!known && this.#pending.size < MAX_MATCHES) this.#pending.set(matchId, [step]);
  }
}
