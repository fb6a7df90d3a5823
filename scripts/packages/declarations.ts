import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "rolldown";
import { runProgram } from "./run-program.ts";
import { ROOT } from "./published-packages.ts";

/** The declarations of the sources, in the folders of the sources. */
export const DECLARATIONS = join(ROOT, ".touchline", "declarations");

/** Writes them. Fails where a source uses what the oldest supported Node does not have. */
export async function writeDeclarations(): Promise<void> {
  await runProgram(join(ROOT, "node_modules", ".bin", "tsc"), ["-p", "scripts/packages/tsconfig.json"], { cwd: ROOT });
}

/** The declaration of a source, given relative to the root. */
export function declarationOf(source: string): string {
  return join(DECLARATIONS, source.replace(/\.ts$/, ".d.ts"));
}

/** Leads imports between declarations to declarations: they name sources, and packages of this workspace. */
export function declarationsOfWorkspaces(): Plugin {
  return {
    name: "declarations-of-workspaces",
    resolveId(id, importer) {
      if (id.startsWith("@touchline/")) return declarationOf(exportedBy(id));
      if (importer === undefined || !id.startsWith(".") || !id.endsWith(".ts")) return null;
      return join(dirname(importer), id.replace(/(?:\.d)?\.ts$/, ".d.ts"));
    },
  };
}

/** The source that a package of this workspace exports under `.`. */
function exportedBy(name: string): string {
  const folder = join("packages", name.slice("@touchline/".length));
  const { exports } = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, string>>;
  };
  const source = exports["."];
  if (source === undefined) throw new Error(`${name} exports nothing`);
  return join(folder, source);
}
