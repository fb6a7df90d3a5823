import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "tools/*/src/**/*.test.ts",
      "services/*/src/**/*.test.ts",
      "test/**/*.test.ts",
      "scripts/**/*.test.ts",
    ],
    // Machines that run tests are slow and shared; what takes too long is for benchmarks to say.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: "test/setup/shared-redis.ts",
    reporters: [["default", { summary: false }], "./test/setup/summary-reporter.ts"],
  },
});
