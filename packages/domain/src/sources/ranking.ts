import type { MatchEvent } from "../events/event.ts";
import { placeOf } from "../events/event-place.ts";
import {
  orderFor,
  type RankedSource,
  SOURCE_FAMILIES,
  type SourceFamily,
  type SourcesPolicy,
} from "../events/sources-policy.ts";
import type { Silences } from "./silences.ts";
import type { FamilySources, SourcesState } from "./sources-state.ts";

/** What a report does by itself, whatever other sources say of the same happening. */
export type Weight = "counts" | "suspends" | "recorded";

/** Who is believed about what, and when. */
export class Ranking {
  readonly #orders: ReadonlyMap<SourceFamily, readonly RankedSource[]>;
  readonly #listed: ReadonlySet<string>;
  readonly #silences: Silences;

  constructor(policy: SourcesPolicy, silences: Silences) {
    const orders = SOURCE_FAMILIES.flatMap((family): [SourceFamily, readonly RankedSource[]][] => {
      const order = orderFor(policy, family);
      return order ? [[family, order]] : [];
    });
    this.#orders = new Map(orders);
    this.#listed = new Set(orders.flatMap(([, order]) => order.map(({ source }) => source)));
    this.#silences = silences;
  }

  isGoverned(family: SourceFamily): boolean {
    return this.#orders.has(family);
  }

  /** Whether the source has a place in some order. */
  isListed(source: string): boolean {
    return this.#listed.has(source);
  }

  /** 0 for the authority; -1 for a source that has no place in the family's order. */
  rankOf(family: SourceFamily, source: string): number {
    return this.#order(family).findIndex((ranked) => ranked.source === source);
  }

  sourcesOf(family: SourceFamily): readonly string[] {
    return this.#order(family).map(({ source }) => source);
  }

  /** Who is authoritative at that time; undefined while all that may be are silent. */
  actingAt(family: SourceFamily, at: number): string | undefined {
    return this.#order(family).find(
      (ranked, rank) => isAuthority(ranked, rank) && !this.#silences.covers(ranked.source, at),
    )?.source;
  }

  isSilentAt(source: string, at: number): boolean {
    return this.#silences.covers(source, at);
  }

  /**
   * The word of a source counts when it was authoritative at that time, or is believed more than who was: a late word
   * of an authority that was silent counts as well.
   */
  weightOf(family: SourceFamily, event: MatchEvent): Weight {
    const order = this.#order(family);
    const rank = this.rankOf(family, event.source);
    const ranked = order[rank];
    if (!ranked) return "recorded";
    const { at } = placeOf(event);
    const acting = this.actingAt(family, at);
    const believed = acting === undefined ? order.length : this.rankOf(family, acting);
    if (ranked.may === "count" || (isAuthority(ranked, rank) && rank <= believed)) return "counts";
    if (ranked.may === "record") return "recorded";
    // Who was silent then has reported everything since: what it does not report has not happened.
    const isDenied = order.slice(0, rank).some((before) => this.#silences.isMadeUp(before.source, at));
    return isDenied ? "recorded" : "suspends";
  }

  familiesNow(): SourcesState["families"] {
    return Object.fromEntries(
      [...this.#orders].map(([family, order]): [SourceFamily, FamilySources] => {
        const acting = order.find(
          (ranked, rank) => isAuthority(ranked, rank) && !this.#silences.isSilentNow(ranked.source),
        );
        return [family, { order: order.map(({ source }) => source), acting: acting?.source ?? null }];
      }),
    );
  }

  silentNow(): string[] {
    return [...this.#listed].filter((source) => this.#silences.isSilentNow(source)).toSorted();
  }

  #order(family: SourceFamily): readonly RankedSource[] {
    return this.#orders.get(family) ?? [];
  }
}

function isAuthority({ may, takesOver }: RankedSource, rank: number): boolean {
  return rank === 0 || (takesOver ?? may !== "record");
}
