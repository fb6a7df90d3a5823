import type { StreamPosition } from "./stream-position.ts";

/**
 * Whether the stream of a match that stands at `match` can go on after what a client has. A number beyond the last one,
 * or of another epoch, is of a history that no longer counts. `0` is of every history: the client has nothing yet.
 */
export function canResume(after: StreamPosition, match: StreamPosition): boolean {
  const hasNothing = after.epoch === "" && after.n === 0;
  return hasNothing || (after.epoch === match.epoch && after.n <= match.n);
}

export const RESET_REASONS = ["open", "unknown_id", "gone", "gap", "behind"] as const;
/**
 * Why a client of all matches has to begin anew: it has no id, its id is of another process or another life of this
 * one, what follows its id is gone, messages may have been missed here, or it reads too slowly.
 */
export type ResetReason = (typeof RESET_REASONS)[number];

/** What a process still has of the stream over all matches. */
export interface KeptFrames {
  readonly epoch: string;
  /** Number of the oldest frame that is kept, and of the newest; the newest is one less where none is kept. */
  readonly oldest: number;
  readonly newest: number;
}

/** Where the stream over all matches goes on for a client that has `id`. */
export function resumeAll(
  id: string | undefined,
  kept: KeptFrames,
): { readonly after: number } | { reset: ResetReason } {
  if (id === undefined || id === "") return { reset: "open" };
  const [, epoch, text] = /^([a-z0-9]{1,32})\.(\d{1,15})$/.exec(id) ?? [];
  const after = Number(text);
  if (epoch !== kept.epoch || !(after <= kept.newest)) return { reset: "unknown_id" };
  return after + 1 < kept.oldest ? { reset: "gone" } : { after };
}
