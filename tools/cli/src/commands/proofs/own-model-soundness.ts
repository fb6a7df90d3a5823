import { checkOwnModel, type MatchRef, noOwnModelFindings, ownModelReport, ownModelSummary } from "@touchline/verify";
import type { Io } from "../command.ts";
import { askedModel, askingOf, graphOfServer, situationsIn } from "./own-model.ts";

export interface OwnModelSoundness {
  readonly url: string;
  /** The graph under test, as PREDICTOR_READS names it; by default the manifest's, or the built-in one without one. */
  readonly reads: string | undefined;
  readonly seed: number | undefined;
  readonly json: boolean;
  readonly onBad: (bad: string) => void;
}

/** Every so many events, the model is asked twice, and asked for what the event touched alone. */
const MEASURED_EVERY = 8;

/** The brute force for a model server. @returns whether no miss and no broken rule was found */
export async function checkModelServer(
  matches: readonly MatchRef[],
  { url, reads, seed, json, onBad }: OwnModelSoundness,
  io: Io,
): Promise<boolean> {
  const graph = await graphOfServer(url, reads, io);
  const { model, close } = askedModel(url, graph, io);
  const findings = noOwnModelFindings();
  const began = performance.now();
  try {
    await askingOf(url, async () => {
      for await (const situations of situationsIn(matches, seed, onBad)) {
        await checkOwnModel(situations, model, { ...graph, every: MEASURED_EVERY }, findings);
        io.stderr.write(
          `${findings.tally.matches} of ${matches.length} matches, ${findings.tally.misses} misses, ${model.requests} requests\n`,
        );
      }
    });
  } finally {
    close();
  }
  const summary = ownModelSummary(findings, model, (performance.now() - began) / 1000);
  if (!json) io.stdout.write(`${ownModelReport(findings, model, summary)}\n\n`);
  io.stdout.write(`${JSON.stringify(summary)}\n`);
  return summary.misses === 0 && summary.varied === 0 && summary.brokenRules === 0;
}
