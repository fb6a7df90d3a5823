import { type FieldError, MAX_EVENTS } from "@touchline/contract";
import { MatchEvent, sizeFault } from "@touchline/domain";
import type { Request } from "express";
import { JSON_TYPE, jsonOf, mediaTypeOf, reasonOf, textOf } from "../http/body.ts";
import { ApiError } from "../http/problems.ts";
import { fieldErrors } from "../http/request-fields.ts";

/** One item of a request: an event, read and as it was sent, or the rules it breaks. */
export type Item =
  | { readonly event: MatchEvent; readonly reported: unknown }
  | { readonly errors: readonly FieldError[]; readonly claims: Claims };

/** What an invalid item says of itself, where it can be read. */
export interface Claims {
  readonly id?: string;
  readonly source?: string;
  readonly matchId?: string;
}

/**
 * The items of a body: one event, an array of them, or NDJSON.
 * @param maxBytes of one event as JSON
 * @throws ApiError `unreadable_body` when nothing in it can be read, `too_many_events`
 */
export function readEvents(req: Request, maxBytes: number): Item[] {
  const text = textOf(req);
  const items = mediaTypeOf(req) === JSON_TYPE ? jsonItems(text, maxBytes) : lineItems(text, maxBytes);
  if (items.length === 0) throw new ApiError("unreadable_body", { detail: "it holds no event" });
  return items;
}

function jsonItems(text: string, maxBytes: number): Item[] {
  const json = jsonOf(text);
  if (json === null || typeof json !== "object")
    throw new ApiError("unreadable_body", { detail: "it is neither an event nor an array of events" });
  const values: unknown[] = Array.isArray(json) ? json : [json];
  refuseTooMany(values.length);
  return values.map((value) => itemOf(value, maxBytes));
}

function lineItems(text: string, maxBytes: number): Item[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  refuseTooMany(lines.length);
  let readable = 0;
  const items = lines.map((line): Item => {
    let json: unknown;
    try {
      // Trimmed, because files that were put together have a byte order mark in their middle.
      json = JSON.parse(line.trim());
      readable++;
    } catch (error) {
      return { errors: [{ path: "event", message: `is not JSON: ${reasonOf(error)}` }], claims: {} };
    }
    return itemOf(json, maxBytes);
  });
  if (lines.length > 0 && readable === 0) throw new ApiError("unreadable_body", { detail: "no line of it is JSON" });
  return items;
}

function refuseTooMany(count: number): void {
  if (count > MAX_EVENTS)
    throw new ApiError("too_many_events", { detail: `${count} events; at most ${MAX_EVENTS} in one request` });
}

export function itemOf(value: unknown, maxBytes: number): Item {
  const event = MatchEvent.safeParse(value);
  const fault = event.success ? sizeFault(event.data, maxBytes) : undefined;
  if (fault !== undefined) return { errors: [{ path: "event", message: fault }], claims: claimsOf(value) };
  if (event.success) return { event: event.data, reported: value };
  return { errors: fieldErrors(event.error, "event"), claims: claimsOf(value) };
}

const MAX_CLAIM_LENGTH = 64;

function claimsOf(value: unknown): Claims {
  if (value === null || typeof value !== "object") return {};
  const texts = (["id", "source", "matchId"] as const).flatMap((name) => {
    const claim: unknown = Reflect.get(value, name);
    return typeof claim === "string" ? [[name, claim.slice(0, MAX_CLAIM_LENGTH)] as const] : [];
  });
  return Object.fromEntries(texts);
}
