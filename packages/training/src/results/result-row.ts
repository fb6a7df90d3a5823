import { z } from "zod";
import type { Pair } from "@touchline/model";

/** Decimal odds of home win, draw and away win. */
export interface MatchOdds {
  readonly home: number;
  readonly draw: number;
  readonly away: number;
}

export interface TotalOdds {
  readonly over: number;
  readonly under: number;
}

/** One played match of a league. What the source has not recorded is absent. */
export interface ResultRow {
  readonly division: string;
  readonly season: string;
  /** ISO date. */
  readonly date: string;
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly home: string;
  readonly away: string;
  readonly goals: Pair;
  readonly halfTimeGoals?: Pair;
  readonly shots?: Pair;
  readonly shotsOnTarget?: Pair;
  readonly corners?: Pair;
  readonly yellows?: Pair;
  readonly reds?: Pair;
  readonly referee?: string;
  /** Market average some days before the match, and its odds on 2.5 goals. */
  readonly averageOdds?: MatchOdds;
  readonly averageTotalOdds?: TotalOdds;
  /** Closing odds of a sharp bookmaker. */
  readonly closingOdds?: MatchOdds;
}

/** Raised for a results file that is not one; names the line and the rule it breaks. */
export class ResultsFormatError extends Error {
  override readonly name = "ResultsFormatError";
}

const REQUIRED = ["div", "season", "date", "home", "away", "fthg", "ftag"] as const;
/** Far above any league's history; a larger file is not a results file. */
const MOST_ROWS = 200_000;
const MOST_COUNTED = 200;
const HIGHEST_PRICE = 10_000;

/**
 * Parses a results file: comma separated with a header, columns as football-data.co.uk names them (`fthg`, `hst`, ...),
 * in any order; unknown columns are ignored, empty cells are not recorded.
 * @returns rows by date   @throws ResultsFormatError naming the line and the rule
 */
export function parseResults(text: string): ResultRow[] {
  const [first = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  if (lines.length > MOST_ROWS) throw new ResultsFormatError(`more than ${MOST_ROWS} lines`);
  const header = cellsOf(first);
  const missing = REQUIRED.filter((name) => !header.includes(name));
  if (missing.length > 0) throw new ResultsFormatError(`line 1: columns missing in the header: ${missing.join(", ")}`);
  const columns = new Map(header.map((name, index) => [name, index]));
  const rows = lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    const cells = cellsOf(line);
    const number = index + 2;
    // What a cell breaks says more than that cells are missing; so the row is read first.
    const row = rowOf(new Cells(cells, columns, number));
    if (cells.length !== header.length)
      throw new ResultsFormatError(`line ${number}: ${cells.length} cells, the header has ${header.length}`);
    return [row];
  });
  return rows.toSorted((one, other) => one.day - other.day);
}

/** Cells of a line; one in double quotes may hold commas. */
function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(",").map((cell) => cell.trim());
  const cells = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? [];
  // The pattern matches the empty text at the very end as one more cell.
  if (!line.endsWith(",")) cells.pop();
  return cells.map((cell) =>
    cell
      .replace(/,$/, "")
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .replaceAll('""', '"'),
  );
}

/** One line, read by column name. */
class Cells {
  readonly #cells: readonly string[];
  readonly #columns: ReadonlyMap<string, number>;
  readonly #line: number;

  constructor(cells: readonly string[], columns: ReadonlyMap<string, number>, line: number) {
    this.#cells = cells;
    this.#columns = columns;
    this.#line = line;
  }

  /** Empty where the file has no such column. */
  text(name: string): string {
    return this.#cells[this.#columns.get(name) ?? -1] ?? "";
  }

  name(name: string, most: number): string {
    const value = this.text(name);
    return value !== "" && value.length <= most ? value : this.refuse(name, `must be a name of 1 to ${most} letters`);
  }

  date(name: string): string {
    const parsed = z.iso.date().safeParse(this.text(name));
    return parsed.success ? parsed.data : this.refuse(name, "must be a date such as 2021-05-23");
  }

  /** Counts of both sides; undefined when either is not recorded. */
  pair(home: string, away: string): Pair | undefined {
    if (this.text(home) === "" || this.text(away) === "") return undefined;
    return { home: this.#count(home), away: this.#count(away) };
  }

  #count(name: string): number {
    const value = /^\d{1,3}$/.test(this.text(name)) ? Number(this.text(name)) : Number.NaN;
    return value <= MOST_COUNTED ? value : this.refuse(name, `must be a whole number from 0 to ${MOST_COUNTED}`);
  }

  /** Decimal odds; undefined when not recorded, or a placeholder that nobody would offer. */
  price(name: string): number | undefined {
    const text = this.text(name);
    if (text === "") return undefined;
    const value = Number(text);
    if (!Number.isFinite(value)) return this.refuse(name, "must be decimal odds such as 2.05");
    return value > 1 && value <= HIGHEST_PRICE ? value : undefined;
  }

  refuse(name: string, rule: string): never {
    throw new ResultsFormatError(`line ${this.#line}: ${name} ${rule}, not "${this.text(name).slice(0, 60)}"`);
  }
}

function rowOf(cells: Cells): ResultRow {
  const date = cells.date("date");
  const home = cells.name("home", 100);
  const away = cells.name("away", 100);
  if (home === away) cells.refuse("away", "must be another team than home");
  const goals = cells.pair("fthg", "ftag") ?? cells.refuse("fthg", "and ftag must both be given");
  const halfTimeGoals = cells.pair("hthg", "htag");
  if (halfTimeGoals && (halfTimeGoals.home > goals.home || halfTimeGoals.away > goals.away))
    cells.refuse("hthg", "and htag must not exceed the final score");
  return {
    division: cells.name("div", 32),
    season: cells.name("season", 16),
    date,
    day: Date.parse(date) / 86_400_000,
    home,
    away,
    goals,
    ...given({
      halfTimeGoals,
      shots: cells.pair("hs", "as"),
      shotsOnTarget: cells.pair("hst", "ast"),
      corners: cells.pair("hc", "ac"),
      yellows: cells.pair("hy", "ay"),
      reds: cells.pair("hr", "ar"),
      referee: refereeName(cells.text("referee")),
      averageOdds: oddsOf(cells, "avgh", "avgd", "avga"),
      averageTotalOdds: totalOddsOf(cells, "avg_over25", "avg_under25"),
      closingOdds: oddsOf(cells, "psch", "pscd", "psca"),
    }),
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys whose value is undefined. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

/** Sources write "l Mason" now and then. */
function refereeName(name: string): string | undefined {
  return name === "" ? undefined : name[0]!.toUpperCase() + name.slice(1);
}

function oddsOf(cells: Cells, ...names: [string, string, string]): MatchOdds | undefined {
  const [home, draw, away] = names.map((name) => cells.price(name));
  return home && draw && away ? { home, draw, away } : undefined;
}

function totalOddsOf(cells: Cells, overName: string, underName: string): TotalOdds | undefined {
  const over = cells.price(overName);
  const under = cells.price(underName);
  return over && under ? { over, under } : undefined;
}
