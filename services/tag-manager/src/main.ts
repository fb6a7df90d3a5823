import { loadConfig, openProcess } from "@touchline/platform";
import { tagManagerSettings } from "./settings.ts";

await openProcess({
  service: "tag-manager",
  config: loadConfig(tagManagerSettings),
  async open(opening) {
    // Read now, and not before: who only has the settings printed, or refused, need not wait for it.
    const { openTagManager } = await import("./open-tag-manager.ts");
    return { port: await openTagManager(opening) };
  },
});
