/**
 * Longest wait for a signal that has to come, milliseconds. Minutes, because a busy machine may take that long to start
 * a process: only what never comes meets it.
 */
export const PATIENCE_MS = 180_000;
