import { createReadStream } from "node:fs";
import { MAX_EVENTS_PER_REQUEST, type PublishResult } from "@touchline/client";
import { clientFor } from "./client-for.ts";
import { type Command, expectPositionals, type Io, parseCommandLine, SHARED_OPTIONS } from "./command.ts";
import { type EventRow, eventRows, type Row } from "./event-rows.ts";

export const publishCommand: Command = {
  help: `touchline publish [<file>|-]

Reads match events as NDJSON, or as one JSON array or object, and publishes them in their
order; from standard input without a file. Lines of a pipe are sent as they come, at most
${MAX_EVENTS_PER_REQUEST} at a time. Standard error names what was rejected and lines that are no JSON, with the
rule that they break; the rest goes on, and the exit code is 1. What was taken and has no
effect is named there too, each kind once.
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, SHARED_OPTIONS);
    expectPositionals(positionals, 0, 1, "nothing");
    const [file = "-"] = positionals;
    const client = clientFor(values, io);
    const total = { accepted: 0, duplicate: 0, conflict: 0, rejected: 0, warnings: 0 };
    const complaints = new Complaints(io, file === "-" ? "" : `${file}: `);
    for await (const rows of eventRows(file === "-" ? io.stdin : createReadStream(file))) {
      total.rejected += complaints.unreadable(rows);
      for (const part of inParts(rows.filter((row) => "event" in row))) {
        const report = await client.publish(
          part.map(({ event }) => event),
          { signal: io.signal },
        );
        total.accepted += report.accepted;
        total.duplicate += report.duplicate;
        total.conflict += report.conflict;
        total.rejected += report.rejected;
        total.warnings += complaints.about(part, report.results);
      }
    }
    complaints.repeated();
    const { accepted, duplicate, conflict, rejected, warnings } = total;
    const counts = [
      `${accepted} accepted`,
      `${duplicate} duplicate`,
      ...(conflict > 0 ? [`${conflict} in conflict`] : []),
      `${rejected} rejected`,
      ...(warnings > 0 ? [`${warnings} warnings`] : []),
    ];
    io.stdout.write(values.json ? `${JSON.stringify(total)}\n` : `${counts.join(" · ")}\n`);
    return rejected > 0 ? 1 : 0;
  },
};

function* inParts(rows: readonly EventRow[]): Generator<readonly EventRow[]> {
  for (let i = 0; i < rows.length; i += MAX_EVENTS_PER_REQUEST) yield rows.slice(i, i + MAX_EVENTS_PER_REQUEST);
}

/** Kinds of warnings that are distinguished; a feed of a thousand unknown words has one fault. */
const MOST_KINDS = 100;

/**
 * What goes to standard error: each rejection, and each kind of warning once with the number of times it came again.
 */
class Complaints {
  readonly #io: Io;
  readonly #input: string;
  readonly #seen = new Map<string, number>();

  constructor(io: Io, input: string) {
    this.#io = io;
    this.#input = input;
  }

  /** @returns how many rows could not be read */
  unreadable(rows: readonly Row[]): number {
    const bad = rows.filter((row) => "rule" in row);
    for (const { where, rule } of bad) this.#write(`${where} ${rule}`);
    return bad.length;
  }

  /** @returns how many warnings there are */
  about(rows: readonly EventRow[], results: readonly PublishResult[]): number {
    let count = 0;
    for (const [index, { status, problem, warnings = [] }] of results.entries()) {
      const where = rows[index]?.where ?? `event ${index + 1}`;
      if (status === "rejected") this.#write(`${where} rejected: ${reasonOf(problem)}`);
      for (const { message } of warnings) this.#warn(where, message);
      count += warnings.length;
    }
    return count;
  }

  /** Says how often each warning came again. */
  repeated(): void {
    for (const [message, times] of this.#seen) if (times > 1) this.#write(`${times - 1} times more: ${message}`);
  }

  #warn(where: string, message: string): void {
    const times = this.#seen.get(message) ?? 0;
    if (times === 0) this.#write(`${where} warning: ${message}`);
    if (times > 0 || this.#seen.size < MOST_KINDS) this.#seen.set(message, times + 1);
  }

  #write(text: string): void {
    this.#io.stderr.write(`${this.#input}${text}\n`);
  }
}

function reasonOf(problem: PublishResult["problem"]): string {
  const reasons = problem?.errors?.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join("; ");
  return reasons ?? problem?.detail ?? problem?.title ?? "no reason given";
}
