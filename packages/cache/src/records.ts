import { type EntryAge, type Requirement, RESULT_VALUE, type Settlement } from "@touchline/domain";
import { z } from "zod";

/** A cached prediction. `outcomes` stays JSON text: it is stored, compared and served, and never looked into. */
export interface Entry extends EntryAge {
  /** Match version at which the outcomes last changed. */
  readonly version: number;
  /** When the outcomes last changed, and until when they were first promised: what answers show. */
  readonly contentAt: number;
  readonly promisedUntil: number;
  /** Refresh that wrote it last. */
  readonly refresh: number;
  readonly outcomes: string;
}

/** What the market's predictions must have seen, and the event that asked for it. */
export interface StoredRequirement extends Requirement {
  readonly at: number;
  readonly cause: Cause;
  /** The event after which no older price may be served; undefined when there was none. */
  readonly hardCause: Cause | undefined;
}

export interface Cause {
  readonly type: string;
  readonly source: string;
  readonly eventId: string;
}

/** Field among the requirements whose version is that of the newest panicking price. No market is called so. */
export const PANIC_MARKER = "panic";

export interface StoredSettlement extends Settlement {
  /** Match version that settled it. */
  readonly version: number;
  readonly at: number;
}

const ENTRY = /^(\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\S+) (.*)$/s;

/**
 * The inverse of what `commit-refresh.lua` writes; undefined when the text is not an entry: then it counts as missing.
 */
export function parseEntry(text: string): Entry | undefined {
  const fields = ENTRY.exec(text);
  if (!fields) return undefined;
  const number = (index: number): number => Number(fields[index]);
  return {
    version: number(1),
    contentAt: number(2),
    promisedUntil: number(3),
    seen: number(4),
    refresh: number(5),
    computedAt: number(6),
    freshUntil: number(7),
    deltaMs: number(8),
    anchor: copyOf(fields[9] ?? ""),
    outcomes: copyOf(fields[10] ?? "null"),
  };
}

/** A part of a longer text keeps all of it in memory; entries are kept by the thousand. */
function copyOf(part: string): string {
  return Buffer.from(part).toString();
}

const REQUIREMENT = /^(\d+) (\d+) (\d+) (\S+) (\S+) (\S+) (\S+) (\S+) (\S+)$/;

/**
 * The inverse of what `apply-event.lua` writes; undefined when it is not that: then nothing proves an entry current.
 */
export function parseRequirement(text: string): StoredRequirement | undefined {
  const fields = REQUIREMENT.exec(text);
  if (!fields) return undefined;
  const causeAt = (index: number): Cause => ({
    type: fields[index] ?? "",
    source: fields[index + 1] ?? "",
    eventId: fields[index + 2] ?? "",
  });
  const hardCause = causeAt(7);
  return {
    version: Number(fields[1]),
    hardVersion: Number(fields[2]),
    at: Number(fields[3]),
    cause: causeAt(4),
    hardCause: hardCause.type === "-" ? undefined : hardCause,
  };
}

/** How the field of a group begins in the hash of requirements, see `lua/requirements.lua`. No market is called so. */
const GROUP_MARK = "=";

/**
 * Requirements by name (market, variant/market, or the panic marker) from a flat reply of their hash, where many names
 * have one requirement. What cannot be read is left out: then nothing proves an entry current.
 */
export function parseRequirements(flat: readonly string[]): Map<string, StoredRequirement> {
  const parsed = new Map<string, StoredRequirement>();
  const add = (name: string, requirement: StoredRequirement): void => {
    parsed.set(name, strictest(parsed.get(name), requirement) ?? requirement);
  };
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const [field = "", value = ""] = [flat[i], flat[i + 1]];
    const isGroup = field.startsWith(GROUP_MARK);
    const requirement = parseRequirement(isGroup ? field.slice(GROUP_MARK.length) : value);
    if (!requirement) continue;
    for (const name of isGroup ? value.split(" ") : [field]) add(name, requirement);
  }
  return parsed;
}

export function causeText({ type, source, eventId }: Cause): string {
  return `${type} ${source} ${eventId}`;
}

/** The stricter of a market's own requirement and its variant's: both must be met. */
export function strictest(
  a: StoredRequirement | undefined,
  b: StoredRequirement | undefined,
): StoredRequirement | undefined {
  if (!a || !b) return a ?? b;
  const later = a.version >= b.version ? a : b;
  const harder = a.hardVersion >= b.hardVersion ? a : b;
  return { ...later, hardVersion: harder.hardVersion, hardCause: harder.hardCause };
}

const SettlementRecord = z.object({
  at: z.number(),
  // Earlier builds stored null for void.
  outcomes: z.record(
    z.string(),
    z
      .number()
      .nullable()
      .transform((value) => value ?? RESULT_VALUE.void),
  ),
  grades: z.record(z.string(), z.enum(["won", "half_won", "void", "half_lost", "lost"])),
  provisional: z.boolean(),
});

export function settlementText(settlement: Settlement, at: number): string {
  return JSON.stringify({ at, ...settlement });
}

/** `<version> <JSON>` as `apply-event.lua` writes it; undefined when it is not one. */
export function parseSettlement(text: string): StoredSettlement | undefined {
  const space = text.indexOf(" ");
  const version = Number(text.slice(0, space));
  const record = SettlementRecord.safeParse(safeJson(text.slice(space + 1)));
  return record.success && Number.isInteger(version) ? { version, ...record.data } : undefined;
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Pairs of a flat HGETALL reply, values that do not parse left out. */
export function parseHash<T>(flat: readonly string[], parse: (text: string) => T | undefined): Map<string, T> {
  const parsed = new Map<string, T>();
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const value = parse(flat[i + 1] ?? "");
    if (value !== undefined) parsed.set(flat[i] ?? "", value);
  }
  return parsed;
}
