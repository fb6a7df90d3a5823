import { isUtf8 } from "node:buffer";
import express, { type Request, type RequestHandler } from "express";
import { ApiError } from "./problems.ts";

export const MAX_BODY_BYTES = 1024 * 1024;

export const JSON_TYPE = "application/json";
export const NDJSON_TYPES = ["application/x-ndjson", "application/ndjson", "application/jsonl"] as const;

/**
 * Reads a body of one of `types` whole, decompressed, within `MAX_BODY_BYTES`. Others are refused before a byte of
 * them is read.
 */
export function readBody(types: readonly string[]): RequestHandler[] {
  const detail = `send ${types.join(" or ")}`;
  return [
    (req, _res, next) => {
      if (mediaTypeOf(req) === undefined || !types.includes(mediaTypeOf(req) ?? ""))
        throw new ApiError("unsupported_media_type", { detail, headers: { "accept-post": types.join(", ") } });
      next();
    },
    express.raw({ type: () => true, limit: MAX_BODY_BYTES }),
  ];
}

/** The content type without its parameters, in lower case. */
export function mediaTypeOf(req: Request): string | undefined {
  return req.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
}

/** Editors and spreadsheets put it before a text. It is no part of it. */
const BYTE_ORDER_MARK = /^\u{FEFF}/u;

/** @throws ApiError `unreadable_body` when the bytes are not UTF-8, or there are none */
export function textOf(req: Request): string {
  const body: unknown = req.body;
  if (!Buffer.isBuffer(body) || body.length === 0) throw new ApiError("unreadable_body", { detail: "it is empty" });
  if (!isUtf8(body)) throw new ApiError("unreadable_body", { detail: "it is not UTF-8" });
  return body.toString("utf8").replace(BYTE_ORDER_MARK, "");
}

/** @throws ApiError `unreadable_body` with the parser's reason */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError("unreadable_body", { detail: `it is not JSON: ${reasonOf(cause)}`, cause });
  }
}

/** Where the parser stopped. What it found there may be half a megabyte long. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 160) : "unreadable";
}
