import { loadConfig, openProcess } from "@touchline/platform";
import { apiSettings, checkApiConfig } from "./settings.ts";

await openProcess({
  service: "api",
  config: loadConfig(apiSettings, { check: checkApiConfig }),
  async open({ config, log, metrics, health, shutdown, connect, checkEviction }) {
    // Read now, and not before: who only has the settings printed, or refused, need not wait for it.
    const { createApi } = await import("./app.ts");
    const store = await connect("store", "store", config.REDIS_TIMEOUT_MS);
    const subscriber = await connect("subscriber", "changes");
    const queue = await connect("queue", "queue", config.REDIS_TIMEOUT_MS);
    await checkEviction({ store, queue });

    const api = await createApi({
      config,
      log,
      registry: metrics,
      health,
      redis: { store, subscriber, queue },
      now: Date.now,
      machineClock: Date.now,
    });
    shutdown.add("http", async () => api.close());
    return { host: config.HOST, port: api.port };
  },
});
