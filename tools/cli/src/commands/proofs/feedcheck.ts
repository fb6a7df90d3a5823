import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { IncidentFeedError, type IncidentMessage, parseIncidentFeed, readTimelines } from "@touchline/feeds";
import { ARRIVAL_ORDERS, checkFeed, type FeedFinding, table } from "@touchline/verify";
import {
  type Command,
  expectPositionals,
  numberOf,
  parseCommandLine,
  SHARED_OPTIONS,
  UsageError,
  UserError,
} from "../command.ts";

const LISTED = 20;

export const feedcheckCommand: Command = {
  help: `touchline feedcheck --data <faulty_feed_*.ndjson> [--seed <n>]

Plays each match of a recorded faulty feed three times: as it arrived, shuffled, and with every
message sent three times. Each time the final state must be that of the clean timeline, and every
settlement that a correction overturned must have been provisional and be settled again. The clean
timelines_*.ndjson stands beside the feed. Needs no service. The last line is one JSON object; exit
code 0 means that everything was recovered and nothing was wrong.

  --data <file>   the feed
  --seed <n>      seed of the shuffled order; 1
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      ...SHARED_OPTIONS,
      data: { type: "string" },
      seed: { type: "string", default: "1" },
    });
    expectPositionals(positionals, 0, 0, "nothing");
    if (values.data === undefined) throw new UsageError("--data <file> says where the feed is");
    const seed = numberOf(values.seed, "--seed", 0, 2 ** 32 - 1);
    const feeds = await readFeed(values.data);
    const clean = await readTimelines(cleanFileOf(values.data));
    if (feeds.size === 0) throw new UserError(`${values.data} holds no match`);
    io.stderr.write(`${feeds.size} matches, shuffled with seed ${seed}\n`);

    const findings = [...feeds].flatMap(([matchId, messages]) => {
      const lines = clean.get(matchId);
      if (!lines) throw new UserError(`no clean timeline of match ${matchId}`);
      return ARRIVAL_ORDERS.map((order) => checkFeed(messages, lines, order, seed));
    });
    const summary = {
      matches: feeds.size,
      orders: ARRIVAL_ORDERS.length,
      recovered: findings.filter(({ recovered }) => recovered).length,
      wrong: findings.reduce((sum, { faults }) => sum + faults.length, 0),
      overturned: findings.reduce((sum, { overturned }) => sum + overturned, 0),
      gaps: findings.reduce((sum, { gaps }) => sum + gaps, 0),
    };
    if (!values.json) io.stdout.write(`${reportOf(findings)}\n\n`);
    io.stdout.write(`${JSON.stringify(summary)}\n`);
    return summary.recovered === findings.length && summary.wrong === 0 ? 0 : 1;
  },
};

async function readFeed(file: string): Promise<Map<string, IncidentMessage[]>> {
  const text = await readFile(file, "utf8");
  try {
    return parseIncidentFeed(text);
  } catch (error) {
    if (error instanceof IncidentFeedError) throw new UserError(`${file}: ${error.message}`);
    throw error;
  }
}

function cleanFileOf(feed: string): string {
  const name = basename(feed);
  if (!name.startsWith("faulty_feed_")) throw new UserError(`${feed} is not called faulty_feed_*.ndjson`);
  return join(dirname(feed), name.replace("faulty_feed_", "timelines_"));
}

function reportOf(findings: readonly FeedFinding[]): string {
  const rows = ARRIVAL_ORDERS.map((order) => {
    const all = findings.filter((finding) => finding.order === order);
    const sum = (of: (finding: FeedFinding) => number): string =>
      String(all.reduce((total, finding) => total + of(finding), 0));
    return [
      order,
      `${all.filter(({ recovered }) => recovered).length} of ${all.length}`,
      sum(({ messages }) => messages),
      sum(({ events }) => events),
      sum(({ gaps }) => gaps),
      sum(({ announced }) => announced),
      sum(({ provisional }) => provisional),
      sum(({ overturned }) => overturned),
      sum(({ faults }) => faults.length),
    ];
  });
  const header = [
    "order",
    "recovered",
    "messages",
    "events",
    "gaps",
    "settlements",
    "provisional",
    "overturned",
    "wrong",
  ];
  const faults = findings.flatMap(({ matchId, order, differs, faults: wrong }) => [
    ...(differs.length > 0 ? [`DIFFERS ${matchId} ${order}: ${differs.join(", ")}`] : []),
    ...wrong.map(({ market, what }) => `WRONG ${matchId} ${order} ${market}: ${what}`),
  ]);
  const more = faults.length > LISTED ? [`and ${faults.length - LISTED} more`] : [];
  return [
    table(
      header,
      rows,
      header.map((_name, i) => (i < 2 ? "left" : "right")),
    ),
    ...faults.slice(0, LISTED),
    ...more,
  ].join("\n");
}
