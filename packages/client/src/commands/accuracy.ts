import { writeFile } from "node:fs/promises";
import {
  type AccuracyProgress,
  type AccuracySummary,
  ResultsFormatError,
  runAccuracy,
  TimelineFormatError,
} from "@touchline/model";
import { accuracyReport } from "../accuracy/accuracy-report.ts";
import { type Command, expectPositionals, type Io, parseCommandLine, UserError } from "./command.ts";

export const accuracyCommand: Command = {
  name: "accuracy",
  summary: "measure the model on real matches, beside closing prices and base rates",
  help: `touchline accuracy --data <folder> [--plot <out.svg>]

Forecasts every match of every results_*.csv from earlier weeks of its league alone, and predicts the
matches of every timelines_*.ndjson at minutes 0, 15, 30, half-time, 60, 75 and 85. Scores are means
over the same matches for the model, closing prices and base rates. Any leagues and seasons will do.
Needs no service. The last line is one JSON object.

  --data <folder>   results, and timelines where there are any
  --plot <file>     reliability before and in play and score by season, as SVG
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      data: { type: "string" },
      plot: { type: "string" },
      json: { type: "boolean", default: false },
    });
    expectPositionals(positionals, 0, 0, "nothing");
    if (values.data === undefined) throw new UserError("--data <folder> says where the results are");
    const began = performance.now();
    const summary = await measured(values.data, io);
    const seconds = (performance.now() - began) / 1000;
    if (values.plot !== undefined) await writeFile(values.plot, summary.svg);
    if (!values.json) io.stdout.write(`${accuracyReport(summary)}\n\n`);
    const { svg: _drawn, ...figures } = summary;
    io.stdout.write(`${JSON.stringify({ ...figures, seconds: Math.round(seconds * 100) / 100 })}\n`);
    return 0;
  },
};

async function measured(folder: string, { stderr, signal }: Io): Promise<AccuracySummary> {
  let told = "";
  const progress = ({ step, part, matches, of }: AccuracyProgress) => {
    const quarter = Math.floor((4 * matches) / of);
    const line = `${step}, ${part}: ${25 * quarter} % of ${of} matches`;
    if (line !== told) stderr.write(`${line}\n`);
    told = line;
  };
  try {
    return await runAccuracy({ folder, progress, signal });
  } catch (error) {
    const theirs = [ResultsFormatError, TimelineFormatError, RangeError].some((kind) => error instanceof kind);
    throw theirs ? new UserError((error as Error).message) : error;
  }
}
