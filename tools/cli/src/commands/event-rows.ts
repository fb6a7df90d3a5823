import type { Readable } from "node:stream";
import type { MatchEventInput } from "@touchline/domain";
import { UserError } from "./command.ts";

/** One event of an input, and where it stands there: `line 3`, or `event 3` of JSON over several lines. */
export interface EventRow {
  readonly where: string;
  readonly event: MatchEventInput;
}

/** A line that cannot be read, and why. The lines around it can. */
export interface BadRow {
  readonly where: string;
  readonly rule: string;
}

export type Row = EventRow | BadRow;

const MAX_TEXT = 64 * 1024 * 1024;

/**
 * The events of an input in its order: NDJSON, or one JSON array or object over several lines. Rows come with the chunk
 * that completes them, so a live pipe is not held back; JSON over several lines is read to its end first.
 * @throws UserError for an input that is neither, or too long
 */
export async function* eventRows(input: Readable): AsyncGenerator<Row[]> {
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
    yield lines.flatMap((line) => parseRow(line, ++number));
  }
  yield whole ? parseWhole(rest) : parseRow(rest, number + 1);
}

function isSpread(text: string): boolean {
  // `trimStart` takes off a byte order mark as well.
  const start = text.trimStart();
  if (start.startsWith("[")) return true;
  const [line = "", ...more] = start.split("\n");
  return more.length > 0 && line.startsWith("{") && !line.trimEnd().endsWith("}");
}

function parseRow(line: string, number: number): Row[] {
  const text = line.trim();
  if (text === "") return [];
  const where = `line ${number}`;
  try {
    return [{ where, event: asEvent(JSON.parse(text)) }];
  } catch {
    return [{ where, rule: "is not JSON" }];
  }
}

function parseWhole(text: string): Row[] {
  let json: unknown;
  try {
    json = JSON.parse(text.trim());
  } catch {
    throw new UserError("the input is neither JSON nor NDJSON");
  }
  return (Array.isArray(json) ? json : [json]).map((event, index) => ({
    where: `event ${index + 1}`,
    event: asEvent(event),
  }));
}

/** The service judges the events, and says what is wrong with each; here they are only passed on. */
function asEvent(json: unknown): MatchEventInput {
  return json as MatchEventInput;
}
