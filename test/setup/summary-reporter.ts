import type { Reporter, TestModule, Vitest } from "vitest/node";

/** Ends the output with one line that people and programs can read: `N passed, N failed[, N skipped]`. */
export default class SummaryReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state === "pending" ? "skipped" : state] += 1;
      }
      // A file that cannot be read, or a hook that throws, has no test to show for it.
      if (!module.ok() && ![...module.children.allTests("failed")].length) counts.failed += 1;
    }
    counts.failed += unhandledErrors.length;
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
    const line = `${counts.passed} passed, ${counts.failed} failed${skipped}\n`;
    // Printed when vitest has nothing more to say.
    this.#vitest?.onClose(() => void process.stdout.write(line));
  }
}
