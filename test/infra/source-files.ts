import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT } from "./installation.ts";

/** Folders of the workspace that hold a `src`: `packages/domain`, `services/api`, … */
export const WORKSPACES: readonly string[] = globSync("{packages,services,tools}/*/src", { cwd: ROOT })
  .map((folder) => dirname(folder))
  .toSorted();

/** What a workspace's `package.json` says, as far as imports go. */
interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export function manifestOf(workspace: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, workspace, "package.json"), "utf8")) as Manifest;
}

/** Workspace folders by package name. */
const FOLDER_OF = new Map(WORKSPACES.map((workspace) => [manifestOf(workspace).name, workspace]));

/** Source files below the folders, relative to the root; tests and their helpers in `testing/` are left out. */
export function sourcesIn(...folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx,mjs}`, { cwd: ROOT, exclude: ["**/node_modules"] }))
    .filter((file) => !file.endsWith(".test.ts") && !file.includes("/testing/"))
    .toSorted();
}

export function linesOf(file: string): number {
  return readFileSync(join(ROOT, file), "utf8").trimEnd().split("\n").length;
}

/** The workspace that a file belongs to. */
export function workspaceOf(file: string): string | undefined {
  return WORKSPACES.find((workspace) => file.startsWith(`${workspace}/`));
}

/**
 * Files of the workspace that a file imports, types included, relative to the root.
 * Packages from the registry and Node's own modules are left out.
 * @throws Error when an import of the workspace leads to no file
 */
export function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return specifiersIn(text).flatMap((specifier) => {
    const target = fileOf(specifier, file);
    if (target === undefined) return [];
    if (!existsSync(join(ROOT, target))) throw new Error(`${file} imports ${specifier}, which is no file`);
    return [target];
  });
}

/** Every file that the entry file reaches over imports, itself included. */
export function reachedFrom(entry: string): Set<string> {
  const reached = new Set([entry]);
  for (const file of reached) for (const target of importsOf(file)) reached.add(target);
  return reached;
}

function specifiersIn(text: string): string[] {
  const statements = /^(?:import|export)\b[^;"]*?\bfrom\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;
  const workers = /new URL\(\s*"([^"]+\.ts)",\s*import\.meta\.url/g;
  return [...text.matchAll(statements), ...text.matchAll(workers)].map(([, ...found]) => found.find(Boolean) ?? "");
}

function fileOf(specifier: string, importer: string): string | undefined {
  if (specifier.startsWith(".")) return relative(ROOT, join(ROOT, dirname(importer), specifier));
  const [scope, name, ...below] = specifier.split("/");
  const folder = FOLDER_OF.get(`${scope}/${name}`);
  if (folder === undefined) return undefined;
  const exported = manifestOf(folder).exports?.[[".", ...below].join("/")];
  if (exported === undefined) throw new Error(`${importer} imports ${specifier}, which the package does not export`);
  return join(folder, exported);
}
