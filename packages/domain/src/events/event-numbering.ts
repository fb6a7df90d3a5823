import type { EventPlace } from "./event-place.ts";

/** Between which standing events of its own source a number puts an event. */
export interface Window {
  /** Numbers of standing events: it comes after so many of them, and before the next after so many. */
  readonly after: number;
  readonly before: number;
  /** Stretch whose numbering it belongs to. */
  readonly stretch: number;
}

interface Mark {
  readonly at: number;
  readonly sequence: number;
  readonly stretch: number;
  readonly time: number;
}

/**
 * The numbers of one source as far as its clocked events show them. Where they grow over the whole match they are one
 * numbering. Where they do not, the source starts anew in each period; then the time of an event says which is meant.
 */
export class Numbering {
  readonly #marks: readonly Mark[];
  readonly #end: number;
  readonly #isOne: boolean;

  /** @param standing what has a clock, in match order   @param times the latest time up to each of them */
  constructor(standing: readonly EventPlace[], times: readonly number[], source: string) {
    this.#marks = standing.flatMap(({ event, stretch = 0 }, at) =>
      event.source === source && event.sequence !== undefined
        ? [{ at, sequence: event.sequence, stretch, time: times[at] ?? 0 }]
        : [],
    );
    this.#end = standing.length;
    this.#isOne = this.#marks.every(({ sequence }, index) => sequence >= (this.#marks[index - 1]?.sequence ?? 0));
  }

  windowOf({ event, stretch, from }: EventPlace): Window {
    const sequence = event.sequence ?? 0;
    const own = this.#isOne ? undefined : (stretch ?? this.#stretchAt(from));
    const isBefore = (mark: Mark): boolean =>
      own === undefined || mark.stretch === own ? mark.sequence <= sequence : mark.stretch < own;
    const count = countWhile(this.#marks, isBefore);
    const after = this.#marks[count - 1];
    return {
      after: after ? after.at + 1 : 0,
      before: this.#marks[count]?.at ?? this.#end,
      stretch: own ?? 0,
    };
  }

  /** The last stretch that had begun by `time`. */
  #stretchAt(time: number): number {
    return this.#marks[countWhile(this.#marks, (mark) => mark.time <= time) - 1]?.stretch ?? -1;
  }
}

export function runningMaximum(values: readonly number[]): number[] {
  let reached = -Infinity;
  return values.map((value) => (reached = Math.max(reached, value)));
}

/** How many of the first `items` hold; once one does not, no later one does. */
export function countWhile<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
