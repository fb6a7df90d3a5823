import { loadConfig, openProcess } from "@touchline/platform";
import { StoreChangeSource } from "./changes/store-change-source.ts";
import { EdgePurger } from "./edge-purger.ts";
import { openTargets } from "./open-targets.ts";
import { createPurgerMetrics } from "./purger-metrics.ts";
import { checkPurgerConfig, purgerSettings } from "./settings.ts";

/** A purger that is further behind is not ready. */
const READY_BEHIND_MS = 10_000;

await openProcess({
  service: "edge-purger",
  config: loadConfig(purgerSettings, { check: checkPurgerConfig }),
  async open({ config, log, metrics, health, shutdown, connect, serveHealth }) {
    const subscriber = await connect("subscriber", "changes");
    const purger = await EdgePurger.open({
      source: new StoreChangeSource({ subscriber, prefix: config.KEY_PREFIX, log }),
      targets: openTargets(config),
      timeoutMs: config.PURGE_TIMEOUT_MS,
      againMs: config.PURGE_AGAIN_MS,
      metrics: createPurgerMetrics(metrics),
      log,
    });
    shutdown.add("purges", async () => purger.close());
    health.addCheck("purges", () => Promise.resolve(purger.check(READY_BEHIND_MS)));
    return { port: await serveHealth(config.HEALTH_PORT) };
  },
});
