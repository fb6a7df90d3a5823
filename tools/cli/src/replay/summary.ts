import { durationText, isTold } from "./narrate.ts";
import type { EventEffect } from "./tracker.ts";

/** Sums over the events of one replayed match. Lasts as long as the replay; holds one number per event. */
export interface ReplaySummary {
  readonly matchId: string;
  /** `Arsenal 4–3 Leicester`. */
  readonly title: string;
  readonly published: number;
  readonly rejected: number;
  /** Events that changed what some market's prediction reads, or settled one. */
  readonly effective: number;
  /** Sums over the events people know (no shots): markets touched, and markets open at that moment. */
  readonly touchedMarkets: number;
  readonly openMarkets: number;
  /** Cached predictions marked stale, suspended or deleted, over all variants. */
  readonly entries: number;
  readonly settled: number;
  /** From publishing to fresh, milliseconds, ascending. */
  readonly freshMs: readonly number[];
  /** Events whose markets were not fresh in time. */
  readonly overdue: number;
  /** The match is over, and no prediction is left to be made. */
  readonly atRest: boolean;
  /** Wall-clock time of the whole replay, milliseconds. */
  readonly tookMs: number;
}

export type ReplayTally = Omit<ReplaySummary, "matchId" | "title" | "atRest" | "tookMs">;

export const EMPTY_TALLY: ReplayTally = {
  published: 0,
  rejected: 0,
  effective: 0,
  touchedMarkets: 0,
  openMarkets: 0,
  entries: 0,
  settled: 0,
  freshMs: [],
  overdue: 0,
};

export function addEffect(tally: ReplayTally, effect: EventEffect): ReplayTally {
  const { touched, freshMs, outcome, event } = effect;
  const settled = touched?.settled.length ?? 0;
  const count = touched?.touched.length ?? 0;
  return {
    published: tally.published + 1,
    rejected: tally.rejected + (outcome === "rejected" ? 1 : 0),
    effective: tally.effective + (count + settled > 0 ? 1 : 0),
    touchedMarkets: tally.touchedMarkets + count,
    openMarkets: tally.openMarkets + (isTold(event) ? (touched?.openMarkets ?? 0) : 0),
    entries: tally.entries + (touched?.cache_keys_deleted_actual ?? 0),
    settled: tally.settled + settled - (touched?.reopened.length ?? 0),
    freshMs: freshMs === undefined ? tally.freshMs : [...tally.freshMs, freshMs],
    overdue: tally.overdue + (outcome === "overdue" ? 1 : 0),
  };
}

/** The line that ends a replay. */
export function summaryLine(summary: ReplaySummary, paced: boolean): string {
  const { published, effective, touchedMarkets, openMarkets, freshMs, tookMs } = summary;
  const share = openMarkets > 0 ? ` (${((100 * touchedMarkets) / openMarkets).toFixed(1)} %)` : "";
  const parts = [
    summary.title,
    `${number(published)} events in ${durationText(tookMs)}, ${number(effective)} with effect`,
    `${number(touchedMarkets)} of ${number(openMarkets)} open markets touched${share}`,
    `${number(summary.entries)} entries`,
    `${number(summary.settled)} settled`,
    paced && freshMs.length > 0 && `to fresh ${freshText(freshMs)}`,
    summary.rejected > 0 && `${number(summary.rejected)} rejected`,
    summary.overdue > 0 && `${number(summary.overdue)} not fresh in time`,
    !summary.atRest && "not at rest yet",
  ];
  return parts.filter((part) => part !== false).join(" · ");
}

function freshText(ascending: readonly number[]): string {
  const at = (share: number) => durationText(quantile(ascending, share));
  return `median ${at(0.5)}, 95 % within ${at(0.95)}, slowest ${at(1)}`;
}

/** Nearest-rank quantile of ascending numbers; 0 when there are none. */
export function quantile(ascending: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(share * ascending.length));
  return ascending[rank - 1] ?? 0;
}

function number(count: number): string {
  return count.toLocaleString("en-GB");
}
