import { signal } from "@preact/signals";
import type { MatchAnswer, PredictionsAnswer } from "@touchline/contract";
import { ApiFailure, ask, failureWords } from "./api.ts";
import { FrameBatch } from "./frame-batch.ts";
import { LiveStream, type StreamEvent } from "./live-stream.ts";
import { MarketBoard } from "./market-board.ts";
import { type TimelineEntry, timelineAfter } from "./timeline.ts";

/** Messages before the present one that fill the timeline at the start. */
const BACKLOG = 160;
/** Labels end with time as well as with events: the board is read again as often, milliseconds. */
const READ_EVERY_MS = 1_000;
/** And soon after a message: a refresh lists only the numbers that changed. */
const READ_AFTER_MESSAGE_MS = 60;
const LEAST_BETWEEN_READS_MS = 200;

/** One match, followed: its state, its board and its timeline, from one stream and the reads that it causes. */
export class MatchFeed {
  readonly match = signal<MatchAnswer | undefined>(undefined);
  readonly board = new MarketBoard();
  readonly timeline = signal<readonly TimelineEntry[]>([]);
  /** Why there is nothing to show, in words. */
  readonly problem = signal<string | undefined>(undefined);
  readonly matchId: string;
  readonly #stopped = new AbortController();
  readonly #messages = new FrameBatch<StreamEvent>((events) => this.#take(events));
  readonly #stream: LiveStream;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #readAt = -Infinity;
  #reading = false;
  #etag: string | null = null;
  /** The newest match version that a message named: a read of less is older than what is shown. */
  #version = 0;

  constructor(matchId: string) {
    this.matchId = matchId;
    this.#stream = new LiveStream({
      path: `v1/matches/${encodeURIComponent(matchId)}/stream`,
      backlog: BACKLOG,
      onEvent: (event) => this.#messages.add(event),
      onOpen: () => this.#readSoon(0),
    });
    this.#readSoon(0);
  }

  close(): void {
    this.#stopped.abort();
    this.#stream.close();
    clearTimeout(this.#timer);
  }

  #take(events: readonly StreamEvent[]): void {
    let entries = this.timeline.value;
    for (const event of events) {
      const { kind, data } = event;
      if (kind === "reset" || kind === "gap") this.#version = 0;
      entries = timelineAfter(entries, event);
      this.#show(kind, data);
    }
    this.timeline.value = entries;
    // What is shown has changed since the last read, which would be taken again even if it came out the same.
    this.#etag = null;
    this.#readSoon(READ_AFTER_MESSAGE_MS);
  }

  /** What a message says about the board. One of the backlog is older than the last read, and says nothing new. */
  #show(kind: string, data: StreamEvent["data"]): void {
    const version = Number(data["version"] ?? 0);
    const isOld = version < (this.match.value?.version ?? 0);
    if (kind === "touched" && !isOld) {
      this.#version = Math.max(this.#version, version);
      this.board.touch(data["touched"] as never);
    } else if (kind === "refreshed" && !isOld && data["variant"] === "default")
      this.board.refresh(data["markets"] as never, Number(data["seen"]) >= this.#version);
    else if (kind === "settled" && !isOld) this.board.settle(data["markets"] as never);
  }

  #readSoon(afterMs: number): void {
    if (this.#stopped.signal.aborted) return;
    clearTimeout(this.#timer);
    const earliest = this.#readAt + LEAST_BETWEEN_READS_MS - performance.now();
    this.#timer = setTimeout(() => void this.#read(), Math.max(afterMs, earliest, 0));
  }

  async #read(): Promise<void> {
    if (this.#reading) return this.#readSoon(LEAST_BETWEEN_READS_MS);
    this.#reading = true;
    this.#readAt = performance.now();
    const path = `v1/matches/${encodeURIComponent(this.matchId)}`;
    const { signal: stopped } = this.#stopped;
    const [match, predictions] = await Promise.allSettled([
      ask<MatchAnswer>(path, { signal: stopped }),
      ask<PredictionsAnswer>(`${path}/predictions`, { signal: stopped }),
    ]);
    this.#reading = false;
    if (stopped.aborted) return;
    if (match.status === "fulfilled") this.match.value = match.value.body;
    if (predictions.status === "fulfilled") this.#takeRead(predictions.value);
    const failed: unknown = match.status === "rejected" ? match.reason : undefined;
    // An outage is said by the page's head, and what is shown stays.
    const refused = failed instanceof ApiFailure && failed.status < 500;
    this.problem.value = refused || (failed && !this.match.value) ? failureWords(failed) : undefined;
    this.#readSoon(document.hidden ? READ_EVERY_MS * 10 : READ_EVERY_MS);
  }

  #takeRead({ body, headers }: { readonly body: PredictionsAnswer; readonly headers: Headers }): void {
    const looked = Number(headers.get("touchline-match-version") ?? Infinity);
    if (looked < this.#version) return;
    const etag = headers.get("etag");
    if (etag !== null && etag === this.#etag) return;
    this.#etag = etag;
    this.board.take(body.markets);
  }
}
