import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "services/*/src/**/*.test.ts",
      "test/**/*.test.ts",
      "scripts/**/*.test.ts",
    ],
    globalSetup: "test/setup/shared-redis.ts",
    reporters: [["default", { summary: false }], "./test/setup/summary-reporter.ts"],
  },
});
