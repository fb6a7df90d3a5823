import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./test/setup/patience.ts";

export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "packages/console/web/**/*.test.ts",
      "tools/*/src/**/*.test.ts",
      "services/*/src/**/*.test.ts",
      "test/**/*.test.ts",
      "scripts/**/*.test.ts",
    ],
    // Machines that run tests are slow and shared: what takes too long is for benchmarks to say. A wait inside a test
    // ends first, because it knows what it waited for.
    testTimeout: 3 * PATIENCE_MS,
    hookTimeout: 3 * PATIENCE_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    // A fresh module graph for each file costs more than most files need; a test that would leave something behind in a
    // module has to clear it away itself.
    isolate: false,
    // Many tests wait for processes of their own: on two cores one waits while the other computes.
    maxWorkers: Math.max(2, Math.min(8, availableParallelism())),
    globalSetup: "test/setup/shared-redis.ts",
    reporters: ["./test/setup/file-reporter.ts", "./test/setup/summary-reporter.ts"],
  },
});
