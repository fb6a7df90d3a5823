import { pause } from "@touchline/client";
import { healthText } from "./health-text.ts";
import { type HealthLook, lookAtHealth } from "./look.ts";
import { clientFor } from "../commands/client-for.ts";
import {
  type Command,
  expectPositionals,
  type Io,
  numberOf,
  parseCommandLine,
  SHARED_OPTIONS,
  UserError,
} from "../commands/command.ts";

export const topCommand: Command = {
  help: `touchline top [--every <seconds>]

Shows what doctor says, and every live match, for as long as it runs; q ends it. Needs a terminal.

  --every <seconds>  how often it looks; 1
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      ...SHARED_OPTIONS,
      every: { type: "string", default: "1" },
    });
    expectPositionals(positionals, 0, 0, "nothing");
    const everyMs = numberOf(values.every, "--every", 0.5, 3_600) * 1000;
    if (io.stdout.isTTY !== true || values.json)
      throw new UserError("top needs a terminal; touchline doctor --watch 30s prints lines, --json for machines");
    const client = clientFor(values, io);
    const screen = openScreen(io);
    try {
      for (;;) {
        screen.draw(screenText(await lookAtHealth(client, screen.signal)));
        await pause(everyMs, screen.signal);
      }
    } catch (error) {
      if (screen.signal.aborted) return 0;
      throw error;
    } finally {
      screen.close();
    }
  },
};

/** The whole screen: findings and figures, then the live matches, and how to end it. */
export function screenText(look: HealthLook): string {
  const matches = (look.snapshot?.matches?.live ?? []).map(({ home, away, state, worst, reason, markets }) => {
    const counts = Object.entries(markets).map(([status, count]) => `${count} ${status}`);
    const why = worst === "fresh" || reason === null ? "" : ` (${reason.replaceAll("_", " ")})`;
    const clock = `${state.minute}'`.padStart(4);
    return `${clock}  ${home ?? "?"} ${state.score.home}–${state.score.away} ${away ?? "?"}  ${worst ?? "?"}${why}  ${counts.join(", ")}`;
  });
  return `${healthText(look, true)}\n${matches.join("\n")}\n\n  q ends it\n`;
}

interface Screen {
  /** Aborts on q, on Ctrl-C, or when the command is to end. */
  readonly signal: AbortSignal;
  draw(text: string): void;
  /** Gives the terminal back. */
  close(): void;
}

const ENTER = "\u001B[?1049h\u001B[?25l";
const LEAVE = "\u001B[?25h\u001B[?1049l";
const HOME = "\u001B[H";
const REST_OF_LINE = "\u001B[K";
const REST_OF_SCREEN = "\u001B[J";

/** Takes over the terminal, and gives it back as it was. */
function openScreen({ stdin, stdout, signal }: Io): Screen {
  const ended = new AbortController();
  const keys = stdin as Partial<NodeJS.ReadStream> & Io["stdin"];
  const onKey = (key: Buffer): void => {
    if (["q", "Q", "\u0003"].includes(key.toString())) ended.abort();
  };
  keys.setRawMode?.(true);
  keys.on("data", onKey);
  stdout.write(ENTER);
  return {
    signal: AbortSignal.any([signal, ended.signal]),
    // Over what is there, line by line: nothing flickers.
    draw: (text) => void stdout.write(`${HOME}${text.replaceAll("\n", `${REST_OF_LINE}\n`)}${REST_OF_SCREEN}`),
    close() {
      stdout.write(LEAVE);
      keys.off("data", onKey);
      keys.setRawMode?.(false);
      keys.pause();
    },
  };
}
