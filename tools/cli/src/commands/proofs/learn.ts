import { learnReads, type LearntReads, seededRandom, type Situation } from "@touchline/verify";
import { type Command, expectPositionals, numberOf, parseCommandLine, SHARED_OPTIONS, UsageError } from "../command.ts";
import { askedModel, askingOf, graphOfServer, situationsIn } from "./own-model.ts";
import { expectRoomFor, replaceFile } from "../output-file.ts";
import { timelineMatches } from "../timeline-matches.ts";

const PROGRESS_EVERY = 200;

export const learnCommand: Command = {
  help: `touchline learn --predictor <url> --data <folder> [--output <file>] [--matches <n>] [--requests <n>] [--seed <n>]

Finds out which facts each market of a model server reads, and proposes the smallest manifest that says
so. It replays moments of real matches, changes facts as real events do, one at a time and in pairs, and
looks whose prices change. A market is said not to read a fact only where its price stayed as it was each
time; the summary says how often that was tried at least, and what follows with 95 % confidence. A fact
that never changed while a market was open counts as read. Then prove the manifest: touchline soundness.

  --predictor <url>   where the model server takes its requests; its key: PREDICTOR_API_KEY
  --data <folder>     where the timelines are
  --output <file>     where the manifest is written; standard output by default
  --model <name>      name of the model in the manifest; model
  --matches <n>       only so many matches, taken from all files in turn; 10
  --requests <n>      requests that may be made; 2000
  --seed <n>          seed of the moments, the changes and the invented events; 1
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      ...SHARED_OPTIONS,
      predictor: { type: "string" },
      data: { type: "string" },
      output: { type: "string" },
      model: { type: "string", default: "model" },
      matches: { type: "string", default: "10" },
      requests: { type: "string", default: "2000" },
      seed: { type: "string", default: "1" },
    });
    expectPositionals(positionals, 0, 0, "nothing");
    const { predictor: url, data, output } = values;
    if (url === undefined) throw new UsageError("--predictor <url> says where the model server takes its requests");
    if (data === undefined) throw new UsageError("--data <folder> says where the timelines are");
    const budget = numberOf(values.requests, "--requests", 10, 10_000_000);
    const seed = numberOf(values.seed, "--seed", 0, 2 ** 32 - 1);
    const most = numberOf(values.matches, "--matches", 1, Number.MAX_SAFE_INTEGER);
    if (output !== undefined) await expectRoomFor(output, "--output");
    const onBad = (bad: string): void => void io.stderr.write(`${bad}\n`);
    const matches = await timelineMatches(data, most, false, onBad);
    const situations: Situation[] = [];
    for await (const more of situationsIn(matches, seed, onBad)) situations.push(...more);

    const graph = await graphOfServer(url, undefined, io);
    const { model, close } = askedModel(url, graph, io);
    try {
      const seeded = seededRandom(seed, "learn");
      const random = (): number => seeded.next();
      const onRequest = (made: number): void => {
        if (made % PROGRESS_EVERY < 2) io.stderr.write(`${made} of ${budget} requests\n`);
      };
      const learnt = await askingOf(url, async () =>
        learnReads(situations, model, { markets: graph.markets, budget, random, onRequest }),
      );
      const manifest = `${JSON.stringify(manifestOf(learnt, values.model), undefined, 2)}\n`;
      if (output === undefined) io.stdout.write(manifest);
      else await replaceFile(output, manifest);
      const { reads, untried, fewestTries, bound, tries } = learnt;
      const counts = [...reads.values()].map((each) => each.reads.length).sort((a, b) => a - b);
      const summary = {
        markets: reads.size,
        medianReads: counts[Math.floor(counts.length / 2)] ?? 0,
        tries,
        untried,
        fewestTries,
        bound: Number(bound.toPrecision(3)),
        brokenRules: [...model.broken.values()].reduce((sum, { count }) => sum + count, 0),
      };
      io.stderr.write(`${JSON.stringify(summary)}\n`);
      return reads.size > 0 ? 0 : 1;
    } finally {
      close();
    }
  },
};

function manifestOf({ reads }: LearntReads, name: string): unknown {
  return {
    format: "touchline-model-manifest",
    version: 1,
    model: { name, version: "learnt" },
    markets: Object.fromEntries(
      [...reads].map(([id, { reads: own, blendReads }]) => [
        id,
        { reads: own, ...(blendReads.length > 0 ? { blendReads } : {}) },
      ]),
    ),
  };
}
