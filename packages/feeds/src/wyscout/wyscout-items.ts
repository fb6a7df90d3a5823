import { PERIODS, type Period, type SnapshotItem } from "@touchline/domain";
import { coverageOf, type ParsedMatch } from "../adapter/adapter.ts";
import { timeAt } from "../adapter/wall-clock.ts";
import type { WyscoutMatch } from "./wyscout-match.ts";

/** What one event says, once the two versions of the format no longer differ. */
export interface WyscoutHappening {
  readonly id: string;
  readonly period: Period;
  /** Elapsed minute of the match, running on in stoppage, and second of the minute. */
  readonly minute: number;
  readonly second: number;
  readonly said: Pick<SnapshotItem, "type" | "team" | "player" | "payload">;
}

/** How many seconds each period lasted, as far as its events go. */
export function lengthsOf(
  clocks: readonly { readonly period: Period; readonly into: number }[],
): Partial<Record<Period, number>> {
  const lengths: Partial<Record<Period, number>> = {};
  for (const { period, into } of clocks) lengths[period] = Math.max(lengths[period] ?? 0, into);
  return lengths;
}

/**
 * The match as one list. Neither version has events for the start and the end of a period: a period with events in it
 * has begun, and has ended when a later one has begun or the record says that the match was played.
 */
export function parsedWyscout(
  happenings: readonly WyscoutHappening[],
  match: WyscoutMatch,
  lengths: Readonly<Partial<Record<Period, number>>>,
): ParsedMatch {
  const { matchId, source, starts, played } = match;
  const base = { source, matchId };
  const periods = PERIODS.filter((period) => lengths[period] !== undefined);
  const startOf = (period: Period): string => new Date(starts[period]).toISOString();
  const endOf = (period: Period): string => new Date(starts[period] + (lengths[period] ?? 0) * 1000).toISOString();
  const last = periods.at(-1);
  const frames = periods.flatMap((period): SnapshotItem[] => [
    { ...base, id: `start-${period}`, type: "period_start", period, occurredAt: startOf(period) },
    ...(period === last && !played
      ? []
      : [{ ...base, id: `end-${period}`, type: "period_end", period, occurredAt: endOf(period) }]),
  ]);
  const end = last && played ? [{ ...base, id: "end", type: "full_time", occurredAt: endOf(last) }] : [];
  const reported = happenings.map(({ id, period, minute, second, said }): SnapshotItem => {
    const occurredAt = timeAt(starts, period, minute, second);
    return { ...base, id, period, minute, second, occurredAt, ...said };
  });
  const all = ["score", "scorers", "cards", "corners", "penalties", "periods"] as const;
  return {
    matchId,
    source,
    ...(match.fixture ? { fixture: match.fixture } : {}),
    coverage: match.hasRecord ? coverageOf(...all, "substitutions", "lineups") : coverageOf(...all),
    kind: "snapshot",
    items: [...match.announced, ...frames, ...reported, ...match.substitutions, ...end],
  };
}
