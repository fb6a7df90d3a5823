export { BREAKER_STATES, type BreakerState } from "./http/call-breaker.ts";
export { HttpPredictor, type PredictorWatch } from "./http/http-predictor.ts";
export { PREDICTOR_FAILURES, PredictorError, type PredictorFailure } from "./http/predictor-error.ts";
export { type ManifestEvents, ManifestWatch } from "./manifest/manifest-watch.ts";
export { readManifest } from "./manifest/manifest-source.ts";
export { openBuiltinPredictor } from "./open-builtin-predictor.ts";
export { SlowedPredictor } from "./slowed-predictor.ts";
export { warmUp } from "./warm-up.ts";
