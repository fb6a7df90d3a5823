import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { groupBy, type MatchEventInput, RESULT_VALUE } from "@touchline/domain";
import type { Impact, ImpactStory } from "@touchline/client";
import { clientFor } from "./client-for.ts";
import { type Command, expectPositionals, parseCommandLine, SHARED_OPTIONS, UserError } from "./command.ts";
import { table } from "@touchline/verify";

export const impactCommand: Command = {
  help: `touchline impact [<file>|-] [--match <id>]

Reads one event as JSON, from standard input without a file, and shows which facts it would change,
which markets it would touch, how severely and why, and what a refresh would compute. Writes nothing.
An id, a source and a time that are left out are made up.

Several events (an array, or NDJSON) describe a match from its beginning; it need not exist: asked
about is the last. So does { "fixture": {…}, "events": […] }.

  --match <id>      the match, in place of the one that the events name
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, { ...SHARED_OPTIONS, match: { type: "string" } });
    expectPositionals(positionals, 0, 1, "nothing");
    const [file = "-"] = positionals;
    const input = file === "-" ? await text(io.stdin) : await readFile(file, "utf8");
    const question = questionOf(input, values.match, io.now());
    const impact = await clientFor(values, io).impact(question, { signal: io.signal });
    io.stdout.write(`${values.json ? JSON.stringify(impact) : impactText(impact)}\n`);
    return 0;
  },
};

type Question = Parameters<ReturnType<typeof clientFor>["impact"]>[0];

/** @throws UserError for text that is neither JSON nor NDJSON, or holds nothing */
function questionOf(input: string, matchId: string | undefined, now: number): Question {
  const json = parseInput(input);
  if (!Array.isArray(json) && !isStory(json)) return complete(json, matchId, "what-if", now);
  const story: ImpactStory = Array.isArray(json) ? { events: json as MatchEventInput[] } : json;
  if (!Array.isArray(story.events)) return story;
  const events = story.events.map((event, i) => complete(event, matchId, `what-if-${i + 1}`, now));
  return { ...story, ...(matchId === undefined ? {} : { matchId }), events };
}

function isStory(json: unknown): json is ImpactStory {
  return json !== null && typeof json === "object" && "events" in json;
}

/** The service judges the event; here it is only spared the fields that mean nothing to a dry run. */
function complete(event: unknown, matchId: string | undefined, id: string, now: number): MatchEventInput {
  if (event === null || typeof event !== "object") throw new UserError("an event is a JSON object");
  const made = { id, source: "what-if", occurredAt: new Date(now).toISOString() };
  return { ...made, ...event, ...(matchId === undefined ? {} : { matchId }) } as MatchEventInput;
}

function parseInput(input: string): unknown {
  const lines = input.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) throw new UserError("the input is empty");
  try {
    return JSON.parse(input) as unknown;
  } catch {
    try {
      return lines.map((line) => JSON.parse(line) as unknown);
    } catch {
      throw new UserError("the input is neither JSON nor NDJSON");
    }
  }
}

/** A head line, then what changes, what is touched and why, what is decided, and what is left alone. */
function impactText(impact: Impact): string {
  const { event, matchId, version, changed, touched, settled, preserved, openMarkets } = impact;
  const where = version === 0 ? `a match described from its beginning` : `${matchId} at version ${version}`;
  const head = `${event.type} ${event.source}/${event.id} · ${where} · graph ${impact.graphVersion}`;
  if (impact.outcome === "duplicate") return `${head}\nknown already: nothing would change`;
  const hard = touched.filter(({ severity }) => severity === "hard").length;
  const counts = [
    `${hard} hard`,
    `${touched.length - hard} soft`,
    `${settled.length} settled`,
    `${preserved.count} of ${openMarkets} open markets preserved`,
  ].join(" · ");
  return [
    `${head}\n${counts}`,
    changed.length === 0
      ? "no fact would change"
      : table(
          ["fact", "before", "after"],
          changed.map(({ fact, before, after }) => [fact, short(before), short(after)]),
        ),
    touchedText(impact),
    settledText(impact),
    ...factsBeside(impact),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Markets by category, severity, cause and variants. */
function touchedText({ touched }: Impact): string {
  if (touched.length === 0) return "";
  const groups = groupBy(touched, ({ category, severity, because, variants }) =>
    [category, severity, because.join(" ") || "–", variants.join(" ")].join("|"),
  );
  const widest = Math.max(...touched.map(({ variants }) => variants.length));
  const rows = [...groups].map(([key, markets]) => {
    const [category = "", severity = "", because = ""] = key.split("|");
    const variants = markets[0]?.variants ?? [];
    return [
      category,
      severity,
      String(markets.length),
      because,
      variants.length === widest && widest > 1 ? "all" : variants.join(" "),
      some(markets.map(({ market }) => market)),
    ];
  });
  return table(["category", "severity", "count", "because", "variants", "markets"], rows, ["left", "left", "right"]);
}

function settledText({ settled }: Impact): string {
  if (settled.length === 0) return "";
  const rows = settled.map(({ market, outcomes, provisional }) => {
    const paid = Object.entries(outcomes).filter(([, value]) => value !== 0);
    const words = some(
      paid.map(([outcome, value]) => `${outcome} ${value === RESULT_VALUE.void ? "void" : String(value)}`),
    );
    return [market, words || "no winner", provisional ? "provisional" : ""];
  });
  return table(["settled", "pays", ""], rows);
}

function factsBeside({
  full,
  reopened,
  offerChanged,
  clockMoved,
  panicMoved,
  preserved,
  primitives,
}: Impact): string[] {
  const offers = groupBy(offerChanged, ({ before, after }) => `${before ?? "offered"} → ${after ?? "offered"}`);
  const lines = [
    full ? "every open market is touched: entries may come from another build" : "",
    reopened.length > 0 ? `reopened (${reopened.length}): ${some(reopened)}` : "",
    ...[...offers].map(
      ([change, markets]) => `${change} (${markets.length}): ${some(markets.map(({ market }) => market))}`,
    ),
    clockMoved ? "the match clock moves: lifetimes of all open markets end" : "",
    panicMoved ? "a price panics: reads wait for predictions that have seen it" : "",
    preserved.count > 0 ? `preserved (${preserved.count}): ${some(preserved.markets)}` : "",
    primitives.length > 0 ? `computes (${primitives.length}): ${primitives.join(" ")}` : "computes nothing",
  ].filter((line) => line !== "");
  return [lines.join("\n")];
}

const SHOWN = 5;

function some(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return more > 0 ? `${names.slice(0, SHOWN).join(" ")} and ${more} more` : names.join(" ");
}

const LONGEST_VALUE = 48;

function short(value: unknown): string {
  const json = JSON.stringify(value) ?? "";
  return json.length > LONGEST_VALUE ? `${json.slice(0, LONGEST_VALUE)}…` : json;
}
