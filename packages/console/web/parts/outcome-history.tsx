import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { wordsOf } from "../state/known-names.ts";
import type { Tile } from "../state/market-board.ts";
import { percent } from "../state/words.ts";
import { Chart } from "./chart.tsx";

const MAX_POINTS = 600;
const MAX_LINES = 6;

interface Point {
  readonly at: number;
  readonly outcomes: NonNullable<Tile["outcomes"]>;
}

/** The probabilities of one market since its dialog was opened. */
export function OutcomeHistory({ tile }: { readonly tile: Signal<Tile> }) {
  const points = useSignal<readonly Point[]>([]);
  useSignalEffect(() => {
    const { outcomes } = tile.value;
    if (outcomes !== null) points.value = [...points.peek().slice(-MAX_POINTS), { at: Date.now() / 1000, outcomes }];
  });
  if (points.value.length < 2) return null;
  const names = Object.keys(points.value.at(-1)?.outcomes ?? {}).slice(0, MAX_LINES);
  return (
    <figure class="history">
      <Chart
        label={`Probabilities of ${names.map(wordsOf).join(", ")} since this was opened`}
        times={points.value.map(({ at }) => at)}
        lines={names.map((name) => ({
          label: name,
          values: points.value.map(({ outcomes }) => outcomes[name] ?? null),
        }))}
        height={140}
        format={(value) => `${percent(value)} %`}
      />
      <figcaption>
        {names.map((name, index) => (
          <span key={name} class={`legend legend-${index + 1}`}>
            {wordsOf(name)}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
