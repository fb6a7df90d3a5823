import { readFile, stat } from "node:fs/promises";
import { fitLeague, joinResults, type ResultRow, ResultsFormatError, type TextFile } from "@touchline/training";
import { LeagueParams, leagueParamsText, parametersId } from "@touchline/model";
import {
  type Command,
  expectPositionals,
  type Io,
  numberOf,
  parseCommandLine,
  UsageError,
  UserError,
} from "./command.ts";
import { expectRoomFor, replaceFile } from "./output-file.ts";

const MOST_FILES = 200;
const LARGEST_FILE_BYTES = 200_000_000;

export const fitCommand: Command = {
  help: `touchline fit <results.csv …> --out <params.json> [--as-of <date>] [--season <name>] [--league <division>]

Reads results (columns div, season, date, home, away, fthg, ftag; shots, corners, cards, referee and
odds where they are known), forecasts every week of them from the weeks before, and writes what has
been learnt as a document that workers load from PARAMS_DIR. Needs no service.
The last line is one JSON object.

  --out <file>          where the document goes; replaced as a whole, never half written
  --as-of <date>        use nothing of this day or later; the day after the last match
  --season <name>       season it is meant for, such as 2021/22; that of the last match
  --league <division>   which one, where the files hold several
  --name <text>         what the league is called besides, such as "ENG-Premier League"
  --source <text>       whom to credit for the results
  --stoppage <a,b>      minutes of stoppage to reckon with in each half; 1.31,3.61
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      out: { type: "string" },
      "as-of": { type: "string" },
      season: { type: "string" },
      league: { type: "string" },
      name: { type: "string" },
      source: { type: "string" },
      stoppage: { type: "string" },
      json: { type: "boolean", default: false },
    });
    expectPositionals(positionals, 1, MOST_FILES, "a results file");
    if (values.out === undefined) throw new UsageError("--out <file> says where the parameters go");
    const asOf = values["as-of"];
    if (asOf !== undefined && !isDate(asOf))
      throw new UsageError(`--as-of must be a date such as 2021-08-01, not "${asOf}"`);
    const expectedStoppage = values.stoppage === undefined ? undefined : stoppageOf(values.stoppage);
    await expectRoomFor(values.out, "--out");

    const began = performance.now();
    const rows = chooseLeague(await readRows(positionals, io), values.league);
    const params = fitted(rows, io, {
      ...(asOf === undefined ? {} : { asOf }),
      ...(values.season === undefined ? {} : { season: values.season }),
      ...(values.name === undefined ? {} : { leagueName: values.name }),
      ...(values.source === undefined ? {} : { source: values.source }),
      ...(expectedStoppage ? { expectedStoppage } : {}),
      fittedAt: new Date(io.now()).toISOString(),
    });
    await replaceFile(values.out, leagueParamsText(params));
    const seconds = Math.round(performance.now() - began) / 1000;
    if (!values.json) io.stdout.write(`${reportOf(params, values.out)}\n\n`);
    io.stdout.write(`${JSON.stringify(fitSummary(params, values.out, seconds))}\n`);
    return 0;
  },
};

async function readRows(paths: readonly string[], { stderr }: Io): Promise<Map<string, ResultRow[]>> {
  const files: TextFile[] = [];
  for (const path of paths) {
    const { size } = await stat(path);
    if (size > LARGEST_FILE_BYTES) throw new UserError(`${path} has ${size} bytes: at most ${LARGEST_FILE_BYTES}`);
    files.push({ name: path, text: await readFile(path, "utf8") });
  }
  const leagues = expected(() => joinResults(files));
  for (const [division, rows] of leagues)
    stderr.write(`${division}: ${rows.length} matches, ${rows[0]?.date ?? ""} to ${rows.at(-1)?.date ?? ""}\n`);
  return leagues;
}

function chooseLeague(leagues: ReadonlyMap<string, ResultRow[]>, wanted: string | undefined): readonly ResultRow[] {
  const known = [...leagues.keys()].join(", ");
  if (wanted !== undefined) {
    const rows = leagues.get(wanted);
    if (!rows) throw new UserError(`no matches of ${wanted}, only of ${known}`);
    return rows;
  }
  const [only, another] = leagues.values();
  if (!only) throw new UserError("the files hold no match");
  if (another) throw new UserError(`the files hold several leagues (${known}): choose one with --league`);
  return only;
}

function fitted(rows: readonly ResultRow[], { stderr }: Io, options: Parameters<typeof fitLeague>[1]): LeagueParams {
  let season: string | undefined;
  const progress = (now: { season: string; matches: number; of: number }) => {
    if (now.season === season) return;
    season = now.season;
    stderr.write(`forecasting ${season}, ${now.matches} of ${now.of} matches\n`);
  };
  const params = expected(() => fitLeague(rows, { ...options, progress }));
  const checked = LeagueParams.safeParse(params);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new UserError(
    `these results give no usable parameters: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
  );
}

/** What is wrong with the user's files is his to know, not a fault of the program. */
function expected<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ResultsFormatError || error instanceof RangeError) throw new UserError(error.message);
    throw error;
  }
}

function fitSummary(params: LeagueParams, out: string, seconds: number): Record<string, unknown> {
  const { version, league, season, asOf, data, goals, teams, fit, checks } = params;
  return {
    id: parametersId(params),
    out,
    version,
    league: league.division,
    season,
    asOf,
    ...data,
    teams: Object.keys(teams).length,
    logLikelihood: fit.logLikelihood,
    rho: goals.rho,
    checks,
    seconds,
  };
}

function reportOf(params: LeagueParams, out: string): string {
  const { league, season, asOf, data, goals, teams, checks } = params;
  const better = checks.baseRateLogLoss !== undefined && checks.logLoss !== undefined;
  return [
    `${league.name} as of ${asOf}, for ${season}: ${data.matches} matches, ${data.from} to ${data.to}`,
    `${Object.keys(teams).length} teams · home advantage ×${Math.exp(goals.homeAdvantage).toFixed(3)} · rho ${goals.rho.toFixed(3)}`,
    better
      ? `last season forecast week by week: ${checks.matches} matches, RPS ${checks.rps?.toFixed(4)}, log-loss ${checks.logLoss?.toFixed(4)} (base rates ${checks.baseRateLogLoss?.toFixed(4)})`
      : "too few seasons to check forecasts on",
    ...(checks.plain
      ? [
          `plain maximum likelihood, for comparison: Poisson ${checks.plain.poissonLogLikelihood.toFixed(3)}, Dixon-Coles ${checks.plain.logLikelihood.toFixed(3)}, rho ${checks.plain.rho.toFixed(4)}`,
        ]
      : []),
    `written to ${out}; the event model_refitted with parameters "${parametersId(params)}" puts it in force`,
  ].join("\n");
}

function stoppageOf(text: string): { first: number; second: number } {
  const [first = "", second = "", ...more] = text.split(",");
  if (more.length > 0) throw new UsageError("--stoppage takes two numbers, such as 1.31,3.61");
  return { first: numberOf(first, "--stoppage", 0, 20), second: numberOf(second, "--stoppage", 0, 30) };
}

function isDate(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
