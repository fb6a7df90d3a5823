import { readTimelines, timelineEvents } from "@touchline/feeds";
import { checkSources, type SourcesFinding, sourcesReport, sourcesSummary } from "@touchline/verify";
import { type Command, expectPositionals, numberOf, parseCommandLine, SHARED_OPTIONS, UsageError } from "../command.ts";

/** Any moment will do. */
const KICK_OFF = Date.UTC(2018, 0, 1, 15);

export const sourcecheckCommand: Command = {
  help: `touchline sourcecheck --data <timelines_*.ndjson> [--seed <n>] [--matches <n>]

Plays each match as two sources report it. The first is the authority, up to 12 s late, and silent for ten
minutes. The second is late by 0.2 to 20 s, has ids of its own, leaves out 2 % and makes up 0.5 % of the
events; it suspends, and stands in during the silence. Each match is played twice: the first source reports
afterwards what it missed, or never does. Nothing may count twice at any moment; the first report of a goal
or a sending-off must take the price off the market, and the authority's must count; where everything was
reported, the final state must be the authority's. Needs no service. The last line is one JSON object; exit code
0 means that nothing was wrong.

  --data <file>    timelines
  --seed <n>       seed of delays, silences and inventions; 1
  --matches <n>    the first so many; all
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      ...SHARED_OPTIONS,
      data: { type: "string" },
      seed: { type: "string", default: "1" },
      matches: { type: "string", default: "100000" },
    });
    expectPositionals(positionals, 0, 0, "nothing");
    if (values.data === undefined) throw new UsageError("--data <file> says where the timelines are");
    const seed = numberOf(values.seed, "--seed", 0, 2 ** 32 - 1);
    const most = numberOf(values.matches, "--matches", 1, 100_000);
    const timelines = await readTimelines(values.data, (bad) => void io.stderr.write(`${bad}\n`));
    const matches = [...timelines.values()].slice(0, most);
    io.stderr.write(`${matches.length} matches, two sources, seed ${seed}\n`);
    const findings = new Map<string, SourcesFinding[]>([
      ["reported", []],
      ["lost", []],
    ]);
    for (const lines of matches) {
      if (io.signal.aborted) break;
      const { events } = timelineEvents(lines, { kickoff: KICK_OFF, speed: 1 });
      for (const [kind, found] of findings) found.push(checkSources(events, { seed, reported: kind === "reported" }));
    }
    const all = [...findings.values()].flat();
    if (!values.json) io.stdout.write(`${sourcesReport(findings)}\n\n`);
    const summaries = Object.fromEntries([...findings].map(([kind, found]) => [kind, sourcesSummary(found)]));
    io.stdout.write(`${JSON.stringify({ seed, ...summaries })}\n`);
    return all.every(({ faults }) => faults.length === 0) ? 0 : 1;
  },
};
