import { readTimelines, type TimelineLine } from "@touchline/feeds";
import { type Graph, graphFor, manifestGraph, parseManifest } from "@touchline/domain";
import { HttpPredictor, PredictorError, readManifest } from "@touchline/predictor";
import { AskedModel, type MatchRef, readArrivals, type Situation, situationsOf } from "@touchline/verify";
import { type Io, UsageError, UserError } from "../command.ts";

/** What a request to a model server may take here: nobody waits for a price. */
const DEADLINE_MS = 8_000;
const CONCURRENCY = 4;

/**
 * A model server to ask by the markets of `graph`. Its key is taken from PREDICTOR_API_KEY, as the workers do.
 */
export function askedModel(
  url: string,
  graph: Graph,
  io: Io,
): { readonly model: AskedModel; readonly close: () => void } {
  const apiKey = io.env["PREDICTOR_API_KEY"];
  const predictor = new HttpPredictor({
    url,
    apiKey,
    deadlineMs: DEADLINE_MS,
    concurrency: CONCURRENCY,
    graph: () => graph,
  });
  const isBroken = (error: unknown): boolean => error instanceof PredictorError && error.kind === "invalid";
  return { model: new AskedModel(predictor, isBroken, io.signal), close: () => predictor.close() };
}

/**
 * The graph that a model server is held to: what its manifest says, or, where it has none, what `otherwise` names.
 * @throws UsageError when the address or the name is none, UserError when the manifest cannot be read or is not valid
 */
export async function graphOfServer(url: string, otherwise: string | undefined, io: Io): Promise<Graph> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(`--predictor must be an http or https address, not "${url}"`);
  if (otherwise === "builtin" || otherwise === "all") return graphFor(otherwise);
  if (otherwise !== undefined && otherwise !== "manifest")
    throw new UsageError(`--reads must be manifest, builtin or all, not "${otherwise}"`);
  let manifest: unknown;
  try {
    manifest = await readManifest({ url, apiKey: io.env["PREDICTOR_API_KEY"] });
    if (manifest !== undefined) return manifestGraph(parseManifest(manifest));
  } catch (error) {
    throw new UserError(`the manifest of ${url}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (otherwise === "manifest") throw new UserError(`${url} has no manifest`);
  return graphFor("builtin");
}

/** Runs what asks a model server. @throws UserError naming the address when the server does not answer */
export async function askingOf<T>(url: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof PredictorError) throw new UserError(`${url}: ${error.message}`);
    throw error;
  }
}

/** The events of each match; a line that is none is named to `onBad`. Files are read once. */
export async function* situationsIn(
  refs: readonly MatchRef[],
  seed: number | undefined,
  onBad: (bad: string) => void,
): AsyncGenerator<readonly Situation[]> {
  const files = new Map<string, TimelineLine[][]>();
  for (const { file, index } of refs) {
    // Bad lines of the file were reported when its matches were counted.
    const matches = files.get(file) ?? [...(await readTimelines(file, () => undefined)).values()];
    files.set(file, matches);
    const { arrivals, bad } = readArrivals(file, matches[index] ?? [], seed);
    for (const each of bad) onBad(each);
    yield situationsOf(arrivals);
  }
}
