import type { MarketStatus } from "@touchline/contract";

/** Each status has a colour, a shape and a word, so that none of them carries the meaning alone. */
const SHAPES: Readonly<Record<MarketStatus, string>> = {
  fresh: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11z",
  stale: "M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11l0-1.5a4 4 0 0 0 0-8z",
  suspended: "M3.5 3h3.2v10H3.5zM9.3 3h3.2v10H9.3z",
  settled: "M6.4 12.6L2.4 8.6l1.5-1.5 2.5 2.5 5.7-5.7 1.5 1.5z",
  missing: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11zm0 1.6a3.9 3.9 0 1 1 0 7.8a3.9 3.9 0 0 1 0-7.8z",
};

export const STATUSES: readonly MarketStatus[] = ["fresh", "stale", "suspended", "settled", "missing"];

const MEANINGS: Readonly<Record<MarketStatus, string>> = {
  fresh: "it has seen every applied event and is within its lifetime",
  stale: "an event or time has overtaken it; a new one is on its way",
  suspended: "no price may be shown until a new one is made",
  settled: "final",
  missing: "not predicted yet",
};

export function Status({ status, quiet = false }: { readonly status: MarketStatus; readonly quiet?: boolean }) {
  return (
    <span class={`status status-${status}${quiet ? " quiet" : ""}`} title={`${status}: ${MEANINGS[status]}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={SHAPES[status]} fill-rule="evenodd" />
      </svg>
      {status}
    </span>
  );
}
