import { type FieldError, MAX_EVENTS } from "@touchline/contract";
import { Id, parseRow, sizeFault, type Snapshot, type SnapshotRow, Totals, withoutNullFields } from "@touchline/domain";
import type { SnapshotKey } from "@touchline/queue";
import type { Request } from "express";
import { z } from "zod";
import { JSON_TYPE, jsonOf, mediaTypeOf, reasonOf, textOf } from "../http/body.ts";
import { ApiError } from "../http/problems.ts";
import { fieldErrors, matchIdOf, parseFields, single } from "../http/request-fields.ts";

export const SnapshotQuery = z.object({
  source: single.pipe(Id).meta({ description: "whose list it is" }),
  asOf: single
    .pipe(z.iso.datetime({ offset: true, error: "must be an RFC 3339 time with a zone" }))
    .optional()
    .meta({
      description:
        "when the source made it. An older one than the newest is put aside. Without it the order of arrival counts",
    }),
});

export interface SnapshotRequest {
  readonly key: SnapshotKey;
  /** Wall-clock milliseconds. */
  readonly asOf: number | undefined;
  readonly snapshot: Snapshot;
}

/** Faults of rows that an answer names. */
const MOST_FAULTS = 20;

/**
 * A complete list of events: an array, or NDJSON. One row that cannot be read refuses all of it: left out, it would be
 * taken for one that is missing.
 * @param maxBytes of one event as JSON
 * @throws ApiError `unreadable_body`, `too_many_events`, `invalid_request`, `unreadable_row`
 */
export function readEventList(req: Request, maxBytes: number): SnapshotRequest {
  const { key, asOf } = keyOf(req);
  const values = valuesOf(req);
  if (values.length > MAX_EVENTS)
    throw new ApiError("too_many_events", { detail: `${values.length} events; a list holds at most ${MAX_EVENTS}` });
  const rows: SnapshotRow[] = [];
  const errors: FieldError[] = [];
  for (const [index, value] of values.entries()) {
    const parsed = "fault" in value ? value : parseRow(value.row, key);
    const fault = "row" in parsed ? sizeFault(parsed.row, maxBytes) : undefined;
    if (fault !== undefined) errors.push({ path: String(index), message: fault });
    else if ("row" in parsed) rows.push(parsed.row);
    else if ("fault" in parsed) errors.push({ path: String(index), message: parsed.fault });
    else
      errors.push(
        ...fieldErrors(parsed.error, "").map(({ path, message }) => ({
          path: path === "" ? String(index) : `${index}.${path}`,
          message,
        })),
      );
  }
  if (errors.length > 0)
    throw new ApiError("unreadable_row", {
      detail: "a list with a row that cannot be read is not complete; nothing of it was taken",
      errors: errors.slice(0, MOST_FAULTS),
    });
  return { key, asOf, snapshot: { kind: "events", rows } };
}

/** @throws ApiError `unreadable_body`, `invalid_request` */
export function readTotals(req: Request): SnapshotRequest {
  const { key, asOf } = keyOf(req);
  const totals = parseFields(Totals, withoutNullFields(jsonOf(textOf(req))), "totals");
  return { key, asOf, snapshot: { kind: "totals", totals } };
}

function keyOf(req: Request): { key: SnapshotKey; asOf: number | undefined } {
  const { source, asOf } = parseFields(SnapshotQuery, req.query, "query");
  return { key: { matchId: matchIdOf(req), source }, asOf: asOf === undefined ? undefined : Date.parse(asOf) };
}

type Value = { readonly row: unknown } | { readonly fault: string };

function valuesOf(req: Request): Value[] {
  if (mediaTypeOf(req) === JSON_TYPE) {
    const json = jsonOf(textOf(req));
    if (!Array.isArray(json)) throw new ApiError("unreadable_body", { detail: "it is not an array of events" });
    return json.map((row: unknown) => ({ row }));
  }
  const lines = textOf(req)
    .split("\n")
    .filter((line) => line.trim() !== "");
  return lines.map((line): Value => {
    try {
      return { row: JSON.parse(line.trim()) as unknown };
    } catch (error) {
      return { fault: `is not JSON: ${reasonOf(error)}` };
    }
  });
}
