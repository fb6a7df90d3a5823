import type { Effect } from "@touchline/contract";

/** What a step did to all markets, as it was planned or as it was published. */
interface Step {
  readonly touched: readonly {
    readonly market: string;
    readonly severity: "soft" | "hard";
    readonly because: readonly string[];
    readonly variants?: readonly string[] | undefined;
  }[];
  readonly settled: readonly { readonly market: string }[];
  readonly reopened: readonly string[];
  readonly offerChanged: readonly string[];
  readonly clockMoved: boolean;
}

export interface EffectOnMarket {
  readonly effect: Effect;
  /** The changed facts that the market reads, where it was touched for them. */
  readonly because: readonly string[];
}

export function effectOf(step: Step, market: string, variant: string): EffectOnMarket {
  const touch = step.touched.find((each) => each.market === market && (each.variants?.includes(variant) ?? true));
  const because = touch?.because ?? [];
  if (step.settled.some((each) => each.market === market)) return { effect: "settled", because };
  if (step.reopened.includes(market)) return { effect: "reopened", because };
  if (touch) return { effect: `touched_${touch.severity}`, because };
  if (step.offerChanged.includes(market)) return { effect: "offer_changed", because };
  return { effect: step.clockMoved ? "clock_moved" : "none", because };
}
