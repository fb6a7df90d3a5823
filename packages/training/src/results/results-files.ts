import { parseResults, type ResultRow, ResultsFormatError } from "./result-row.ts";
import { TimelineFormatError } from "./timeline.ts";

/** A file as read: its name is what errors call it. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Rows of several results files by division, in date order; a match that several files hold counts once.
 * @throws ResultsFormatError naming file, line and rule; also when two files give one match different scores
 */
export function joinResults(files: readonly TextFile[]): Map<string, ResultRow[]> {
  const leagues = new Map<string, ResultRow[]>();
  const seen = new Map<string, { readonly row: ResultRow; readonly file: string }>();
  for (const { name, text } of files) {
    for (const row of inFile(name, () => parseResults(text))) {
      const known = seen.get(keyOf(row));
      if (known && scoreOf(known.row) !== scoreOf(row)) throw contradiction(known, { row, file: name });
      if (known) continue;
      seen.set(keyOf(row), { row, file: name });
      const rows = leagues.get(row.division) ?? [];
      rows.push(row);
      leagues.set(row.division, rows);
    }
  }
  for (const rows of leagues.values()) rows.sort((one, other) => one.day - other.day);
  return leagues;
}

/** Runs `parse` and puts the file's name before what it finds wrong. */
export function inFile<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof ResultsFormatError) throw new ResultsFormatError(`${name}: ${cause.message}`, { cause });
    if (cause instanceof TimelineFormatError) throw new TimelineFormatError(`${name}: ${cause.message}`, { cause });
    throw cause;
  }
}

function keyOf({ division, date, home, away }: ResultRow): string {
  return [division, date, home, away].join("|");
}

function scoreOf({ goals }: ResultRow): string {
  return `${goals.home}-${goals.away}`;
}

type Read = { readonly row: ResultRow; readonly file: string };

function contradiction(one: Read, other: Read): ResultsFormatError {
  const { date, home, away } = one.row;
  const said = `${scoreOf(one.row)} in ${one.file}, ${scoreOf(other.row)} in ${other.file}`;
  return new ResultsFormatError(`${date} ${home} - ${away}: ${said}`);
}
