/** How far back prices are compared and panic is remembered, in milliseconds. */
export const VOLATILITY_WINDOW_MS = 30 * 60 * 1000;

/** A stretch of time in panic, wall-clock milliseconds, `until` not included. */
export interface PanicSpan {
  readonly from: number;
  readonly until: number;
}

/** Spans remembered of one match. Half an hour seldom has more than a few. */
export const MAX_PANIC_SPANS = 64;

/**
 * `spans` with a later one, without those that ended before the window of `span.until`, and never more than the bound.
 */
export function withPanicSpan(spans: readonly PanicSpan[], span: PanicSpan): readonly PanicSpan[] {
  if (!(span.until > span.from)) return spans;
  const earlier = withinWindow(spans, span.until);
  return [...(earlier.length < MAX_PANIC_SPANS ? earlier : onGrid(earlier)), span];
}

/** Those of `spans` that reach into the window before `now`. */
export function withinWindow(spans: readonly PanicSpan[], now: number): readonly PanicSpan[] {
  const oldest = spans[0];
  if (oldest === undefined || oldest.until > now - VOLATILITY_WINDOW_MS) return spans;
  return spans.filter(({ until }) => until > now - VOLATILITY_WINDOW_MS);
}

/** Milliseconds of panic within the window that ends at `now`. */
export function panicMsWithinWindow(spans: readonly PanicSpan[], now: number): number {
  const begin = now - VOLATILITY_WINDOW_MS;
  return spans.reduce((sum, { from, until }) => sum + Math.max(0, Math.min(until, now) - Math.max(from, begin)), 0);
}

/** Half a minute: the window has sixty cells and touches one more. */
const CELL_MS = VOLATILITY_WINDOW_MS / 60;

/**
 * The same panic with one span for each cell of the clock at most, at the cell's beginning. No time is added or lost,
 * and none leaves its cell, however often this is done: the share of the window is out by half a cell at worst.
 */
function onGrid(spans: readonly PanicSpan[]): PanicSpan[] {
  const grid: PanicSpan[] = [];
  for (const { from, until } of spans)
    for (let begin = from; begin < until;) {
      const cell = Math.floor(begin / CELL_MS) * CELL_MS;
      const end = Math.min(until, cell + CELL_MS);
      const last = grid.at(-1);
      const joins = last !== undefined && last.until >= cell;
      const length = end - begin;
      if (joins) grid[grid.length - 1] = { from: last.from, until: last.until + length };
      else grid.push({ from: cell, until: cell + length });
      begin = end;
    }
  return grid;
}
