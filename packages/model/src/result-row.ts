import { z } from "zod";
import type { Pair } from "./count-grid.ts";

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

/** Raised for a results file that is not one; names the line. */
export class ResultsFormatError extends Error {
  override readonly name = "ResultsFormatError";
}

const isoDate = z.iso.date();
const count = z.coerce.number().int().min(0).max(200);
const price = z.coerce.number().gt(1).max(10_000);
const REQUIRED = ["div", "season", "date", "home", "away", "fthg", "ftag"] as const;
/** Far above any league's history; a larger file is not a results file. */
const MOST_ROWS = 200_000;

/**
 * Parses a results file: comma separated with a header, columns as football-data.co.uk names them (`fthg`, `hst`, ...),
 * in any order; unknown columns are ignored, empty cells are not recorded.
 * @returns rows by date   @throws ResultsFormatError naming the line
 */
export function parseResults(text: string): ResultRow[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  if (lines.length > MOST_ROWS) throw new ResultsFormatError(`more than ${MOST_ROWS} lines`);
  const header = (lines[0] ?? "").split(",");
  const missing = REQUIRED.filter((name) => !header.includes(name));
  if (missing.length > 0) throw new ResultsFormatError(`columns missing in the header: ${missing.join(", ")}`);
  const columns = new Map(header.map((name, index) => [name, index]));
  const rows = lines.slice(1).map((line, index) => parseRow(line.split(","), columns, index + 2));
  return rows.toSorted((one, other) => one.day - other.day);
}

type Columns = ReadonlyMap<string, number>;

function parseRow(cells: readonly string[], columns: Columns, line: number): ResultRow {
  const text = (name: string) => cells[columns.get(name) ?? -1] ?? "";
  const read = <T>(name: string, schema: z.ZodType<T>): T => {
    const parsed = schema.safeParse(text(name));
    if (!parsed.success) throw new ResultsFormatError(`line ${line}: ${name} is "${text(name)}"`);
    return parsed.data;
  };
  const pair = (home: string, away: string): Pair | undefined =>
    text(home) === "" || text(away) === "" ? undefined : { home: read(home, count), away: read(away, count) };
  const goals = pair("fthg", "ftag");
  if (!goals) throw new ResultsFormatError(`line ${line}: the score is missing`);
  const date = read("date", isoDate);
  return {
    division: text("div"),
    season: text("season"),
    date,
    day: Date.parse(date) / 86_400_000,
    home: text("home"),
    away: text("away"),
    goals,
    ...given({
      halfTimeGoals: pair("hthg", "htag"),
      shots: pair("hs", "as"),
      shotsOnTarget: pair("hst", "ast"),
      corners: pair("hc", "ac"),
      yellows: pair("hy", "ay"),
      reds: pair("hr", "ar"),
      referee: refereeName(text("referee")),
      averageOdds: odds(text, "avgh", "avgd", "avga"),
      averageTotalOdds: totalOdds(text, "avg_over25", "avg_under25"),
      closingOdds: odds(text, "psch", "pscd", "psca"),
    }),
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys whose value is undefined. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

/** Sources write "l Mason" now and then. */
function refereeName(text: string): string | undefined {
  const name = text.trim();
  return name === "" ? undefined : name[0]!.toUpperCase() + name.slice(1);
}

function odds(text: (name: string) => string, ...names: [string, string, string]): MatchOdds | undefined {
  const [home, draw, away] = names.map((name) => price.safeParse(text(name)).data);
  return home && draw && away ? { home, draw, away } : undefined;
}

function totalOdds(text: (name: string) => string, overName: string, underName: string): TotalOdds | undefined {
  const over = price.safeParse(text(overName)).data;
  const under = price.safeParse(text(underName)).data;
  return over && under ? { over, under } : undefined;
}
