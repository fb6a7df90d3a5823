import { loadConfig, openProcess } from "@touchline/platform";
import { checkWorkerSettings, workerSettings } from "./settings.ts";

await openProcess({
  service: "worker",
  config: loadConfig(workerSettings, { check: checkWorkerSettings }),
  async open(opening) {
    // Read now, and not before: who only has the settings printed, or refused, need not wait for it.
    const { openWorker } = await import("./open-worker.ts");
    return { port: await openWorker(opening) };
  },
});
