import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  type FittedExpectations,
  LeagueParams,
  parametersId,
  type PredictionRequest,
  type Predictor,
  type Prediction,
} from "@touchline/model";

const MOST_FILES = 500;
const LARGEST_FILE_BYTES = 4_000_000;
/** Pause between two looks for a document that is not there. */
const LOOK_AGAIN_MS = 1_000;

/** A document that is none; the message names file and rule. */
export class ParameterFileError extends Error {
  override readonly name = "ParameterFileError";
}

/** `model_refitted` named a document that is not in the folder. */
export class UnknownParametersError extends Error {
  override readonly name = "UnknownParametersError";
}

/**
 * Reads every `*.json` of a folder as a parameter document.
 * @throws ParameterFileError when there is no such folder, for the first file that is none, is too large, or says the
 * same as another; the file system's errors
 */
export async function readParameterFolder(folder: string): Promise<LeagueParams[]> {
  const names = (await namesIn(folder)).filter((name) => name.endsWith(".json")).sort();
  if (names.length > MOST_FILES)
    throw new ParameterFileError(`${folder}: ${names.length} files, at most ${MOST_FILES}`);
  const documents = new Map<string, { readonly file: string; readonly params: LeagueParams }>();
  for (const name of names) {
    const file = join(folder, name);
    const params = await readDocument(file);
    const id = parametersId(params);
    const other = documents.get(id);
    if (other) throw new ParameterFileError(`${file}: ${other.file} holds ${id} already`);
    documents.set(id, { file, params });
  }
  return [...documents.values()].map(({ params }) => params);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    const why =
      (cause as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such folder" : "not a readable folder";
    throw new ParameterFileError(`${folder}: ${why} of parameter documents`, { cause });
  }
}

async function readDocument(file: string): Promise<LeagueParams> {
  const { size } = await stat(file);
  if (size > LARGEST_FILE_BYTES) throw new ParameterFileError(`${file}: ${size} bytes, at most ${LARGEST_FILE_BYTES}`);
  const text = await readFile(file, "utf8");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ParameterFileError(`${file}: not JSON`, { cause });
  }
  const parsed = LeagueParams.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ParameterFileError(
    `${file}: ${issue?.path.join(".") || "document"}: ${issue?.message ?? "not a parameter document"}`,
  );
}

interface LoadingOptions {
  readonly folder: string;
  readonly expectations: FittedExpectations;
  /** A steady clock, milliseconds. */
  readonly now?: () => number;
}

/**
 * A predictor that has the documents events speak of: where `model_refitted` names one it has not read, it looks into
 * the folder again. Until the document is there it predicts nothing for that match: a price from other parameters would
 * be stored as if it had heeded the event.
 */
export class LoadingPredictor implements Predictor {
  readonly #inner: Predictor;
  readonly #options: LoadingOptions;
  #looking: Promise<void> | undefined;
  #lookedAt = -Infinity;

  constructor(inner: Predictor, options: LoadingOptions) {
    this.#inner = inner;
    this.#options = options;
  }

  /** Rejects with UnknownParametersError, ParameterFileError, or as the inner predictor does. */
  async predict(request: PredictionRequest, signal: AbortSignal): Promise<Prediction> {
    const { parameters } = request.state;
    if (parameters !== null && !this.#options.expectations.knows(parameters)) await this.#look(parameters);
    return this.#inner.predict(request, signal);
  }

  async #look(id: string): Promise<void> {
    const { expectations, folder, now = () => performance.now() } = this.#options;
    // A refit arrives for many matches at once: one look serves them all.
    if (!this.#looking && now() - this.#lookedAt >= LOOK_AGAIN_MS) {
      this.#looking = readParameterFolder(folder)
        .then((documents) => expectations.learn(documents))
        .finally(() => {
          this.#lookedAt = now();
          this.#looking = undefined;
        });
    }
    await this.#looking;
    if (!expectations.knows(id)) throw new UnknownParametersError(`no parameters ${id} in ${folder}`);
  }
}
