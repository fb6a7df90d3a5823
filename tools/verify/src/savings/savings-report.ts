import { table } from "../table.ts";
import type { EventCost, Savings } from "./measure-savings.ts";

/** How a time is spread, milliseconds. */
export interface SpeedFigures {
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
}

export interface SavingsSummary {
  readonly matches: number;
  readonly events: number;
  readonly surgicalMs: number;
  readonly fullMs: number;
  /** Share of compute time saved over all events, and the share of markets left alone, which is not the same. */
  readonly saved: number;
  readonly marketsSpared: number;
  readonly byEvent: Readonly<Record<string, { events: number; surgicalMs: number; fullMs: number; saved: number }>>;
  readonly primitives: Readonly<Record<string, { fullMs: number; surgicalMs: number }>>;
  /**
   * All open markets of one match in play, one variant, milliseconds; with lifetimes every market is evaluated twice.
   */
  readonly inPlayMs: SpeedFigures;
  readonly inPlayWithLifetimesMs: SpeedFigures;
  /** The same at the first refresh of a minute of the match, measured a single time. */
  readonly inPlayFirstMs: SpeedFigures;
  /** A corner's refresh as a share of a full one at the same moments. */
  readonly cornerShare: number;
  readonly seconds: number;
}

export function savingsSummary(savings: Savings, seconds: number): SavingsSummary {
  const all = [...savings.byType.values()];
  const surgicalMs = total(all, ({ surgicalMs: ms }) => ms);
  const fullMs = total(all, ({ fullMs: ms }) => ms);
  return {
    matches: savings.matches,
    events: total(all, ({ events }) => events),
    surgicalMs: rounded(surgicalMs),
    fullMs: rounded(fullMs),
    saved: rounded(1 - surgicalMs / fullMs),
    marketsSpared: rounded(1 - total(all, ({ touched }) => touched) / total(all, ({ open }) => open)),
    byEvent: Object.fromEntries(
      inOrder(savings).map(([type, cost]) => [
        type,
        {
          events: cost.events,
          surgicalMs: rounded(cost.surgicalMs / cost.events),
          fullMs: rounded(cost.fullMs / cost.events),
          saved: rounded(1 - cost.surgicalMs / cost.fullMs),
        },
      ]),
    ),
    primitives: Object.fromEntries(
      [...savings.primitives].map(([primitive, { full, surgical }]) => [
        primitive,
        { fullMs: rounded(full), surgicalMs: rounded(surgical) },
      ]),
    ),
    inPlayMs: figuresOf(savings.inPlayOnceMs),
    inPlayWithLifetimesMs: figuresOf(savings.inPlayMs),
    inPlayFirstMs: figuresOf(savings.inPlayFirstMs),
    cornerShare: rounded(total(savings.cornerMs, (ms) => ms) / total(savings.cornerFullMs, (ms) => ms)),
    seconds: rounded(seconds),
  };
}

/** The same as tables for people. */
export function savingsReport(savings: Savings, summary: SavingsSummary): string {
  const { inPlayMs: once, inPlayWithLifetimesMs: twice, inPlayFirstMs: first } = summary;
  return [
    `COMPUTE TIME AFTER EACH EVENT, ${summary.matches} matches, ${summary.events} events, milliseconds an event`,
    byEvent(savings, summary),
    "",
    "BY PRIMITIVE, milliseconds in all, pricing not included",
    byPrimitive(savings),
    "",
    `All markets of a match in play: median ${milliseconds(once.median)} ms, 99 of 100 within ${milliseconds(once.p99)} ms`,
    `with their lifetimes, which take a second evaluation: median ${milliseconds(twice.median)} ms, 99 of 100 within ${milliseconds(twice.p99)} ms`,
    `at the first refresh of a minute: median ${milliseconds(first.median)} ms, 9 of 10 within ${milliseconds(first.p90)} ms`,
    `A corner's refresh takes ${percent(summary.cornerShare)} of a full one.`,
  ].join("\n");
}

function byEvent(savings: Savings, summary: SavingsSummary): string {
  const header = ["event", "events", "markets due", "primitives due", "surgical", "full", "saved"];
  const rows = inOrder(savings).map(([type, cost]) => row(type, cost));
  const all = [...savings.byType.values()].reduce(addCosts);
  const sum = row("all", all);
  sum[sum.length - 1] = percent(summary.saved);
  return table(header, [...rows, sum], rightOf(header));
}

function row(type: string, cost: EventCost): string[] {
  const { events, open, touched, openPrimitives, touchedPrimitives, surgicalMs, fullMs } = cost;
  return [
    type,
    String(events),
    `${(touched / events).toFixed(1)} of ${(open / events).toFixed(1)}`,
    `${(touchedPrimitives / events).toFixed(1)} of ${(openPrimitives / events).toFixed(1)}`,
    milliseconds(surgicalMs / events),
    milliseconds(fullMs / events),
    percent(1 - surgicalMs / fullMs),
  ];
}

function addCosts(one: EventCost, other: EventCost): EventCost {
  return {
    events: one.events + other.events,
    open: one.open + other.open,
    touched: one.touched + other.touched,
    openPrimitives: one.openPrimitives + other.openPrimitives,
    touchedPrimitives: one.touchedPrimitives + other.touchedPrimitives,
    surgicalMs: one.surgicalMs + other.surgicalMs,
    fullMs: one.fullMs + other.fullMs,
  };
}

function byPrimitive({ primitives }: Savings): string {
  const header = ["primitive", "surgical", "full", "saved"];
  const rows = [...primitives]
    .toSorted(([, one], [, other]) => other.full - one.full)
    .map(([primitive, { full, surgical }]) => [
      primitive,
      surgical.toFixed(1),
      full.toFixed(1),
      percent(1 - surgical / full),
    ]);
  return table(header, rows, rightOf(header));
}

/** Most expensive kinds of events first, by what a full recompute would have cost over all of them. */
function inOrder({ byType }: Savings): [string, EventCost][] {
  return [...byType].toSorted(([, one], [, other]) => other.fullMs - one.fullMs);
}

function figuresOf(values: readonly number[]): SpeedFigures {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) =>
    rounded(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);
  return { median: at(0.5), p90: at(0.9), p99: at(0.99) };
}

function total<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0);
}

const rightOf = (header: readonly string[]) => header.map((_name, index) => (index === 0 ? "left" : "right"));

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function milliseconds(value: number): string {
  return value.toFixed(3);
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
