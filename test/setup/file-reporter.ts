import type { UserConsoleLog } from "vitest";
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite, Vitest } from "vitest/node";

/** One line for each file, and at the end each failure with the command that runs it alone. */
export default class FileReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onUserConsoleLog({ type, content }: UserConsoleLog): void {
    process[type].write(content);
  }

  onTestModuleEnd(module: TestModule): void {
    const tests = [...module.children.allTests()];
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    const [failed, skipped] = [count("failed"), count("skipped")];
    const { duration, collectDuration } = module.diagnostic();
    const words = [
      module.ok() ? "ok    " : "FAILED",
      `${((duration + collectDuration) / 1000).toFixed(1).padStart(6)} s`,
      `${tests.length}`.padStart(5),
      module.relativeModuleId,
      ...(failed > 0 ? [`(${failed} failed)`] : []),
      ...(skipped > 0 ? [`(${skipped} skipped)`] : []),
    ];
    process.stdout.write(`${words.join(" ")}\n`);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    for (const module of modules) {
      this.#print(module, module.relativeModuleId, module.errors(), module);
      for (const suite of module.children.allSuites()) this.#print(suite, suite.fullName, suite.errors(), module);
      for (const test of module.children.allTests("failed"))
        this.#print(test, test.fullName, test.result().errors ?? [], module);
    }
    if (unhandledErrors.length > 0) this.#vitest?.logger.printUnhandledErrors(unhandledErrors);
  }

  #print(
    failed: TestCase | TestSuite | TestModule,
    name: string,
    errors: readonly unknown[],
    { project, relativeModuleId }: TestModule,
  ): void {
    if (errors.length === 0) return;
    const logger = this.#vitest?.logger;
    logger?.error(`\nFAILED ${failed.type === "module" ? name : `${relativeModuleId} > ${name}`}`);
    for (const error of errors) logger?.printError(error, { project });
    logger?.error(`    ${commandFor(failed, relativeModuleId)}`);
  }
}

/** What runs one test, one group of tests or one file alone. */
export function commandFor(failed: NamedTask, file: string): string {
  const names: string[] = [];
  for (let task = failed; task.type !== "module"; task = task.parent) names.unshift(task.name);
  if (names.length === 0) return `npm test -- ${file}`;
  // The name is taken for a regular expression, and the shell takes what stands between quotes as it is.
  const pattern = names.join(" > ").replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const end = failed.type === "test" ? "$" : " > ";
  return `npm test -- ${file} -t '${`^${pattern}${end}`.replaceAll("'", "'\\''")}'`;
}

type NamedTask =
  | { readonly type: "module" }
  | { readonly type: "suite" | "test"; readonly name: string; readonly parent: NamedTask };
