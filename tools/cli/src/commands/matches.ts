import type { MatchList } from "@touchline/client";
import { clientFor } from "./client-for.ts";
import { type Command, expectPositionals, numberOf, parseCommandLine, SHARED_OPTIONS } from "./command.ts";
import { table } from "@touchline/verify";

export const matchesCommand: Command = {
  help: `touchline matches [--status live|upcoming|ended] [--limit <n>] [--offset <n>]

  --status <status>  only these
  --limit <n>        at most so many, up to 200; 50
  --offset <n>       where to begin in the list of all matches
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      ...SHARED_OPTIONS,
      status: { type: "string" },
      limit: { type: "string", default: "50" },
      offset: { type: "string", default: "0" },
    });
    expectPositionals(positionals, 0, 0, "nothing");
    const query = {
      status: values.status,
      limit: numberOf(values.limit, "--limit", 1, 200),
      offset: numberOf(values.offset, "--offset", 0, Number.MAX_SAFE_INTEGER),
      signal: io.signal,
    };
    const { matches, next } = await clientFor(values, io).matches(query);
    const text = values.json
      ? JSON.stringify(matches)
      : matches.length === 0
        ? "no matches"
        : table(["match", "fixture", "period", "minute", "score", "version"], matches.map(rowOf), [
            "left",
            "left",
            "left",
            "right",
          ]);
    io.stdout.write(`${text}\n`);
    if (next != null && !values.json) io.stdout.write(`more with --offset ${next}\n`);
    return 0;
  },
};

function rowOf({ matchId, home, away, state, version }: MatchList["matches"][number]): string[] {
  return [
    matchId,
    home && away ? `${home} v ${away}` : "",
    state?.period.replaceAll("_", " ") ?? "",
    state?.minute == null ? "" : String(state.minute),
    state ? `${state.score.home}–${state.score.away}` : "",
    version == null ? "" : String(version),
  ];
}
