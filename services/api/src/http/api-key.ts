import { hash, timingSafeEqual } from "node:crypto";
import type { Request } from "express";

/** Whether two secrets are equal, in a time that does not depend on where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** The key of a request, from either header. */
export function keyOf(req: Request): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(req.get("authorization") ?? "")?.[1] ?? req.get("x-api-key");
}

function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
