import type { Explanation } from "@touchline/client";
import { clientFor } from "./client-for.ts";
import { type Command, expectPositionals, numberOf, parseCommandLine, SHARED_OPTIONS } from "./command.ts";
import { table } from "@touchline/verify";

const MAX_HISTORY = 50;

export const explainCommand: Command = {
  help: `touchline explain <matchId> <market> [--variant <id>] [--event <source>/<id>] [--limit <n>]

Shows the cause: the event, the facts it changed, the market that reads them, what is
required since, the job and the commit, with times; then what has happened to the market.

  --variant <id>            another variant than "default"
  --event <source>/<id>     what this event did to the market, or why it left it alone
  --limit <n>               lines of history, up to ${MAX_HISTORY}; 10
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      ...SHARED_OPTIONS,
      variant: { type: "string" },
      event: { type: "string" },
      limit: { type: "string", default: "10" },
    });
    expectPositionals(positionals, 2, 2, positionals.length === 0 ? "the match id" : "the market");
    const [matchId = "", market = ""] = positionals;
    const explanation = await clientFor(values, io).explain(matchId, market, {
      variant: values.variant,
      event: values.event,
      limit: numberOf(values.limit, "--limit", 0, MAX_HISTORY),
      signal: io.signal,
    });
    io.stdout.write(`${values.json ? JSON.stringify(explanation) : explanationText(explanation)}\n`);
    return 0;
  },
};

function explanationText({ matchId, market, name, variant, version, verdict, chain, ...rest }: Explanation): string {
  const { reads, history, event } = rest;
  return [
    `${market} (${name}) · ${matchId} · ${variant} · version ${version}\n${verdict.status}: ${verdict.words}`,
    event ? event.words : "",
    table(
      ["when", "step", "what"],
      chain.map(({ at, step, words }) => [at ?? "", step, words]),
    ),
    `reads hard: ${readsText(reads.hard)}\nreads soft: ${readsText(reads.soft)}`,
    history.length === 0 ? "" : table(["when", "n", "what"], history.map(rowOf), ["left", "right"]),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** `score@41`: with the match version at which it last changed, where it ever did. */
function readsText(facts: Explanation["reads"]["hard"]): string {
  return facts.map(({ fact, version }) => (version === null ? fact : `${fact}@${version}`)).join(" ") || "nothing";
}

function rowOf(message: Explanation["history"][number]): string[] {
  const { n, at } = message;
  return [at ?? "", String(n), wordsOf(message)];
}

function wordsOf(message: Explanation["history"][number]): string {
  if (message.kind === "refreshed") {
    const { refresh, seen, deltaMs } = message;
    const took = deltaMs === null ? "" : `, ${Math.round(deltaMs)} ms from its enqueuing to its commit`;
    return `refreshed${refresh === null ? "" : ` by refresh ${refresh}`}: saw version ${seen}${took}`;
  }
  const { event, effect, because, version } = message;
  const why = because.length === 0 ? "" : ` for ${because.join(" ")}`;
  return `${effect.replaceAll("_", " ")} by ${event.type} ${event.source}/${event.id}${why}: version ${version}`;
}
