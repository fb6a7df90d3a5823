import { IncidentFeedError, TimelineError } from "@touchline/feeds";
import { type Command, type Io, SHARED_HELP, UsageError, UserError } from "./commands/command.ts";
import { accuracyCommand } from "./commands/accuracy.ts";
import { explainCommand } from "./commands/explain.ts";
import { feedcheckCommand } from "./commands/feedcheck.ts";
import { sourcecheckCommand } from "./commands/sourcecheck.ts";
import { fitCommand } from "./commands/fit.ts";
import { impactCommand } from "./commands/impact.ts";
import { ingestCommand } from "./commands/ingest.ts";
import { marketsCommand } from "./commands/markets.ts";
import { matchesCommand } from "./commands/matches.ts";
import { publishCommand } from "./commands/publish.ts";
import { queryCommand } from "./commands/query.ts";
import { replayCommand } from "./commands/replay.ts";
import { savingsCommand } from "./commands/savings.ts";
import { soundnessCommand } from "./commands/soundness.ts";
import { ContractError, DeadlineError, ProblemError, UnreachableError } from "@touchline/client";

const COMMANDS: readonly Command[] = [
  replayCommand,
  publishCommand,
  ingestCommand,
  queryCommand,
  explainCommand,
  impactCommand,
  marketsCommand,
  matchesCommand,
  soundnessCommand,
  feedcheckCommand,
  sourcecheckCommand,
  fitCommand,
  accuracyCommand,
  savingsCommand,
];

/**
 * Runs one command line (without the program's name).
 * @returns the exit code: 0 done, 1 failed, 2 not understood, 130 interrupted
 */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  const [name = "--help", ...args] = argv;
  if (isHelp(name)) {
    io.stdout.write(overview());
    return argv.length === 0 ? 2 : 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (!command) {
    io.stderr.write(`touchline: no command "${name}"\n\n${overview()}`);
    return 2;
  }
  const end = args.indexOf("--");
  if (args.slice(0, end < 0 ? undefined : end).some(isHelp)) {
    io.stdout.write(`${command.help}${SHARED_HELP}`);
    return 0;
  }
  try {
    return await command.run(args, io);
  } catch (error) {
    if (io.signal.aborted) return 130;
    if (error instanceof UsageError) {
      io.stderr.write(`touchline ${name}: ${error.message}\nSee touchline ${name} --help\n`);
      return 2;
    }
    io.stderr.write(`touchline ${name}: ${explain(error)}\n`);
    return 1;
  }
}

function isHelp(argument: string): boolean {
  return argument === "--help" || argument === "-h";
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const list = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join("");
  return `touchline <command> [options]

${list}
${SHARED_HELP}
touchline <command> --help says more.
`;
}

/** What went wrong, in one line where it is nobody's fault in here; a stack trace only for our own mistakes. */
function explain(error: unknown): string {
  if (error instanceof ProblemError) {
    const details = error.errors.map(({ path, message }) => `\n  ${path ? `${path}: ` : ""}${message}`);
    return `${error.message} (HTTP ${error.status})${details.join("")}`;
  }
  if (error instanceof UnreachableError)
    return `${error.message}\nIs the service running there? --url says where it is.`;
  const expected = [UserError, TimelineError, IncidentFeedError, DeadlineError, ContractError];
  if (expected.some((kind) => error instanceof kind)) return (error as Error).message;
  if (isFileError(error))
    return `cannot read ${error.path ?? "the input"}: ${FILE_TROUBLE[error.code ?? ""] ?? error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The codes that a mistyped path leads to, in words. */
const FILE_TROUBLE: Readonly<Record<string, string>> = {
  ENOENT: "ENOENT, there is no such file or folder",
  EISDIR: "EISDIR, a file is needed and this is a folder",
  ENOTDIR: "ENOTDIR, a folder is needed and this is a file",
  EACCES: "EACCES, permission denied",
};

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    "code" in error &&
    "syscall" in error &&
    /^(?:open|read|stat|scandir)$/.test(String(error.syscall))
  );
}
