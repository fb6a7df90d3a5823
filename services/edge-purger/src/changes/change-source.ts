/** The changes that the purger receives, in order. */
export interface ChangeListener {
  /**
   * Something of the match changed.
   * @param version match version after a step; undefined where the change was no step
   */
  onChange(matchId: string, version: number | undefined): void;
  /** Changes may have been missed, or nothing is known yet: whatever is cached may be old. */
  onReset(reason: ResetReason): void;
}

export const RESET_REASONS = ["start", "reconnect", "gap"] as const;
export type ResetReason = (typeof RESET_REASONS)[number];

/** Where changes come from. The purger knows nothing else of it, so that another source can take its place. */
export interface ChangeSource {
  /** How long it has not been proved that every change was received, milliseconds; 0 while that is proved. */
  readonly blindMs: number;
  /** Begins; calls `onReset` before the first change. @throws when the source cannot be reached in time */
  open(listener: ChangeListener): Promise<void>;
  close(): Promise<void>;
}
