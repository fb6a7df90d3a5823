#!/usr/bin/env node
import * as nodeModule from "node:module";

// Not in Node 20. It halves the start from the second time on.
(nodeModule as Partial<typeof nodeModule>).enableCompileCache?.();

// Only now: what is compiled before is not kept.
const { main } = await import("./main.ts");
await main();
