import { loadConfig, openProcess } from "@touchline/platform";
import { createApi } from "./app.ts";
import { apiSettings, checkApiConfig } from "./settings.ts";

await openProcess({
  service: "api",
  config: loadConfig(apiSettings, { check: checkApiConfig }),
  async open({ config, log, metrics, health, shutdown, connect, checkEviction }) {
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
