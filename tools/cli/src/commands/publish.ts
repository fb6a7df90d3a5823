import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import type { MatchEventInput } from "@touchline/domain";
import { MAX_EVENTS_PER_REQUEST, type PublishReport } from "@touchline/client";
import {
  clientFor,
  type Command,
  expectPositionals,
  type Io,
  parseCommandLine,
  SHARED_OPTIONS,
  UserError,
} from "./command.ts";

export const publishCommand: Command = {
  name: "publish",
  summary: "publish match events from a file or a pipe",
  help: `touchline publish [<file>|-]

Reads match events as NDJSON, or as one JSON array or object, and publishes them in their
order; from standard input without a file. Lines of a pipe are sent as they come, at most
${MAX_EVENTS_PER_REQUEST} at a time. Rejected events are named on standard error, and make the exit code 1.
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, SHARED_OPTIONS);
    expectPositionals(positionals, 0, 1, "nothing");
    const [file = "-"] = positionals;
    const client = clientFor(values, io);
    const total = { accepted: 0, duplicate: 0, rejected: 0 };
    let before = 0;
    for await (const events of batches(file === "-" ? io.stdin : createReadStream(file))) {
      const report = await client.publish(events, { signal: io.signal });
      total.accepted += report.accepted;
      total.duplicate += report.duplicate;
      total.rejected += report.rejected;
      complain(io, report, before);
      before += events.length;
    }
    const { accepted, duplicate, rejected } = total;
    io.stdout.write(
      values.json
        ? `${JSON.stringify(total)}\n`
        : `${accepted} accepted · ${duplicate} duplicate · ${rejected} rejected\n`,
    );
    return rejected > 0 ? 1 : 0;
  },
};

function complain({ stderr }: Io, { results }: PublishReport, before: number): void {
  for (const [index, { status, problem }] of results.entries()) {
    if (status !== "rejected") continue;
    const reasons = problem?.errors?.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join("; ");
    const why = reasons ?? problem?.detail ?? problem?.title ?? "no reason given";
    stderr.write(`event ${before + index + 1} rejected: ${why}\n`);
  }
}

const MAX_TEXT = 64 * 1024 * 1024;

/**
 * Events in the order of the input. Lines go out with the chunk that completes them, so a live pipe is not held back;
 * JSON over several lines is read to its end first.
 * @throws UserError for text that is not JSON, with its line
 */
async function* batches(input: Readable): AsyncGenerator<MatchEventInput[]> {
  let rest = "";
  let number = 0;
  let whole = false;
  input.setEncoding("utf8");
  for await (const chunk of input as AsyncIterable<string>) {
    rest += chunk;
    if (rest.length > MAX_TEXT) throw new UserError("the input is too long for one JSON text");
    // One JSON text rather than one a line: it starts with a bracket, or with a brace that its line does not close.
    whole ||= number === 0 && isSpread(rest);
    if (whole) continue;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    yield* cut(lines.flatMap((line) => parseRow(line, ++number)));
  }
  yield* cut(whole ? parseWhole(rest) : parseRow(rest, number + 1));
}

function isSpread(text: string): boolean {
  const start = text.trimStart();
  if (start.startsWith("[")) return true;
  const [line = "", ...more] = start.split("\n");
  return more.length > 0 && line.startsWith("{") && !line.trimEnd().endsWith("}");
}

function parseRow(line: string, number: number): MatchEventInput[] {
  if (line.trim() === "") return [];
  try {
    return [asEvent(JSON.parse(line))];
  } catch {
    throw new UserError(`line ${number} is not JSON`);
  }
}

function parseWhole(text: string): MatchEventInput[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UserError("the input is neither JSON nor NDJSON");
  }
  return (Array.isArray(json) ? json : [json]).map(asEvent);
}

/** The service judges the events, and says what is wrong with each; here they are only passed on. */
function asEvent(json: unknown): MatchEventInput {
  return json as MatchEventInput;
}

function* cut(events: readonly MatchEventInput[]): Generator<MatchEventInput[]> {
  for (let i = 0; i < events.length; i += MAX_EVENTS_PER_REQUEST) yield events.slice(i, i + MAX_EVENTS_PER_REQUEST);
}
