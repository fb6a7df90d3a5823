/** `pnpm console`: builds the console where its sources have changed. */
import { performance } from "node:perf_hooks";
import { buildConsole } from "./build-console.ts";

const began = performance.now();
const built = await buildConsole();
if (built) process.stdout.write(`touchline: console built in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
