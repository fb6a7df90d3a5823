import { randomBytes } from "node:crypto";
import { gistOf, LastPositions, parseChange } from "@touchline/cache";
import type { ChangeFeed } from "../changes/change-feed.ts";
import type { KeptFrames } from "./resume.ts";
import { frameWithId, gapFrame, historyFrame } from "./sse-frame.ts";
import type { StreamPosition } from "./stream-position.ts";

/** Bounds of what is kept for clients who come back. */
const MAX_FRAMES = 4_096;
const MAX_BYTES = 16 * 1024 * 1024;
/** How long frames are collected for nobody, milliseconds: clients come back after a network's hiccup. */
const LINGER_MS = 60_000;

interface ChangeRingOptions {
  readonly feed: ChangeFeed;
  /** A frame has been added. */
  readonly onFrame: () => void;
  /** Messages may have been missed: an epoch has ended, and all who follow have to begin anew. */
  readonly onGap: () => void;
}

/**
 * The last changes of all matches as frames, made once for all clients. Frames are numbered within an epoch: a stretch
 * in which this process has missed nothing. It collects while somebody follows, and a little longer.
 */
export class ChangeRing implements KeptFrames {
  readonly #options: ChangeRingOptions;
  readonly #frames = new Map<number, Buffer>();
  readonly #last = new LastPositions();
  #epoch = newEpoch();
  #newest = 0;
  #oldest = 1;
  #bytes = 0;
  #stop: (() => void) | undefined;
  #lingering: NodeJS.Timeout | undefined;

  constructor(options: ChangeRingOptions) {
    this.#options = options;
  }

  get epoch(): string {
    return this.#epoch;
  }

  get oldest(): number {
    return this.#oldest;
  }

  get newest(): number {
    return this.#newest;
  }

  /** `Last-Event-ID` of a client that has everything up to frame `number`. */
  idOf(number: number): string {
    return `${this.#epoch}.${number}`;
  }

  frame(number: number): Buffer | undefined {
    return this.#frames.get(number);
  }

  /** Somebody follows. */
  start(): void {
    clearTimeout(this.#lingering);
    this.#stop ??= this.#options.feed.listenAll({
      onGist: ({ matchId, n }, text) => {
        if (n !== undefined) this.#add(matchId, n, text);
      },
      onPing: () => undefined,
      onGap: () => {
        this.#beginAnew();
        // Called when the subscription is lost, and again when it is back: only then can anybody begin anew.
        if (this.#options.feed.subscribed) this.#options.onGap();
      },
    });
  }

  /** Nobody follows any more. */
  release(): void {
    clearTimeout(this.#lingering);
    this.#lingering = setTimeout(() => this.close(), LINGER_MS);
    this.#lingering.unref();
  }

  close(): void {
    clearTimeout(this.#lingering);
    this.#stop?.();
    this.#stop = undefined;
    this.#beginAnew();
  }

  #add(matchId: string, n: number, text: string): void {
    const message = parseChange(text);
    if (!message || message.kind === "answered") return;
    const before = this.#missedBefore(matchId, { epoch: message.epoch ?? "", n }, text);
    const frame = Buffer.from(before + frameWithId(message, this.idOf(++this.#newest)));
    this.#frames.set(this.#newest, frame);
    this.#bytes += frame.length;
    while (this.#frames.size > MAX_FRAMES || (this.#bytes > MAX_BYTES && this.#frames.size > 1)) this.#dropOldest();
    this.#options.onFrame();
  }

  /**
   * What has to be said before the next message of a match: that others are missing, or that its history has changed.
   */
  #missedBefore(matchId: string, { epoch, n }: StreamPosition, text: string): string {
    const continuity = this.#last.take(matchId, { epoch, n });
    if (continuity.kind === "gap") return gapFrame(matchId, continuity.last.n, n);
    if (continuity.kind !== "other_history") return "";
    return historyFrame(matchId, { epoch, n: n - 1 }, gistOf(text)?.version, undefined);
  }

  #dropOldest(): void {
    this.#bytes -= this.#frames.get(this.#oldest)?.length ?? 0;
    this.#frames.delete(this.#oldest++);
  }

  #beginAnew(): void {
    this.#epoch = newEpoch();
    this.#frames.clear();
    this.#last.clear();
    this.#bytes = 0;
    this.#newest = 0;
    this.#oldest = 1;
  }
}

function newEpoch(): string {
  return randomBytes(6).toString("hex");
}
