import { join } from "node:path";
import { emptyFolder } from "./empty-folder.ts";
import { runProgram } from "../run-program.ts";

/** An installed Node, first in the path of what is run with it. */
export interface NodeRelease {
  readonly version: string;
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
}

/** @param release `20` for the newest release of that line */
export async function installNode(release: string, folder: string): Promise<NodeRelease> {
  const home = emptyFolder(folder, `node-${release}`);
  await runProgram("npm", ["install", "--no-audit", "--no-fund", `node@${release}`], { cwd: home });
  const bin = join(home, "node_modules", "node", "bin");
  const program = join(bin, "node");
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}` };
  return { program, env, version: (await runProgram(program, ["--version"], { cwd: home })).trim() };
}
