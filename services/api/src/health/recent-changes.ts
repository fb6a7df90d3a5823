import type { HealthSnapshot } from "@touchline/contract";
import type { ChangeFeed } from "../changes/change-feed.ts";

type Recent = HealthSnapshot["recent"];

interface RecentChangesOptions {
  readonly feed: ChangeFeed;
  /** Wall-clock milliseconds, for the moments that are shown. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
}

const WINDOW_MS = 10 * 60_000;
const MAX_SAMPLES = 400;
/** Matches with an event whose refresh has not come yet. */
const MAX_PENDING = 5_000;

/** The fixed beginning of a `refreshed` message, behind the head that every message has. */
const REFRESHED =
  /^\{"kind":"refreshed",.{1,200}?"seen":(\d+),"refresh":\d+,"variant":"([a-z0-9_]+)","computeMs":([\d.e+-]+)/;

/**
 * How long the last events took from being applied to the first refresh that had seen them, as this process received
 * both. Costs one look at the beginning of each message.
 */
export class RecentChanges {
  readonly #options: RecentChangesOptions;
  readonly #stop: () => void;
  readonly #pending = new Map<string, { readonly version: number; readonly at: number }>();
  readonly #samples: {
    readonly at: number;
    readonly shownAt: number;
    readonly ms: number;
    readonly matchId: string;
  }[] = [];
  readonly #computes: { readonly at: number; readonly ms: number }[] = [];

  constructor(options: RecentChangesOptions) {
    this.#options = options;
    this.#stop = options.feed.listenAll({
      onGist: ({ matchId, version }, text) => {
        if (version !== undefined) this.#take(matchId, version, text);
      },
      onPing: () => undefined,
      // Refreshes may have been missed: what is pending would be counted too long.
      onGap: () => this.#pending.clear(),
    });
  }

  read(): Recent {
    const since = this.#options.monotonic() - WINDOW_MS;
    const computes = this.#computes.filter(({ at }) => at >= since);
    return {
      windowSeconds: WINDOW_MS / 1000,
      eventToFresh: this.#samples
        .filter(({ at }) => at >= since)
        .map(({ shownAt, ms, matchId }) => ({ at: new Date(shownAt).toISOString(), ms, matchId })),
      computeMs: computes.slice(-20).map(({ ms }) => ms),
      refreshes: computes.length,
    };
  }

  close(): void {
    this.#stop();
  }

  #take(matchId: string, version: number, text: string): void {
    const at = this.#options.monotonic();
    if (text.startsWith('{"kind":"touched"')) {
      // The clock runs from the first event that no refresh has seen yet.
      if (this.#pending.has(matchId) || text.includes('"touched":[]')) return;
      if (this.#pending.size < MAX_PENDING) this.#pending.set(matchId, { version, at });
      return;
    }
    if (text.startsWith('{"kind":"forgotten"')) this.#pending.delete(matchId);
    const [, seen, variant, computeMs] = REFRESHED.exec(text) ?? [];
    if (seen === undefined || variant !== "default") return;
    keep(this.#computes, { at, ms: Number(computeMs) });
    const pending = this.#pending.get(matchId);
    if (!pending || Number(seen) < pending.version) return;
    this.#pending.delete(matchId);
    keep(this.#samples, { at, shownAt: this.#options.now(), ms: Math.round((at - pending.at) * 10) / 10, matchId });
  }
}

function keep<Sample>(samples: Sample[], sample: Sample): void {
  samples.push(sample);
  if (samples.length > MAX_SAMPLES) samples.shift();
}
