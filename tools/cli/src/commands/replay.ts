import { styleText } from "node:util";
import { isId } from "@touchline/domain";
import { lineNumberOf, readTimelines, type TimelineLine } from "@touchline/feeds";
import { effectLine, effectText, isDescribed, playerNamesOf } from "../replay/narrate.ts";
import { replayMatch } from "../replay/replay-match.ts";
import { type ReplaySummary, summaryLine } from "../replay/summary.ts";
import type { EventEffect } from "../replay/tracker.ts";
import { inParallel } from "./in-parallel.ts";
import { clientFor } from "./client-for.ts";
import {
  type Command,
  expectPositionals,
  type Io,
  numberOf,
  parseCommandLine,
  SHARED_OPTIONS,
  UsageError,
  UserError,
} from "./command.ts";

export const replayCommand: Command = {
  help: `touchline replay [<timeline.ndjson>] [--speed 60|max] [--match <id>] [--as <newId>] [--all]

Registers the match under a new id, subscribes to it and publishes its events at their pace.
Each event is one line: what it touched, and how long until all of that was fresh again.
Without a file the bundled match is replayed.

  --speed <n|max>     match seconds per second, up to 1000, or everything at once; 60
  --match <id>        one match of a file with several
  --all               every match of the file
  --as <newId>        id to replay under; "<match>-<time>", so that replays never mix
  --concurrency <n>   matches at a time with --all; 4
  --rest <seconds>    how long a match may take to come to rest after its end; 60
  --verbose           shots and unknown events too; with --speed max every event
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      ...SHARED_OPTIONS,
      speed: { type: "string", default: "60" },
      match: { type: "string" },
      as: { type: "string" },
      all: { type: "boolean", default: false },
      concurrency: { type: "string", default: "4" },
      rest: { type: "string", default: "60" },
      verbose: { type: "boolean", default: false },
    });
    expectPositionals(positionals, 0, 1, "the file");
    const speed = values.speed === "max" ? "max" : numberOf(values.speed, "--speed", 0.1, 1000);
    const restMs = numberOf(values.rest, "--rest", 1, 3_600) * 1000;
    const concurrency = numberOf(values.concurrency, "--concurrency", 1, 64);
    if (values.all && (values.as ?? values.match) !== undefined)
      throw new UsageError("--all goes neither with --as nor with --match");
    if (values.as !== undefined && !(isId(values.as) && values.as.length <= MAX_ID))
      throw new UsageError(`--as must be at most ${MAX_ID} letters, digits, "_" or "-"`);

    const onBad = (bad: string): void => void io.stderr.write(`${bad}\n`);
    const file = positionals[0] ?? BUNDLED;
    const matches = await readMatches(file, onBad);
    const chosen = values.all ? [...matches.values()] : [choose(matches, values.match)];
    const client = clientFor(values, io);
    const suffix = io.now().toString(36);
    const summaries = await inParallel(chosen, concurrency, io.signal, async (lines) => {
      const original = lines[0]?.match_id ?? "";
      const matchId = values.as ?? `${original.slice(0, MAX_ID - suffix.length - 1)}-${suffix}`;
      const onEffect = teller(io, lines, { ...values, matchId, paced: speed !== "max" });
      const summary = await replayMatch(client, lines, {
        matchId,
        speed,
        restMs,
        signal: io.signal,
        onEffect,
        onBadLine: (line, rule) => onBad(`${String(file)}: line ${lineNumberOf(line) ?? "?"}: ${rule}`),
      });
      const { freshMs: _each, ...sums } = summary;
      io.stdout.write(
        values.json ? `${JSON.stringify({ kind: "summary", ...sums })}\n` : `${closing(summary, speed !== "max")}\n`,
      );
      return summary;
    });
    return exitCodeOf(summaries, io.signal);
  },
};

/** Leaves room for `-e<seq>-<k>`, which makes event ids of it. */
const MAX_ID = 48;
const BUNDLED = new URL("../../../../data/demo.ndjson", import.meta.url);
const LISTED = 12;

async function readMatches(file: string | URL, onBad: (bad: string) => void): Promise<Map<string, TimelineLine[]>> {
  const matches = await readTimelines(file, onBad);
  if (matches.size === 0) throw new UserError(`${String(file)} holds no match`);
  return matches;
}

function choose(matches: ReadonlyMap<string, TimelineLine[]>, wanted?: string): TimelineLine[] {
  const ids = [...matches.keys()];
  const known = `${ids.slice(0, LISTED).join(", ")}${ids.length > LISTED ? ", …" : ""}`;
  if (wanted !== undefined) {
    const lines = matches.get(wanted);
    if (!lines) throw new UserError(`no match ${wanted} in the file, only ${known}`);
    return lines;
  }
  const [only, another] = matches.values();
  if (only && !another) return only;
  throw new UsageError(`the file holds ${matches.size} matches: --match <id> or --all; ${known}`);
}

interface ReplayOutput {
  readonly matchId: string;
  readonly paced: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly all: boolean;
}

function teller(
  { stdout, env }: Io,
  lines: readonly TimelineLine[],
  { matchId, paced, json, verbose, all }: ReplayOutput,
): (effect: EventEffect) => void {
  const names = playerNamesOf(lines);
  const emphasise = stdout.isTTY === true && !env["NO_COLOR"];
  const bold = (line: string) => (emphasise ? styleText("bold", line, { validateStream: false }) : line);
  return (effect) => {
    const { event, outcome, touched, freshMs } = effect;
    if (json) {
      const { id, type } = event;
      const text = effectText(effect);
      stdout.write(`${JSON.stringify({ kind: "event", matchId, id, type, outcome, text, freshMs, touched })}\n`);
      return;
    }
    const quiet = !paced || (!isDescribed(event) && (touched?.touched.length ?? 0) === 0);
    if (quiet && !verbose) return;
    stdout.write(`${all ? `${matchId} ` : ""}${effectLine(effect, names, bold)}\n`);
  };
}

function closing(summary: ReplaySummary, paced: boolean): string {
  return `${summaryLine(summary, paced)} · ${summary.matchId}`;
}

function exitCodeOf(summaries: readonly ReplaySummary[], signal: AbortSignal): number {
  if (signal.aborted) return 130;
  const fine = summaries.every(({ atRest, rejected }) => atRest && rejected === 0);
  return fine ? 0 : 1;
}
