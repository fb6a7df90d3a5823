import type { Signal } from "@preact/signals";
import type { MarketStatus } from "@touchline/contract";
import { wordsOf } from "../state/known-names.ts";
import type { Tile } from "../state/market-board.ts";
import { Status, STATUSES } from "./status.tsx";

/** Which tiles are shown. Nothing chosen shows all. */
export interface Filter {
  readonly statuses: ReadonlySet<MarketStatus>;
  readonly category: string;
  /** Part of a market's name, its id, or an outcome. */
  readonly text: string;
}

interface BoardFilterProps {
  readonly filter: Signal<Filter>;
  readonly tiles: Signal<readonly Signal<Tile>[]>;
}

export function BoardFilter({ filter, tiles }: BoardFilterProps) {
  const { statuses, category, text } = filter.value;
  const categories = [...new Set(tiles.value.map((tile) => tile.peek().category))];
  const toggle = (status: MarketStatus): void => {
    const chosen = new Set(statuses);
    if (!chosen.delete(status)) chosen.add(status);
    filter.value = { ...filter.value, statuses: chosen };
  };
  return (
    <form
      class="filter"
      role="search"
      aria-label="Which markets are shown"
      onSubmit={(event) => event.preventDefault()}
    >
      <span class="filter-statuses" role="group" aria-label="Status">
        {STATUSES.map((status) => (
          <button
            type="button"
            class="chip"
            key={status}
            aria-pressed={statuses.has(status)}
            onClick={() => toggle(status)}
          >
            <Status status={status} />
          </button>
        ))}
      </span>
      <label>
        <span class="visually-hidden">Category</span>
        <select
          value={category}
          onChange={(event) => (filter.value = { ...filter.value, category: event.currentTarget.value })}
        >
          <option value="">All categories</option>
          {categories.map((name) => (
            <option key={name} value={name}>
              {wordsOf(name)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="visually-hidden">Market or outcome</span>
        <input
          type="search"
          placeholder="Market or outcome"
          value={text}
          onInput={(event) => (filter.value = { ...filter.value, text: event.currentTarget.value })}
        />
      </label>
    </form>
  );
}

/** Whether the tile is shown. Called while a tile's own place in the page is drawn. */
export function isShown({ id, name, status, category, outcomes }: Tile, filter: Filter): boolean {
  if (filter.statuses.size > 0 && !filter.statuses.has(status)) return false;
  if (filter.category !== "" && filter.category !== category) return false;
  const text = filter.text.trim().toLowerCase();
  if (text === "") return true;
  const named = [name, id, ...Object.keys(outcomes ?? {})].map((part) => wordsOf(part).toLowerCase());
  return named.some((part) => part.includes(text));
}
