import { createHash } from "node:crypto";

const LONGEST_ID = 64;
const HASH_LENGTH = 24;

/** An id is at most 64 characters; the end of a longer text is replaced by a hash of all of it. */
export function fittedId(id: string): string {
  if (id.length <= LONGEST_ID) return id;
  const hash = createHash("sha256").update(id).digest("hex").slice(0, HASH_LENGTH);
  return `${id.slice(0, LONGEST_ID - HASH_LENGTH - 1)}-${hash}`;
}
