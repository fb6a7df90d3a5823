import { z } from "zod";
import type { EventLog } from "../events/event-log.ts";
import { MatchEvent, type MatchEventInput } from "../events/event.ts";
import { withoutNullFields } from "../events/without-nulls.ts";
import { identified } from "./content-id.ts";
import { diffSnapshot, type SnapshotItem } from "./diff-snapshot.ts";
import { itemsOfTotals } from "./items-of-totals.ts";
import { Totals } from "./totals.ts";

/** One row of a complete list: an event whose id and time may be missing. Match and source are those of the list. */
export type SnapshotRow = Omit<MatchEventInput, "id" | "occurredAt" | "source" | "matchId" | "revision"> & {
  readonly id?: string;
  readonly occurredAt?: string;
};

/** All that one source says of one match at one moment. */
export type Snapshot = z.output<typeof Snapshot>;
export const Snapshot = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("events"), rows: z.array(z.custom<SnapshotRow>(isObject)) }),
  z.object({ kind: z.literal("totals"), totals: Totals }),
]);

export interface SnapshotOf {
  readonly matchId: string;
  readonly source: string;
}

export type ParsedRow = { readonly row: SnapshotRow } | { readonly error: z.ZodError };

const NOT_KNOWN = { id: "row", occurredAt: "1970-01-01T00:00:00Z" };

/** A row as it came, checked as an event is. Revisions are left out: the lists themselves say what came later. */
export function parseRow(value: unknown, { matchId, source }: SnapshotOf): ParsedRow {
  const reported = withoutNullFields(value);
  const given = isObject(reported) ? reported : undefined;
  const parsed = MatchEvent.safeParse(given ? { ...NOT_KNOWN, source, matchId, ...given } : value);
  if (!parsed.success) return { error: parsed.error };
  const { id, occurredAt, source: of, matchId: about, revision: _revision, claimedAt: _claim, ...row } = parsed.data;
  const foreign = of !== source ? "source" : about !== matchId ? "matchId" : undefined;
  if (foreign) return { error: foreignError(foreign) };
  return {
    row: {
      ...row,
      ...(given?.["id"] === undefined ? {} : { id }),
      ...(given?.["occurredAt"] === undefined ? {} : { occurredAt }),
    },
  };
}

/** What a snapshot changes: each event as it goes into the log. */
export interface SnapshotChanges {
  readonly added: readonly MatchEvent[];
  readonly revised: readonly MatchEvent[];
  readonly retracted: readonly MatchEvent[];
  /** Rows that say what is known. */
  readonly unchanged: number;
}

/**
 * What the snapshot says that the log does not, see `diffSnapshot`. A fixture is never taken back for want of its row:
 * lists of events leave it out. A row without a time keeps the one by which it is known, or gets the time of the
 * snapshot.
 * @param at when the snapshot was taken, RFC 3339
 */
export function snapshotChanges(
  log: EventLog,
  snapshot: Snapshot,
  { matchId, source }: SnapshotOf,
  at: string,
): SnapshotChanges {
  const known = [...log.values()].filter((event) => event.source === source);
  const byId = new Map(known.map((event) => [event.id, event]));
  const items: SnapshotItem[] =
    snapshot.kind === "totals"
      ? itemsOfTotals(snapshot.totals, { matchId, source, at, known })
      : snapshot.rows.map((row) => ({ occurredAt: "", ...row, matchId, source }));
  const present = identified(items).map((event) =>
    event.occurredAt === "" ? { ...event, occurredAt: byId.get(event.id)?.occurredAt ?? at } : event,
  );
  const ids = new Set(present.map(({ id }) => id));
  const diff = diffSnapshot(
    known.filter(({ type, id }) => type !== "fixture" || ids.has(id)),
    present,
  );
  const events = (list: readonly MatchEventInput[]): MatchEvent[] => list.map((event) => MatchEvent.parse(event));
  const changed = diff.added.length + diff.revised.length;
  return {
    added: events(diff.added),
    revised: events(diff.revised),
    retracted: events(diff.retracted),
    unchanged: Math.max(0, ids.size - changed),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function foreignError(field: "source" | "matchId"): z.ZodError {
  const message = `must be the ${field} of the request, or be left out`;
  return new z.ZodError([{ code: "custom", path: [field], message, input: undefined }]);
}
