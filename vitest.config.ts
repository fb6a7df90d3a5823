import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./test/setup/patience.ts";

export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
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
    globalSetup: "test/setup/shared-redis.ts",
    reporters: [["default", { summary: false }], "./test/setup/summary-reporter.ts"],
  },
});
