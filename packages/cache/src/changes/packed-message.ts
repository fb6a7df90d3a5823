import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";

/**
 * How the feed of a match holds a message. Most of its text are names of markets and prices, which pack to a third and
 * less; `lua/change-message.lua` decides which form is the shorter one.
 *
 * - `m`: its text.
 * - `h`, `z`: how its text begins, and the rest of it, packed.
 * - `h`, `v`, `z`: a `refreshed` message up to its markets; the version of each market, or one for all, `-` for a
 *   market that is no part of the message; the markets and their outcomes, packed, see `packEntries`.
 */
type StoredFields = readonly Buffer[];

/** Shorter texts do not get shorter by packing. */
const SHORTEST = 512;
/** Packed texts that are remembered: of what an event touches, there are few kinds. */
const REMEMBERED = 64;
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** Bound of what is unpacked: a message has been smaller than this when it was packed. */
const LONGEST_BYTES = 8 * 1024 * 1024;

const remembered = new Map<string, Buffer>();

/** The end of a `touched` message, packed; empty where that would not make it shorter. */
export function packRest(rest: string): Buffer {
  if (rest.length < SHORTEST) return Buffer.alloc(0);
  const known = remembered.get(rest);
  if (known) return known;
  const packed = zstdCompressSync(rest, FAST);
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(rest, packed);
  return packed;
}

/** Markets and their outcomes, JSON, packed; empty where that would not make them shorter. */
export function packEntries(entries: readonly { readonly market: string; readonly outcomes: string }[]): Buffer {
  const text = entries.map(({ market, outcomes }) => `${market} ${outcomes}`).join("\n");
  return text.length < SHORTEST ? Buffer.alloc(0) : zstdCompressSync(text, FAST);
}

/** The text of a message as it was published; empty where a newer build holds it in a form that is not known here. */
export function unpackMessage(fields: StoredFields): string {
  const [text, head, versions, packed] = ["m", "h", "v", "z"].map((name) => valueOf(fields, name));
  if (text) return text.toString();
  if (!head || !packed) return "";
  try {
    const rest = zstdDecompressSync(packed, { maxOutputLength: LONGEST_BYTES }).toString();
    return head.toString() + (versions ? marketsText(rest, versions.toString().split(" ")) : rest);
  } catch {
    return "";
  }
}

function valueOf(fields: StoredFields, name: string): Buffer | undefined {
  for (let index = 0; index + 1 < fields.length; index += 2)
    if (fields[index]?.toString() === name) return fields[index + 1];
  return undefined;
}

/** As `changeMessage.market` writes them in `lua/change-message.lua`. */
function marketsText(entries: string, versions: readonly string[]): string {
  const markets = entries.split("\n").flatMap((line, index) => {
    const version = versions.length === 1 ? versions[0] : versions[index];
    const space = line.indexOf(" ");
    if (version === undefined || version === "-") return [];
    return [`"${line.slice(0, space)}":{"outcomes":${line.slice(space + 1)},"version":${version}}`];
  });
  return `${markets.join(",")}}}`;
}
