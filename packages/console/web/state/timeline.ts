import type { StreamEvent } from "./live-stream.ts";

/** One applied event: what it touched, what it left alone, and how long until all of that was fresh. */
export interface TimelineEntry {
  readonly key: string;
  readonly matchId: string;
  /** Match version after it. */
  readonly version: number;
  readonly type: string;
  readonly source: string;
  readonly eventId: string;
  readonly team: string | undefined;
  readonly minute: number | undefined;
  readonly period: string | undefined;
  /** The store's clock, milliseconds; undefined from a store of an older build. */
  readonly at: number | undefined;
  readonly changed: readonly string[];
  readonly touched: readonly string[];
  readonly hard: number;
  readonly settled: readonly string[];
  readonly reopened: number;
  readonly leftAlone: number;
  /** The refresh that answered it. */
  readonly refresh: RefreshNote | undefined;
}

interface RefreshNote {
  readonly number: number | undefined;
  /** From the event's step to the commit, milliseconds. */
  readonly freshMs: number | undefined;
  readonly computeMs: number;
  /** Markets whose numbers changed. */
  readonly markets: number;
}

const MAX_ENTRIES = 300;

/**
 * The timeline after one more message. Newest first; answers with the same list where the message adds nothing to it.
 */
export function timelineAfter(entries: readonly TimelineEntry[], event: StreamEvent): readonly TimelineEntry[] {
  if (event.kind === "touched") {
    const entry = entryOf(event.data);
    if (entries.some(({ key }) => key === entry.key)) return entries;
    return [entry, ...entries].slice(0, MAX_ENTRIES);
  }
  if (event.kind === "refreshed" && event.data["variant"] === "default") return answered(entries, event.data);
  return entries;
}

function entryOf(data: StreamEvent["data"]): TimelineEntry {
  const event = (data["event"] ?? {}) as Record<string, unknown>;
  const touched = listOf(data["touched"]) as { readonly market: string; readonly severity: string }[];
  const settled = listOf(data["settled"]) as { readonly market: string }[];
  const matchId = String(data["matchId"]);
  return {
    key: `${matchId}/${textOf(data["epoch"]) ?? ""}/${String(data["n"])}`,
    matchId,
    version: Number(data["version"]),
    type: String(event["type"]),
    source: String(event["source"]),
    eventId: String(event["id"]),
    team: textOf(event["team"]),
    minute: numberOf(event["minute"]),
    period: textOf(event["period"]),
    at: numberOf(data["at"]),
    changed: listOf(data["changed"]).map(String),
    touched: touched.map(({ market }) => market),
    hard: touched.filter(({ severity }) => severity === "hard").length,
    settled: settled.map(({ market }) => market),
    reopened: listOf(data["reopened"]).length,
    leftAlone: numberOf(data["markets_preserved"]) ?? 0,
    refresh: undefined,
  };
}

/** The refresh answers every event that it had seen and that no earlier one had answered. */
function answered(entries: readonly TimelineEntry[], data: StreamEvent["data"]): readonly TimelineEntry[] {
  const seen = Number(data["seen"]);
  const at = numberOf(data["at"]);
  const matchId = String(data["matchId"]);
  let changed = false;
  const after = entries.map((entry) => {
    const waits = entry.matchId === matchId && !entry.refresh && entry.touched.length > 0 && entry.version <= seen;
    if (!waits) return entry;
    changed = true;
    const freshMs = at === undefined || entry.at === undefined ? undefined : Math.max(0, at - entry.at);
    const note = {
      number: numberOf(data["refresh"]),
      freshMs,
      computeMs: Number(data["computeMs"]),
      markets: Object.keys(data["markets"] ?? {}).length,
    };
    return { ...entry, refresh: note };
  });
  return changed ? after : entries;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
