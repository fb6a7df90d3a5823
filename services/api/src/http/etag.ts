import { hash } from "node:crypto";

/** Strong validator of exactly these bytes. */
export function etagOf(bytes: Buffer): string {
  return `"${hash("sha1", bytes, "base64url")}"`;
}

/** Whether `If-None-Match` names `etag`, or anything at all (`*`). Compared weakly, as RFC 9110 asks for it. */
export function isKnownTo(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === "*") return true;
  return ifNoneMatch.split(",").some((candidate) => candidate.trim().replace(/^W\//, "") === etag);
}
