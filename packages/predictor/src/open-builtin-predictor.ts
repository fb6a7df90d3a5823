import {
  AdjustedExpectations,
  allShippedParams,
  BuiltinPredictor,
  FittedExpectations,
  type Predictor,
} from "@touchline/model";
import { LoadingPredictor, readParameterFolder } from "./parameter-folder.ts";

export interface OpenedBuiltin {
  readonly predictor: Predictor;
  /** Documents read from the folder. */
  readonly documents: number;
}

/**
 * The built-in model, with the parameters that are shipped and those of a folder.
 * @throws ParameterFileError when a document of the folder is none, the file system's errors when there is no such
 * folder
 */
export async function openBuiltinPredictor(folder: string | undefined): Promise<OpenedBuiltin> {
  const added = folder === undefined ? [] : await readParameterFolder(folder);
  const expectations = new FittedExpectations([...added, ...allShippedParams()]);
  const builtin = new BuiltinPredictor(new AdjustedExpectations(expectations), () => performance.now());
  const predictor = folder === undefined ? builtin : new LoadingPredictor(builtin, { folder, expectations });
  return { predictor, documents: added.length };
}
