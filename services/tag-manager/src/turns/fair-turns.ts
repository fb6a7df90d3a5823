import { performance } from "node:perf_hooks";

/** `price`: any number of a match is applied in one turn. `other`: each has a turn of its own, before prices. */
export type TurnKind = "price" | "other";

export interface FairTurnsOptions<Item, Result> {
  /** Turns at a time, each of another match. */
  readonly slots: number;
  /** Items of one turn; above 1 only prices. Returns a result for each item; where it throws, all of them fail so. */
  readonly apply: (matchId: string, items: readonly Item[]) => Promise<readonly Result[]>;
  /** Milliseconds of a clock that never goes back; injected for tests. */
  readonly monotonic?: () => number;
}

/** Prices applied in one turn: about 10 ms of a core, in which the process does nothing else. */
export const PRICES_AT_ONCE = 64;
/** Turns that others may take in a row while prices wait: over all matches, and of one match. */
const OTHERS_IN_A_ROW = 7;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly alone: boolean;
  readonly promise: PromiseWithResolvers<Result>;
}

/** What waits for turns of one match. */
interface Line<Item, Result> {
  readonly price: Waiting<Item, Result>[];
  readonly other: Waiting<Item, Result>[];
  /** Turns of others since the last of prices. */
  othersInARow: number;
  isAtWork: boolean;
}

/**
 * Shares slots among matches. A match has one turn at a time and, while others wait, no second one before theirs. What
 * is no price overtakes the prices of all matches; one turn in eight is for prices all the same.
 *
 * The order within a match means nothing: its state is the same for every order of arrival.
 */
export class FairTurns<Item, Result> {
  readonly #options: FairTurnsOptions<Item, Result>;
  readonly #lines = new Map<string, Line<Item, Result>>();
  /** Matches that wait for a turn, each in one of the two lists. */
  readonly #queues: Readonly<Record<TurnKind, Set<string>>> = { price: new Set(), other: new Set() };
  #running = 0;
  #othersInARow = 0;
  #turnMs = 5;

  constructor(options: FairTurnsOptions<Item, Result>) {
    this.#options = options;
  }

  /** @param alone whether this one must not share its turn   @returns what `apply` returned for the item */
  async take(matchId: string, kind: TurnKind, item: Item, alone = false): Promise<Result> {
    const promise = Promise.withResolvers<Result>();
    let line = this.#lines.get(matchId);
    if (!line) this.#lines.set(matchId, (line = { price: [], other: [], othersInARow: 0, isAtWork: false }));
    line[kind].push({ item, alone, promise });
    this.#queueUp(matchId, line);
    this.#go();
    return promise.promise;
  }

  /** Items of the match that wait for a turn. */
  waiting(matchId: string, kind: TurnKind): number {
    return this.#lines.get(matchId)?.[kind].length ?? 0;
  }

  /** How long a turn lasts, milliseconds: a running mean. */
  get turnMs(): number {
    return this.#turnMs;
  }

  #queueUp(matchId: string, line: Line<Item, Result>): void {
    if (line.isAtWork) return;
    const kind = this.#next(line);
    if (!kind) return void this.#lines.delete(matchId);
    this.#queues[kind === "price" ? "other" : "price"].delete(matchId);
    this.#queues[kind].add(matchId);
  }

  /** What the match's next turn is for. */
  #next({ price, other, othersInARow }: Line<Item, Result>): TurnKind | undefined {
    if (other.length === 0) return price.length === 0 ? undefined : "price";
    return price.length > 0 && othersInARow >= OTHERS_IN_A_ROW ? "price" : "other";
  }

  #go(): void {
    while (this.#running < this.#options.slots) {
      const matchId = this.#nextMatch();
      const line = matchId === undefined ? undefined : this.#lines.get(matchId);
      if (matchId === undefined || !line) return;
      void this.#turn(matchId, line);
    }
  }

  #nextMatch(): string | undefined {
    const { price, other } = this.#queues;
    const isForPrices = other.size === 0 || (price.size > 0 && this.#othersInARow >= OTHERS_IN_A_ROW);
    const queue = isForPrices ? price : other;
    this.#othersInARow = isForPrices ? 0 : this.#othersInARow + 1;
    const [matchId] = queue;
    if (matchId !== undefined) queue.delete(matchId);
    return matchId;
  }

  /** One turn of a match; afterwards it stands behind all matches that wait. Never throws. */
  async #turn(matchId: string, line: Line<Item, Result>): Promise<void> {
    const { apply, monotonic = performance.now.bind(performance) } = this.#options;
    const kind = this.#next(line) ?? "other";
    const taken = kind === "price" ? takePrices(line.price) : line.other.splice(0, 1);
    line.othersInARow = kind === "price" ? 0 : line.othersInARow + 1;
    line.isAtWork = true;
    this.#running++;
    const began = monotonic();
    try {
      const results = await apply(
        matchId,
        taken.map(({ item }) => item),
      );
      for (const [index, { promise }] of taken.entries()) promise.resolve(results[index] as Result);
    } catch (err) {
      for (const { promise } of taken) promise.reject(err);
    } finally {
      this.#turnMs += (monotonic() - began - this.#turnMs) / 16;
      this.#running--;
      line.isAtWork = false;
      this.#queueUp(matchId, line);
      this.#go();
    }
  }
}

/** As many of the first as may share a turn. */
function takePrices<W extends { readonly alone: boolean }>(waiting: W[]): W[] {
  const end = waiting.findIndex(({ alone }) => alone);
  return waiting.splice(0, end < 0 ? PRICES_AT_ONCE : Math.min(Math.max(end, 1), PRICES_AT_ONCE));
}
