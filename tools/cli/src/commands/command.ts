import type { Readable, Writable } from "node:stream";
import { parseArgs, type ParseArgsConfig } from "node:util";

/** What a command may touch besides the service. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the user wants it to end. */
  readonly signal: AbortSignal;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
}

export interface Command {
  /** Everything `--help` says, without the options that all commands share. */
  readonly help: string;
  /** @returns the exit code */
  run(args: readonly string[], io: Io): Promise<number>;
}

/** The command line makes no sense: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** The word that is not known, and those that are: one of them was probably meant. */
  readonly mistaken: { readonly word: string; readonly known: readonly string[] } | undefined;

  constructor(message: string, mistaken?: UsageError["mistaken"]) {
    super(message);
    this.mistaken = mistaken;
  }
}

/** The command cannot be carried out, for a reason that is not a fault of the program: exit code 1. */
export class UserError extends Error {
  override readonly name = "UserError";
}

export const SHARED_OPTIONS = {
  url: { type: "string" },
  "api-key": { type: "string" },
  json: { type: "boolean", default: false },
} as const satisfies ParseArgsConfig["options"];

export const SHARED_HELP = `  --url <url>       root of the service; TOUCHLINE_URL, or http://127.0.0.1:3000
  --api-key <key>   sent as a bearer token; TOUCHLINE_API_KEY
  --json            JSON for machines instead of text for people
  -h, --help        this text
`;

/** @throws UsageError naming the option that is unknown or lacks its value */
export function parseCommandLine<T extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(firstSentence(error.message), mistakenOption(error, options));
    throw error;
  }
}

/** @throws UsageError unless `positionals` hold between `least` and `most` */
export function expectPositionals(positionals: readonly string[], least: number, most: number, what: string): void {
  if (positionals.length < least) throw new UsageError(`${what} is missing`);
  const [surplus] = positionals.slice(most);
  if (surplus !== undefined) throw new UsageError(`unexpected argument "${surplus}"`);
}

/** Comma-separated names; undefined when there are none. */
export function listOf(value: string | undefined): string[] | undefined {
  const names = value?.split(",").flatMap((name) => name.trim() || []);
  return names && names.length > 0 ? names : undefined;
}

/** @throws UsageError when `value` is not a number from `least` to `most` */
export function numberOf(value: string, option: string, least: number, most: number): number {
  const number = value.trim() === "" ? Number.NaN : Number(value);
  if (number >= least && number <= most) return number;
  throw new UsageError(`${option} must be a number from ${least} to ${most}, not "${value}"`);
}

function mistakenOption({ message }: TypeError, options: NonNullable<ParseArgsConfig["options"]>) {
  const word = /^Unknown option '--([^']+)'/.exec(message)?.[1];
  return word === undefined ? undefined : { word, known: Object.keys(options) };
}

function firstSentence(message: string): string {
  return message.split(". ", 1)[0] ?? message;
}
