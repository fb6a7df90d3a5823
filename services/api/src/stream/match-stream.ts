import { setTimeout as delay } from "node:timers/promises";
import { type ChangeMessage, gistOf, type MatchStore } from "@touchline/cache";
import type { ChangeListener } from "../changes/change-feed.ts";
import type { OutgoingStream } from "./outgoing-stream.ts";
import { canResume } from "./resume.ts";
import type { FramedMessage, SharedCatchUp } from "./shared-catch-up.ts";
import { frameOf, gapFrame, historyFrame, openingFrame } from "./sse-frame.ts";
import { idOf, type StreamPosition } from "./stream-position.ts";

/** Reads of the store that may fail in a row, and the pause after them, which doubles: six seconds in all. */
const MAX_FAILURES = 5;
const FIRST_PAUSE_MS = 100;

interface MatchStreamOptions {
  readonly matchId: string;
  readonly out: OutgoingStream;
  readonly store: Pick<MatchStore, "match">;
  readonly missed: SharedCatchUp;
  /** The last message that the client has; undefined: it begins here. */
  readonly after: StreamPosition | undefined;
  /** Where the match stands. */
  readonly match: StreamPosition & { readonly version: number };
}

/**
 * One client's live stream: every numbered message of the match, once and in order. Messages come from the channel;
 * where their numbers leave a gap, the feed in the store fills it. Where the store's history has changed (another
 * epoch, or numbers that go back), the client gets a `reset` and the stream goes on in the new history.
 */
export class MatchStream implements ChangeListener {
  readonly #options: MatchStreamOptions;
  #epoch: string;
  #sent: number;
  /** Number of the last message from the channel: there they ascend, whatever has been sent from the feed. */
  #receivedN = -1;
  #resets = 0;
  #catchingUp = false;
  #missed = false;
  /** Messages may have been missed in which the history changed: ask where the match stands. */
  #lostTrack = true;

  constructor(options: MatchStreamOptions) {
    this.#options = options;
    const { match, after } = options;
    this.#epoch = match.epoch;
    this.#sent = after && canResume(after, match) ? after.n : match.n;
  }

  /** Opens the stream, then sends what the client has missed. */
  async start(): Promise<void> {
    const { match, after, out } = this.#options;
    const isReset = after !== undefined && !canResume(after, match);
    // A client that is cut off before it has read the reset must not come back as one that has.
    out.write(openingFrame(isReset ? undefined : { epoch: this.#epoch, n: this.#sent }));
    if (isReset) this.#reset(match, match.version);
    await this.#catchUp();
  }

  onChange(message: ChangeMessage): void {
    if (message.kind === "answered") return;
    const { n, epoch = "" } = message;
    if (epoch !== this.#epoch || n <= this.#receivedN) this.#reset({ epoch, n: n - 1 }, gistOf(message.text)?.version);
    this.#receivedN = n;
    if (n <= this.#sent) return;
    if (this.#catchingUp || n !== this.#sent + 1) return void this.#catchUp();
    this.#options.out.write(frameOf(message));
    this.#sent = n;
  }

  onGap(): void {
    this.#lostTrack = true;
    void this.#catchUp();
  }

  /** Goes on after `position`. What was sent before may never have happened. */
  #reset({ epoch, n }: StreamPosition, version: number | undefined): void {
    const { matchId, out } = this.#options;
    this.#epoch = epoch;
    this.#sent = n;
    this.#receivedN = -1;
    this.#resets++;
    out.write(historyFrame(matchId, { epoch, n }, version, idOf({ epoch, n })));
  }

  /** Sends from the feed until nothing is left. Messages that arrive meanwhile are in the feed as well. */
  async #catchUp(): Promise<void> {
    const { out } = this.#options;
    this.#missed = true;
    if (this.#catchingUp) return;
    this.#catchingUp = true;
    let failures = 0;
    while (this.#missed && !out.ended) {
      this.#missed = false;
      try {
        if (this.#lostTrack) await this.#lookUp();
        if (!(await this.#sendBatch())) this.#missed = true;
        failures = 0;
      } catch {
        // The store is away: for a moment during a failover. Else the client comes back, when it may be there again.
        if (++failures > MAX_FAILURES) out.end("error");
        else await delay(FIRST_PAUSE_MS * 2 ** failures, undefined, { ref: false });
        this.#missed = true;
      }
    }
    this.#catchingUp = false;
  }

  /** A new history whose numbers are lower shows nothing in the feed after the last one sent. */
  async #lookUp(): Promise<void> {
    const { store, matchId } = this.#options;
    // What is sent from the channel during the read need not be in what it finds.
    const [resets, before] = [this.#resets, { epoch: this.#epoch, n: this.#sent }];
    this.#lostTrack = false;
    const match = await store.match(matchId).catch((error: unknown) => {
      this.#lostTrack = true;
      throw error;
    });
    if (match && resets === this.#resets && !canResume(before, match)) this.#reset(match, match.version);
  }

  /** @returns whether that was all */
  async #sendBatch(): Promise<boolean> {
    const { missed, matchId, out } = this.#options;
    const resets = this.#resets;
    const { messages, isLast } = await missed.after(matchId, this.#sent);
    // What was read is of the history before, or begins elsewhere.
    if (resets !== this.#resets) return false;
    for (const message of messages) this.#sendMissed(message);
    await out.drained();
    return isLast;
  }

  #sendMissed({ n, epoch, version, frame }: FramedMessage): void {
    const { matchId, out } = this.#options;
    if (frame !== undefined && epoch !== this.#epoch) this.#reset({ epoch, n: n - 1 }, version);
    if (n !== this.#sent + 1) out.write(gapFrame(matchId, this.#sent, n));
    if (frame !== undefined) out.write(frame);
    this.#sent = n;
  }
}
