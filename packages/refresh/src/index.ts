export { type OpenedBuiltin, openBuiltinPredictor } from "./builtin-predictor.ts";
export { ParameterFileError, UnknownParametersError } from "./parameter-folder.ts";
export { warmUp } from "./warm-up.ts";
export { type RefreshDependencies, refreshMatch, type RefreshOutcome } from "./refresh-match.ts";
