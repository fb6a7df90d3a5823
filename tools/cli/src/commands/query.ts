import type { MarketAnswer, PredictionAnswer, PredictionQuery } from "@touchline/client";
import { clientFor } from "./client-for.ts";
import {
  type Command,
  expectPositionals,
  type Io,
  listOf,
  numberOf,
  parseCommandLine,
  SHARED_OPTIONS,
} from "./command.ts";
import { table } from "@touchline/verify";

export const queryCommand: Command = {
  help: `touchline query <matchId> [--markets a,b] [--category <name>] [--variant <id>] [--watch]

  --markets <a,b>     only these markets
  --category <name>   only one category, for example goals
  --variant <id>      another variant than "default"
  --min-version <n>   an answer that reflects at least this match version; <epoch>.<n> of this epoch only
  --watch             show it again whenever the match's stream says that something changed
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      ...SHARED_OPTIONS,
      markets: { type: "string" },
      category: { type: "string" },
      variant: { type: "string" },
      "min-version": { type: "string" },
      watch: { type: "boolean", default: false },
    });
    expectPositionals(positionals, 1, 1, "the match id");
    const [matchId = ""] = positionals;
    const client = clientFor(values, io);
    const minVersion = values["min-version"];
    const query: PredictionQuery = {
      markets: listOf(values.markets),
      category: values.category,
      variant: values.variant,
      signal: io.signal,
      ...(minVersion === undefined ? {} : { minVersion: versionOf(minVersion) }),
    };
    const show = (answer: PredictionAnswer) => write(io, answer, values.json, values.watch);
    show(await client.predictions(matchId, query));
    if (!values.watch) return 0;
    for await (const _message of client.stream(matchId, { signal: io.signal })) {
      // A read before the refresh and one after it: suspended or stale first, then the new numbers.
      const answer = await client.predictions(matchId, query);
      if (!answer.unchanged) show(answer);
    }
    return 0;
  },
};

function versionOf(text: string): number | string {
  return /^[0-9a-z]{16}\.\d+$/.test(text) ? text : numberOf(text, "--min-version", 0, Number.MAX_SAFE_INTEGER);
}

const CLEAR = "\u001B[2J\u001B[H";

function write({ stdout }: Io, answer: PredictionAnswer, json: boolean, watch: boolean): void {
  if (json) stdout.write(`${JSON.stringify(answer)}\n`);
  else stdout.write(`${watch && stdout.isTTY ? CLEAR : ""}${predictionsText(answer)}\n`);
}

/** A head line and a table of markets. */
export function predictionsText({ matchId, variant, version, status, state, markets }: PredictionAnswer): string {
  const { home, away } = state.score;
  const minute = state.minute == null ? "" : ` ${state.minute}'`;
  const head = `${matchId} · ${state.period.replaceAll("_", " ")}${minute} · ${home}–${away} · ${variant} · version ${version} · ${status}`;
  const rows = Object.entries(markets).map(([id, market]) => [id, market.status, outcomesText(market)]);
  return `${head}\n${table(["market", "status", "outcomes"], rows)}`;
}

const SHOWN_OUTCOMES = 6;

/** The outcomes in order; of long markets the likeliest few. */
function outcomesText({ outcomes, reason }: MarketAnswer): string {
  if (!outcomes) return reasonText(reason);
  const all = Object.entries(outcomes);
  const shown =
    all.length > SHOWN_OUTCOMES ? all.toSorted(([, a], [, b]) => (b ?? 0) - (a ?? 0)).slice(0, SHOWN_OUTCOMES) : all;
  const text = shown.map(([name, value]) => `${name} ${value === null ? "–" : numberText(value)}`);
  const more = all.length - shown.length;
  return [...text, ...(more > 0 ? [`and ${more} more`] : [])].join("  ");
}

function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}

/** Why there are no numbers: the event to blame, or the code. */
function reasonText(reason: MarketAnswer["reason"]): string {
  const why = reason?.event ?? reason?.code;
  return why === undefined ? "" : `(${why.replaceAll("_", " ")})`;
}
