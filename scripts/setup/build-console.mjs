import { join } from "node:path";
import { say, secondsSince, SetupError } from "./plain-words.mjs";
import { runProgram } from "./run-program.mjs";

const BUILD_TIMEOUT_MS = 5 * 60_000;

/**
 * Builds the console, unless exactly this one is built already. Without it everything else works, so only a caller that
 * needs it insists.
 * @param {string} root folder of the repository @param {string} node the Node that runs TypeScript
 * @param {boolean} insist
 */
export async function buildConsole(root, node, insist) {
  const startedAt = performance.now();
  const program = join(root, "packages", "console", "src", "build", "main.ts");
  const { ok, output } = await runProgram(node, [program], { cwd: root, timeoutMs: BUILD_TIMEOUT_MS });
  if (ok && output !== "") say(`console built in ${secondsSince(startedAt)}`);
  if (ok) return;
  if (insist) throw new SetupError("the console could not be built:", ["pnpm console"], output);
  say(`the console could not be built, and / says so; everything else works. Why: pnpm console`);
}
