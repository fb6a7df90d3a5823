import { isId } from "@touchline/domain";
import { type Adapter, ADAPTERS, adapterFor } from "@touchline/feeds";
import { numberOf, UsageError } from "../commands/command.ts";

/** @throws UsageError naming the formats there are */
export function formatOf(name: string | undefined): Adapter {
  const adapter = adapterFor(name ?? "");
  if (adapter) return adapter;
  const names = ADAPTERS.map((each) => each.name).join(", ");
  throw new UsageError(
    name === undefined ? `--format <name> says what it is: ${names}` : `no format "${name}"; there are ${names}`,
  );
}

/** @throws UsageError for what can be no id */
export function expectId(value: string | undefined, option: string): void {
  if (value === undefined || isId(value)) return;
  const rule = "must start with a letter or digit and hold at most 64 letters, digits, '_' or '-'";
  throw new UsageError(`${option} ${rule}, not "${String(value)}"`);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** @throws UsageError unless it is a time from 100 ms to an hour */
export function durationOf(text: string): number {
  const [, number = "", unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const milliseconds = numberOf(number, "--every", 0, 1e9) * (UNITS[unit] ?? 1);
  if (milliseconds >= 100 && milliseconds <= 3_600_000) return milliseconds;
  throw new UsageError(`--every must be a time from 100ms to 1h, not "${text}"`);
}

export function kickoffOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = /(?:z|[+-]\d\d:?\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new UsageError(`--kickoff must be a time with a zone, 2026-08-15T14:00:00Z, not "${text}"`);
  return at;
}

export function headersOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((header) => {
      const [, name, value] = /^([A-Za-z0-9-]+):\s*(.*)$/.exec(header) ?? [];
      if (name === undefined || value === undefined) throw new UsageError('--header must be "name: value"');
      return [name.toLowerCase(), value];
    }),
  );
}
