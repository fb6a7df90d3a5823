import type { Signal } from "@preact/signals";
import { wordsOf } from "../state/known-names.ts";
import type { Tile } from "../state/market-board.ts";
import { percent, reasonWords } from "../state/words.ts";
import { Sparkline } from "./sparkline.tsx";
import { Status } from "./status.tsx";

/** More outcomes than these are left to the dialog. */
const SHOWN = 3;

interface MarketTileProps {
  readonly tile: Signal<Tile>;
  readonly onOpen: (id: string) => void;
}

/** One market. Reads its own signal, so a change draws this tile and no other. */
export function MarketTile({ tile, onOpen }: MarketTileProps) {
  const { id, name, status, outcomes, moves, trail, reason, provisional } = tile.value;
  const shown = outcomes ? shownOutcomes(outcomes, status === "settled") : [];
  const more = status === "settled" ? 0 : Object.keys(outcomes ?? {}).length - shown.length;
  return (
    <button
      type="button"
      class={`tile tile-${status}`}
      data-market={id}
      data-status={status}
      onClick={() => onOpen(id)}
    >
      <span class="tile-head">
        <span class="tile-name">{name}</span>
        <Status status={status} />
      </span>
      {shown.length > 0 ? (
        <span class="tile-outcomes">
          {shown.map(([outcome, value]) => (
            <Outcome
              key={outcome}
              outcome={outcome}
              value={value}
              move={moves[outcome] ?? 0}
              final={status === "settled"}
            />
          ))}
        </span>
      ) : (
        <span class="tile-none">{status === "suspended" ? "No price is shown" : "No price yet"}</span>
      )}
      <span class="tile-foot">
        <Sparkline trail={trail} />
        <span class="tile-note">
          {provisional
            ? "provisional"
            : reason !== undefined && status !== "fresh"
              ? reasonWords(reason)
              : more > 0
                ? `${more} more`
                : ""}
        </span>
      </span>
    </button>
  );
}

interface OutcomeProps {
  readonly outcome: string;
  readonly value: number | null;
  readonly move: number;
  readonly final: boolean;
}

function Outcome({ outcome, value, move, final }: OutcomeProps) {
  return (
    <span class="outcome">
      <span class="outcome-name">{wordsOf(outcome)}</span>
      <Move by={final ? 0 : move} />
      <span class="outcome-value">{value === null ? "–" : final ? settledWords(value) : `${percent(value)} %`}</span>
      <span class="bar" aria-hidden="true">
        <span style={{ width: `${Math.min(1, value ?? 0) * 100}%` }} />
      </span>
    </span>
  );
}

function settledWords(value: number): string {
  if (value === 1) return "won";
  if (value === 0) return "lost";
  return value === 0.5 ? "void" : String(value);
}

/** By how many percentage points it moved, with its direction as an arrow and as a sign. */
function Move({ by }: { readonly by: number }) {
  if (by === 0) return <span class="move" />;
  const points = (Math.abs(by) * 100).toFixed(1);
  return (
    <span class={by > 0 ? "move up" : "move down"}>
      {by > 0 ? "▲\u2009+" : "▼\u2009−"}
      {points}
    </span>
  );
}

/** The outcomes in the order of the market while they are few, else the likeliest; a settled one shows what won. */
function shownOutcomes(outcomes: Readonly<Record<string, number | null>>, settled: boolean): [string, number | null][] {
  const all = Object.entries(outcomes);
  if (settled) {
    const won = all.filter(([, value]) => value !== null && value > 0);
    return (won.length > 0 ? won : all).slice(0, SHOWN);
  }
  if (all.length <= SHOWN) return all;
  return all.toSorted(([, a], [, b]) => (b ?? -1) - (a ?? -1)).slice(0, SHOWN);
}
