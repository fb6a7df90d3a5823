import type { ChangeRing } from "./change-ring.ts";
import type { OutgoingStream } from "./outgoing-stream.ts";
import { resumeAll, type ResetReason } from "./resume.ts";
import { RETRY_FRAME, resetFrame } from "./sse-frame.ts";

/** The matches that are not over, for a client that begins anew. */
export interface AllMatches {
  readonly matches: readonly { readonly matchId: string; readonly version: number; readonly status: string }[];
  /** False where there are more than are listed. */
  readonly complete: boolean;
}

interface AllStreamOptions {
  readonly out: OutgoingStream;
  readonly ring: ChangeRing;
  /** Reads what is true now. @throws ApiError `store_unavailable` */
  readonly readAll: () => Promise<AllMatches>;
}

/**
 * One client's stream over all matches: every change once and in order, or a `reset` that says where all matches stand.
 */
export class AllStream {
  readonly #options: AllStreamOptions;
  /** Number of the last frame that was sent; undefined while the client has to begin anew. */
  #sent: number | undefined;
  #resetting = false;
  #again: ResetReason | undefined;

  constructor(options: AllStreamOptions) {
    this.#options = options;
    options.out.onDrain(() => this.pump());
  }

  async start(lastEventId: string | undefined): Promise<void> {
    const { out, ring } = this.#options;
    out.write(RETRY_FRAME);
    const point = resumeAll(lastEventId, ring);
    if ("reset" in point) return this.reset(point.reset);
    this.#sent = point.after;
    this.pump();
  }

  /** Sends what there is, as fast as the client reads. */
  pump(): void {
    const { out, ring } = this.#options;
    while (this.#sent !== undefined && this.#sent < ring.newest && !out.ended && !out.isFull) {
      const frame = ring.frame(this.#sent + 1);
      // What it has not read yet is no longer kept.
      if (!frame) return void this.reset("behind");
      out.write(frame);
      this.#sent++;
    }
  }

  /** Has the client begin anew. Frames that come while the matches are read follow the reset. */
  async reset(reason: ResetReason): Promise<void> {
    const { out, ring, readAll } = this.#options;
    this.#sent = undefined;
    this.#again = reason;
    if (this.#resetting) return;
    this.#resetting = true;
    try {
      while (this.#again !== undefined && !out.ended) {
        const why = this.#again;
        this.#again = undefined;
        const { epoch, newest } = ring;
        const id = ring.idOf(newest);
        const all = await readAll();
        if (ring.epoch !== epoch) this.#again ??= "gap";
        if (this.#again !== undefined) continue;
        out.write(resetFrame(id, { reason: why, ...all }));
        this.#sent = newest;
      }
    } catch {
      // The store is gone. The client comes back with an id that says so, or none.
      out.end("error");
    } finally {
      this.#resetting = false;
    }
    this.pump();
  }
}
