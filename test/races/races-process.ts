import { runOnOwnServer } from "./run-on-own-server.ts";
import type { RacesWord } from "./run-processes.ts";
import type { RaceOptions } from "./run-schedules.ts";

/** One of the processes of `pnpm races`. Its argument says which schedules are its own, as JSON. */
const options = JSON.parse(process.argv[2] ?? "") as RaceOptions;
const tell = (word: RacesWord): void => void process.send?.(word);
// Its server goes with it.
process.once("SIGTERM", () => process.exit(0));
process.once("disconnect", () => process.exit(1));
tell({ run: await runOnOwnServer({ ...options, onProgress: (done) => tell({ done }) }) });
process.disconnect?.();
