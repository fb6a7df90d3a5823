import { knownGraph } from "@touchline/cache";
import { HttpPredictor, SlowedPredictor, openBuiltinPredictor } from "@touchline/predictor";
import type { Predictor } from "@touchline/model";
import { type Config, type Logger, type Metrics, readsKind } from "@touchline/platform";
import { OutageLog } from "./outage-log.ts";
import { createPredictorMetrics } from "./predictor-metrics.ts";
import type { workerSettings } from "./settings.ts";

export interface OpenedPredictor {
  readonly predictor: Predictor;
  /** Fingerprint of the dependency graph it goes by. */
  readonly graphVersion: string;
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
): Promise<OpenedPredictor> {
  const graphVersion = knownGraph(readsKind(config)).version;
  const { predictor, close } =
    config.PREDICTOR === "http" && config.PREDICTOR_URL !== undefined
      ? openHttp({ ...config, PREDICTOR_URL: config.PREDICTOR_URL }, metrics, log)
      : { predictor: await openBuiltin(config.PARAMS_DIR, log), close: () => undefined };
  const latencyMs = config.SIMULATE_LATENCY_MS;
  return { predictor: latencyMs > 0 ? new SlowedPredictor(predictor, latencyMs) : predictor, graphVersion, close };
}

async function openBuiltin(folder: string | undefined, log: Logger): Promise<Predictor> {
  const { predictor, documents } = await openBuiltinPredictor(folder);
  if (folder !== undefined) log.info({ folder, documents }, "parameters read");
  return predictor;
}

function openHttp(
  config: Config<typeof workerSettings> & { readonly PREDICTOR_URL: string },
  metrics: Metrics,
  log: Logger,
): { predictor: Predictor; close: () => void } {
  const outages = new OutageLog(log);
  const counted = createPredictorMetrics(metrics, () => predictor.circuit);
  const predictor = new HttpPredictor({
    url: config.PREDICTOR_URL,
    apiKey: config.PREDICTOR_API_KEY,
    deadlineMs: config.PREDICTOR_DEADLINE_MS,
    concurrency: config.PREDICTOR_CONCURRENCY,
    watch: {
      asked(outcome, seconds, reason = "") {
        counted.asked(outcome, seconds);
        if (outcome === "ok") outages.succeeded(performance.now());
        else if (outcome !== "given_up") outages.failed(outcome, reason, performance.now());
      },
      retried: () => counted.retried(),
    },
  });
  return { predictor, close: () => predictor.close() };
}
