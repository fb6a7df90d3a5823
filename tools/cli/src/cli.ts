import manifest from "../package.json" with { type: "json" };
import { COMMANDS } from "./command-list.ts";
import { type Io, SHARED_HELP, UsageError } from "./commands/command.ts";

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
  if (name === "--version" || name === "-V") {
    io.stdout.write(`${manifest.version}\n`);
    return 0;
  }
  const listed = COMMANDS.find((candidate) => candidate.name === name);
  if (!listed) {
    const hint = await hintOf({ word: name, known: COMMANDS.map((candidate) => candidate.name) });
    io.stderr.write(`touchline: no command "${name}"${hint}\n\n${overview()}`);
    return 2;
  }
  const command = await listed.load();
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
      io.stderr.write(
        `touchline ${name}: ${error.message}${await hintOf(error.mistaken)}\nSee touchline ${name} --help\n`,
      );
      return 2;
    }
    const { failureText } = await import("./failure.ts");
    io.stderr.write(`touchline ${name}: ${failureText(error)}\n`);
    return 1;
  }
}

/** Loaded when it is needed: all that a start does not load makes it quicker. */
async function hintOf(mistaken: UsageError["mistaken"]): Promise<string> {
  if (!mistaken) return "";
  const { didYouMean } = await import("@touchline/domain");
  return didYouMean(mistaken.word, mistaken.known);
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
touchline <command> --help says more, touchline --version which one this is.
`;
}
