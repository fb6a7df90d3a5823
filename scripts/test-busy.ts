/** `pnpm test:busy [argument of vitest ...]`: runs the tests beside four loops that burn the cores. */
import { fork } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { runTests } from "./days/test-run.ts";

const LOOPS = 4;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const burner = fileURLToPath(new URL("busy/burner.ts", import.meta.url));
const burners = Array.from({ length: LOOPS }, () => fork(burner));
// Killed without warning we cannot do this: then the burners see their channel close.
process.once("exit", () => {
  for (const { pid } of burners) if (pid !== undefined) process.kill(pid, "SIGKILL");
});
process.stdout.write(
  `beside ${LOOPS} loops that burn the cores (processes ${burners.map(({ pid }) => pid).join(", ")})\n`,
);
const { ok, closing } = await runTests(root, process.argv.slice(2));
process.stdout.write(`${closing}\n`);
process.exit(ok ? 0 : 1);
