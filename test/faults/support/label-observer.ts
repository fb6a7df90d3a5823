import { setTimeout as delay } from "node:timers/promises";
import { PATIENCE_MS } from "../../setup/patience.ts";
import type { ReceivedChange } from "./change-log.ts";

/** One answer, as one reader got it. Times are milliseconds of `performance.now()` unless said otherwise. */
export interface Observation {
  readonly url: string;
  readonly matchId: string;
  readonly beganAt: number;
  readonly tookMs: number;
  /** When the answer was complete, wall-clock milliseconds. */
  readonly endedAt: number;
  /** 0 when no answer came before the reader gave up. */
  readonly httpStatus: number;
  /** Market to its label. */
  readonly labels: Readonly<Record<string, string>>;
  /**
   * Markets that were called stale because the api could not reach the store: it cannot know what has happened since.
   */
  readonly cutOff: readonly string[];
  /** Market to why it has its label. */
  readonly reasons: Readonly<Record<string, string>>;
}

interface ObserverOptions {
  /** Api processes; each gets a reader of its own. */
  readonly urls: readonly string[];
  readonly matchId: string;
  readonly markets: readonly string[];
  /** Pause between two reads of a reader. */
  readonly everyMs?: number;
  /** After this long a reader gives up, which no scenario should see. */
  readonly giveUpMs?: number;
}

const EVERY_MS = 5;

/** Reads a match all the time, through every api process, and keeps what it was answered. */
export class LabelObserver {
  readonly observations: Observation[] = [];
  readonly #options: ObserverOptions;
  readonly #stop = new AbortController();
  readonly #readers: readonly Promise<void>[];

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#readers = options.urls.map(async (url) => this.#read(url));
  }

  /** Until there have been so many more answers. */
  async reads(count: number): Promise<void> {
    const enough = this.observations.length + count;
    while (this.observations.length < enough) await delay(this.#options.everyMs ?? EVERY_MS);
  }

  /** Lets the running reads end. @returns all that was read */
  async stop(): Promise<readonly Observation[]> {
    this.#stop.abort();
    await Promise.all(this.#readers);
    return this.observations;
  }

  async #read(url: string): Promise<void> {
    const { matchId, markets, everyMs = EVERY_MS, giveUpMs = PATIENCE_MS } = this.#options;
    const address = `${url}/v1/matches/${matchId}/predictions?markets=${markets.join(",")}`;
    while (!this.#stop.signal.aborted) {
      const answer = await observe(address, giveUpMs);
      this.observations.push({ url, matchId, ...answer });
      await delay(everyMs);
    }
  }
}

async function observe(address: string, giveUpMs: number): Promise<Omit<Observation, "url" | "matchId">> {
  const beganAt = performance.now();
  const end = (
    httpStatus: number,
    labels: Observation["labels"],
    cutOff: readonly string[] = [],
    reasons: Observation["reasons"] = {},
  ) => ({
    beganAt,
    tookMs: performance.now() - beganAt,
    endedAt: Date.now(),
    httpStatus,
    labels,
    cutOff,
    reasons,
  });
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(giveUpMs) });
    const body = (await response.json()) as {
      markets?: Record<string, { status?: string; reason?: { code?: string } }>;
    };
    const markets = Object.entries(body.markets ?? {});
    const labels = markets.map(([market, { status = "unlabelled" }]) => [market, status]);
    // An event that waits in the queue may be the reason that is said; the header tells all the same.
    const isLastKnown = response.headers.get("cache-control")?.includes("stale-if-error") === true;
    const cutOff = markets.flatMap(([market, { reason }]) =>
      isLastKnown || reason?.code === "store_unavailable" ? market : [],
    );
    const reasons = Object.fromEntries(markets.map(([market, { reason }]) => [market, reason?.code ?? "none"]));
    return end(response.status, Object.fromEntries(labels) as Record<string, string>, cutOff, reasons);
  } catch {
    return end(0, {});
  }
}

export interface WrongLabel {
  readonly url: string;
  readonly market: string;
  readonly label: string;
  /** Version of the event that the value had not seen, and how long before the read that event was known here. */
  readonly version: number;
  readonly knownForMs: number;
  readonly reason: string;
}

/**
 * Holds every answer against the log of what happened. A label is wrong when it says `fresh` of a market that an
 * event had touched before the read began, or `stale` after a hard one, and no prediction that has seen the event
 * was committed before the answer was complete. An api that says it is cut off from the store may call stale what a
 * hard event has overtaken since (docs/coherence.md): it receives none. It may never call it fresh.
 */
export function wrongLabels(observations: readonly Observation[], received: readonly ReceivedChange[]): WrongLabel[] {
  return observations.flatMap(({ url, matchId, beganAt, endedAt, labels, cutOff, reasons }) => {
    const ofMatch = received.filter(({ change }) => change.matchId === matchId);
    return Object.entries(labels).flatMap(([market, label]) => {
      if (label !== "fresh" && (label !== "stale" || cutOff.includes(market))) return [];
      const known = lastTouch(ofMatch, market, beganAt, label === "fresh" ? "any" : "hard");
      if (!known || isMadeGood(ofMatch, market, known.version, endedAt)) return [];
      const reason = reasons[market] ?? "none";
      return [{ url, market, label, reason, version: known.version, knownForMs: beganAt - known.sentToAllAt }];
    });
  });
}

/**
 * An answer from memory may lag by the flight of a message (docs/coherence.md). A process that is given its turn late
 * finds the message before the request, because it was sent before.
 */
const FLIGHT_MS = 20;

/** The last event that touched the market and was known before the read began. */
function lastTouch(
  received: readonly ReceivedChange[],
  market: string,
  before: number,
  severity: "any" | "hard",
): { version: number; sentToAllAt: number } | undefined {
  const found = received.findLast(
    ({ change, sentToAllAt }) =>
      change.kind === "touched" &&
      sentToAllAt < before - FLIGHT_MS &&
      change.touched.some((touch) => touch.market === market && (severity === "any" || touch.severity === "hard")),
  );
  return found?.change.kind === "touched"
    ? { version: found.change.version, sentToAllAt: found.sentToAllAt }
    : undefined;
}

/** The store's clock is the observer's, in whole milliseconds. */
function isMadeGood(received: readonly ReceivedChange[], market: string, version: number, by: number): boolean {
  return received.some(
    ({ change }) =>
      change.kind === "refreshed" &&
      change.variant === "default" &&
      change.seen >= version &&
      market in change.markets &&
      change.at <= by + 1,
  );
}
