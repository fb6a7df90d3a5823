import { signal, type Signal } from "@preact/signals";
import type { MarketStatus, PredictionsAnswer } from "@touchline/contract";
import { marketCategory, marketName } from "./known-names.ts";

type Outcomes = Readonly<Record<string, number | null>>;
type MarketAnswer = PredictionsAnswer["markets"][string];

/** One market as its tile shows it. Replaced whole with every change, so only its own tile is drawn again. */
export interface Tile {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  readonly status: MarketStatus;
  /** Null while nothing may be shown. */
  readonly outcomes: Outcomes | null;
  /** The last numbers that were shown: after a suspension, moves are counted from there. */
  readonly lastShown: Outcomes | null;
  /** What each outcome moved by at the last change of the numbers. */
  readonly moves: Readonly<Record<string, number>>;
  /** The last values of the first outcome, oldest first. */
  readonly trail: readonly number[];
  /** Why it has its status, as a code. */
  readonly reason: string | undefined;
  readonly computedAt: string | undefined;
  readonly freshUntil: string | null | undefined;
  readonly provisional: boolean;
}

const TRAIL = 40;
/** A smaller move is not worth an arrow. */
const LEAST_MOVE = 0.0005;

/** The markets of one match, each as a signal of its own. */
export class MarketBoard {
  /** In the order of the answer; grows when a market is offered for the first time. */
  readonly tiles = signal<readonly Signal<Tile>[]>([]);
  readonly #byId = new Map<string, Signal<Tile>>();

  tile(id: string): Signal<Tile> | undefined {
    return this.#byId.get(id);
  }

  /** What a read answered: the truth about every market that it lists. */
  take(markets: PredictionsAnswer["markets"]): void {
    const added = Object.entries(markets).flatMap(([id, market]) => this.#set(id, market) ?? []);
    if (added.length > 0) this.tiles.value = [...this.tiles.value, ...added];
  }

  /** An event touched these: nothing from before it may be shown as fresh, and of hard ones nothing at all. */
  touch(touched: readonly { readonly market: string; readonly severity: string }[]): void {
    for (const { market, severity } of touched) {
      const tile = this.#byId.get(market);
      if (!tile || tile.value.status === "settled") continue;
      if (severity === "hard") tile.value = { ...tile.value, status: "suspended", outcomes: null, reason: undefined };
      else if (tile.value.status === "fresh") tile.value = { ...tile.value, status: "stale", reason: undefined };
    }
  }

  /** New numbers. Whether they may be called fresh is for the next read to say, unless nothing newer is known. */
  refresh(markets: Readonly<Record<string, { readonly outcomes: Outcomes | null }>>, isCurrent: boolean): void {
    for (const [id, { outcomes }] of Object.entries(markets)) {
      const tile = this.#byId.get(id);
      if (!tile || tile.value.status === "settled" || !isCurrent || outcomes === null) continue;
      tile.value = moved({ ...tile.value, status: "fresh", reason: undefined }, outcomes);
    }
  }

  settle(markets: Readonly<Record<string, { readonly outcomes: Outcomes }>>): void {
    for (const [id, { outcomes }] of Object.entries(markets)) {
      const tile = this.#byId.get(id);
      if (tile) tile.value = { ...tile.value, status: "settled", outcomes, reason: undefined };
    }
  }

  /** @returns the signal of a market that was not known */
  #set(id: string, market: MarketAnswer): Signal<Tile> | undefined {
    const known = this.#byId.get(id);
    if (!known) {
      const added = signal(newTile(id, market));
      this.#byId.set(id, added);
      return added;
    }
    const { status, reason, outcomes, computedAt, freshUntil, provisional = false } = market;
    const before = known.peek();
    const same = before.status === status && before.reason === reason?.code && before.freshUntil === freshUntil;
    if (same && sameNumbers(before.outcomes, outcomes)) return undefined;
    const next = { ...before, status, reason: reason?.code, computedAt, freshUntil, provisional };
    known.value = outcomes === null ? { ...next, outcomes } : moved(next, outcomes);
    return undefined;
  }
}

function newTile(id: string, market: MarketAnswer): Tile {
  const { status, outcomes, reason, computedAt, freshUntil, provisional = false } = market;
  return {
    id,
    name: marketName(id),
    category: marketCategory(id),
    status,
    outcomes,
    lastShown: outcomes,
    moves: {},
    trail: extended([], outcomes),
    reason: reason?.code,
    computedAt,
    freshUntil,
    provisional,
  };
}

function moved(tile: Tile, outcomes: Outcomes): Tile {
  const before = tile.lastShown;
  if (sameNumbers(tile.outcomes, outcomes)) return { ...tile, outcomes };
  const moves = Object.entries(outcomes).flatMap(([outcome, value]) => {
    const was = before?.[outcome];
    const by = value === null || was === null || was === undefined ? 0 : value - was;
    return Math.abs(by) < LEAST_MOVE ? [] : [[outcome, by] as const];
  });
  return {
    ...tile,
    outcomes,
    lastShown: outcomes,
    moves: Object.fromEntries(moves),
    trail: extended(tile.trail, outcomes),
  };
}

function extended(trail: readonly number[], outcomes: Outcomes | null): readonly number[] {
  const [first] = Object.values(outcomes ?? {});
  return typeof first === "number" ? [...trail.slice(-TRAIL + 1), first] : trail;
}

function sameNumbers(a: Outcomes | null, b: Outcomes | null): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  const names = Object.keys(b);
  return names.length === Object.keys(a).length && names.every((name) => a[name] === b[name]);
}
