import { join } from "node:path";
import { runProgram } from "../run-program.ts";
import { emptyFolder } from "./empty-folder.ts";
import type { NodeRelease } from "./node-release.ts";

/** Every package names a Node that is too old for it, rather than to end somewhere within. */
export async function checkUnsupportedNode(
  tarballs: readonly string[],
  node: NodeRelease,
  folder: string,
): Promise<void> {
  const home = emptyFolder(folder, `use-${node.version}`);
  // Installed by the npm of this machine: that of so old a Node may not know the registry of today.
  await runProgram("npm", ["install", "--no-audit", "--no-fund", ...tarballs], { cwd: home });
  const refuse = async (program: string, ...args: string[]): Promise<void> => {
    const printed = await runProgram(program, args, { cwd: home, env: node.env, code: 1 });
    const reason = `needs Node 20.19 or newer, and this is Node ${node.version.slice(1)}`;
    if (!printed.includes(reason)) throw new Error(`not "${reason}" but:\n${printed}`);
  };
  await refuse(node.program, join("node_modules", "@touchline", "cli", "dist", "bin.js"), "--version");
  for (const name of ["@touchline/client", "@touchline/producer"])
    await refuse(node.program, "--input-type=module", "--eval", `await import("${name}")`);
}
