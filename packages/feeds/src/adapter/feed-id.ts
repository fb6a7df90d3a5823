import { createHash } from "node:crypto";
import { ID_PATTERN } from "@touchline/domain";

const LONGEST = 64;
/** 26 characters of five bits each. */
const HASH_LENGTH = 26;
const HASH_ALPHABET = "0123456789abcdefghijklmnopqrstuv";

/**
 * A provider's id in the alphabet of ours (`ID_PATTERN`). The one rule for every adapter:
 *
 * - letters, digits and `-` stay; `:` becomes `__`; every other byte of the UTF-8 text, `_` included, becomes `_` and
 *   its two lower-case hexadecimal digits: `sr:match:123` → `sr__match__123`, `a_b` → `a_5fb`;
 * - where that does not start with a letter or digit, `x_x` is put before it: `:7` → `x_x__7`;
 * - where that is longer than 64 characters, its first 36 are followed by `_z` and 26 characters of the SHA-256 of the
 *   id.
 *
 * An underscore is always followed by a hexadecimal digit, `_`, `x` or `z`, and each of these means one thing, so two
 * different ids never become one, but for two long ones whose 130 bits of hash are equal.
 * @throws RangeError for an empty id: a missing id is not an id
 */
export function rewriteId(id: string): string {
  if (id === "") throw new RangeError("an id must not be empty");
  const escaped = [...new TextEncoder().encode(id)].map(escapeByte).join("");
  const started = /^[A-Za-z0-9]/.test(escaped) ? escaped : `x_x${escaped}`;
  if (started.length <= LONGEST) return started;
  return `${started.slice(0, LONGEST - HASH_LENGTH - 2)}_z${hashOf(id)}`;
}

/** The same for an id that is unique within `namespace` only: `opta` and `1009316` → `opta__1009316`. */
export function namespacedId(namespace: string, id: string | number): string {
  const text = String(id);
  if (text === "") throw new RangeError("an id must not be empty");
  return rewriteId(`${namespace}:${text}`);
}

/** An id that our own formats give. It stays as it is where it is one already. */
export function ownId(id: string): string {
  return ID_PATTERN.test(id) ? id : rewriteId(id);
}

function escapeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z0-9-]/.test(character)) return character;
  return character === ":" ? "__" : `_${byte.toString(16).padStart(2, "0")}`;
}

function hashOf(text: string): string {
  const bytes = createHash("sha256").update(text).digest();
  let bits = BigInt(`0x${bytes.toString("hex")}`);
  let hash = "";
  for (let k = 0; k < HASH_LENGTH; k++) {
    hash += HASH_ALPHABET[Number(bits & 31n)];
    bits >>= 5n;
  }
  return hash;
}
