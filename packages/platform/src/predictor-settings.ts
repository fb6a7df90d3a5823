import { z } from "zod";
import { wholeNumber } from "./settings.ts";

/**
 * Which predictor is at work. The worker calls it, the tag-manager must know what it reads, and the api may make
 * fallback refreshes, so all have the same settings. While they differ, steps touch every open market.
 */
export const predictorSettings = {
  PREDICTOR: z
    .enum(["builtin", "http"])
    .default("builtin")
    .describe("who predicts: the built-in model or a model server"),
  PREDICTOR_READS: z
    .enum(["builtin", "all", "manifest"])
    .optional()
    .describe("what the predictor reads of a match: manifest for http, builtin otherwise"),
};

type PredictorSettings = {
  readonly PREDICTOR: "builtin" | "http";
  readonly PREDICTOR_READS?: ReadsKind | undefined;
};

type ReadsKind = "builtin" | "all" | "manifest";

/**
 * What the predictor may read. Of a model server its manifest says so; without one it may read everything, unless the
 * operator says otherwise.
 */
export function readsKind({ PREDICTOR, PREDICTOR_READS }: PredictorSettings): ReadsKind {
  return PREDICTOR_READS ?? (PREDICTOR === "http" ? "manifest" : "builtin");
}

/** Where predictions come from, for the services that make them. */
export const predictionSources = {
  PREDICTOR_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("where the model server takes its requests"),
  PREDICTOR_API_KEY: z.string().max(500).optional().describe("sent to the model server as a bearer token"),
  PREDICTOR_DEADLINE_MS: wholeNumber({ min: 10, max: 8_000 })
    .default(2_000)
    .describe("how long a prediction may take, retries and waiting included"),
  PREDICTOR_CONCURRENCY: wholeNumber({ min: 1, max: 256 })
    .default(8)
    .describe("requests under way to the model server at a time"),
  PREDICTOR_MANIFEST: z
    .string()
    .optional()
    .describe("file with the manifest of the model server; asked of the server itself by default"),
  PARAMS_DIR: z.string().optional().describe("folder of parameter documents beside those that are shipped"),
};
