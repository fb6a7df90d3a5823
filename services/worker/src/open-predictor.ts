import type { GraphInForce } from "@touchline/cache";
import {
  HttpPredictor,
  ManifestWatch,
  openBuiltinPredictor,
  readManifest,
  SlowedPredictor,
} from "@touchline/predictor";
import type { Predictor } from "@touchline/model";
import { type Config, type Logger, type Metrics, readsKind } from "@touchline/platform";
import { OutageLog } from "./outage-log.ts";
import { createPredictorMetrics } from "./predictor-metrics.ts";
import type { workerSettings } from "./settings.ts";

export interface OpenedPredictor {
  readonly predictor: Predictor;
  readonly close: () => void;
}

/**
 * The predictor that the settings ask for.
 * @throws ParameterFileError when a document of PARAMS_DIR is none, the file system's errors when there is no such
 * folder
 */
export async function openPredictor(
  config: Config<typeof workerSettings>,
  metrics: Metrics,
  log: Logger,
  graph: GraphInForce,
): Promise<OpenedPredictor> {
  const { predictor, close } =
    config.PREDICTOR === "http" && config.PREDICTOR_URL !== undefined
      ? await openHttp({ ...config, PREDICTOR_URL: config.PREDICTOR_URL }, metrics, log, graph)
      : { predictor: await openBuiltin(config.PARAMS_DIR, log), close: () => undefined };
  const latencyMs = config.SIMULATE_LATENCY_MS;
  return { predictor: latencyMs > 0 ? new SlowedPredictor(predictor, latencyMs) : predictor, close };
}

async function openBuiltin(folder: string | undefined, log: Logger): Promise<Predictor> {
  const { predictor, documents } = await openBuiltinPredictor(folder);
  if (folder !== undefined) log.info({ folder, documents }, "parameters read");
  return predictor;
}

async function openHttp(
  config: Config<typeof workerSettings> & { readonly PREDICTOR_URL: string },
  metrics: Metrics,
  log: Logger,
  graph: GraphInForce,
): Promise<OpenedPredictor> {
  const outages = new OutageLog(log);
  const counted = createPredictorMetrics(metrics, () => predictor.circuit);
  const predictor = new HttpPredictor({
    url: config.PREDICTOR_URL,
    apiKey: config.PREDICTOR_API_KEY,
    deadlineMs: config.PREDICTOR_DEADLINE_MS,
    concurrency: config.PREDICTOR_CONCURRENCY,
    graph: () => graph.current,
    watch: {
      asked(outcome, seconds, reason = "") {
        counted.asked(outcome, seconds);
        if (outcome === "ok") outages.succeeded(performance.now());
        else if (outcome !== "given_up") outages.failed(outcome, reason, performance.now());
      },
      retried: () => counted.retried(),
    },
  });
  const watch = readsKind(config) === "manifest" ? watchManifest(config, counted, log, graph) : undefined;
  await watch?.start();
  return {
    predictor,
    close: () => {
      watch?.close();
      predictor.close();
    },
  };
}

function watchManifest(
  config: Config<typeof workerSettings> & { readonly PREDICTOR_URL: string },
  counted: { readonly manifestRefused: () => void },
  log: Logger,
  graph: GraphInForce,
): ManifestWatch {
  const { PREDICTOR_MANIFEST: file, PREDICTOR_URL: url, PREDICTOR_API_KEY: apiKey } = config;
  return new ManifestWatch({
    read: async () => readManifest({ file, url, apiKey }),
    inForce: () => graph.manifest,
    publish: async (manifest) => graph.publish(manifest),
    events: {
      published: (manifest) =>
        log.info(
          { model: manifest?.model, markets: manifest && Object.keys(manifest.markets).length },
          "the manifest of the model server is in force; matches are passed to its dependency graph",
        ),
      refused(err) {
        counted.manifestRefused();
        log.error({ err }, "the manifest cannot be used; the last good one stays in force");
      },
    },
  });
}
