import { readTimelines, type TimelineLine } from "@touchline/feeds";
import { HttpPredictor, PredictorError } from "@touchline/predictor";
import { AskedModel, type MatchRef, readArrivals, type Situation, situationsOf } from "@touchline/verify";
import { type Io, UsageError, UserError } from "./command.ts";

/** What a request to a model server may take here: nobody waits for a price. */
const DEADLINE_MS = 8_000;
const CONCURRENCY = 4;

/**
 * A model server to ask. Its key is taken from PREDICTOR_API_KEY, as the workers do.
 * @throws UsageError when the address is none
 */
export function askedModel(url: string, io: Io): { readonly model: AskedModel; readonly close: () => void } {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(`--predictor must be an http or https address, not "${url}"`);
  const apiKey = io.env["PREDICTOR_API_KEY"];
  const predictor = new HttpPredictor({ url, apiKey, deadlineMs: DEADLINE_MS, concurrency: CONCURRENCY });
  const isBroken = (error: unknown): boolean => error instanceof PredictorError && error.kind === "invalid";
  return { model: new AskedModel(predictor, isBroken, io.signal), close: () => predictor.close() };
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
