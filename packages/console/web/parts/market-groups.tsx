import { computed, type ReadonlySignal, type Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { categories, wordsOf } from "../state/known-names.ts";
import type { Tile } from "../state/market-board.ts";
import { type Filter, isShown } from "./board-filter.tsx";
import { MarketTile } from "./tile.tsx";

interface MarketGroupsProps {
  readonly tiles: Signal<readonly Signal<Tile>[]>;
  readonly filter: Signal<Filter>;
  readonly onOpen: (id: string) => void;
}

/** The tiles by category. A change of one market draws its tile; groups are drawn when the filter or their members change. */
export function MarketGroups({ tiles, filter, onOpen }: MarketGroupsProps) {
  const groups = groupsOf(tiles.value);
  return (
    <>
      {groups.map(([category, members]) => (
        <Group key={category} category={category} members={members} filter={filter} onOpen={onOpen} />
      ))}
    </>
  );
}

interface GroupProps {
  readonly category: string;
  readonly members: readonly Signal<Tile>[];
  readonly filter: Signal<Filter>;
  readonly onOpen: (id: string) => void;
}

function Group({ category, members, filter, onOpen }: GroupProps) {
  // One text of the shown ids: a change that leaves it as it is draws nothing here.
  const shownIds: ReadonlySignal<string> = useMemo(
    () =>
      computed(() => members.flatMap((tile) => (isShown(tile.value, filter.value) ? [tile.value.id] : [])).join(",")),
    [members.length, filter],
  );
  const ids = new Set(shownIds.value.split(","));
  const shown = members.filter((tile) => ids.has(tile.peek().id));
  if (shown.length === 0) return null;
  const id = `group-${category}`;
  return (
    <section class="group" aria-labelledby={id}>
      <h3 id={id}>
        {wordsOf(category)} <span class="quiet">{shown.length}</span>
      </h3>
      <div class="tiles">
        {shown.map((tile) => (
          <MarketTile key={tile.peek().id} tile={tile} onOpen={onOpen} />
        ))}
      </div>
    </section>
  );
}

/** Groups in the order of the catalogue, then those that a newer build added. */
function groupsOf(tiles: readonly Signal<Tile>[]): [string, Signal<Tile>[]][] {
  const groups = new Map<string, Signal<Tile>[]>(categories.map((category) => [category, []]));
  for (const tile of tiles) {
    const { category } = tile.peek();
    const members = groups.get(category) ?? [];
    members.push(tile);
    groups.set(category, members);
  }
  return [...groups].filter(([, members]) => members.length > 0);
}
