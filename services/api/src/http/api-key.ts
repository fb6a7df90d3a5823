import { hash, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler } from "express";
import { ApiError } from "./problems.ts";

/** Lets only requests with one of `keys` pass; all of them when there are no keys, as in development. */
export function requireApiKey(keys: readonly string[] | undefined): RequestHandler {
  const digests = (keys ?? []).map(digest);
  return (req, _res, next) => {
    if (digests.length === 0) return next();
    const key = keyOf(req);
    const given = digest(key ?? "");
    // Every key is compared, and digests have one length: the time taken tells nothing about any key.
    const known = digests.filter((candidate) => timingSafeEqual(candidate, given)).length > 0;
    if (known) return next();
    throw new ApiError("unauthorized", {
      detail: key === undefined ? "send Authorization: Bearer <key>, or X-Api-Key" : "the key is not known",
      headers: { "www-authenticate": 'Bearer realm="touchline"' },
    });
  };
}

/** Whether two secrets are equal, in a time that does not depend on where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function keyOf(req: Request): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(req.get("authorization") ?? "")?.[1] ?? req.get("x-api-key");
}

function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
