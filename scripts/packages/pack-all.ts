import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleDeclarations, bundleScripts } from "./bundle.ts";
import { writeDeclarations } from "./declarations.ts";
import { licencesOf } from "./licences.ts";
import { OUTPUT, type PublishedPackage, ROOT } from "./published-packages.ts";
import { publishedManifest, type SourceManifest } from "./published-manifest.ts";
import { runProgram } from "./run-program.ts";

/** Builds and packs packages. @returns the paths of their tarballs, by name */
export async function packAll(packages: readonly PublishedPackage[]): Promise<ReadonlyMap<string, string>> {
  await writeDeclarations();
  const tarballs = new Map<string, string>();
  for (const what of packages) tarballs.set(what.name, await pack(what));
  return tarballs;
}

async function pack(what: PublishedPackage): Promise<string> {
  const source = join(ROOT, what.folder);
  const folder = join(OUTPUT, what.name);
  const dist = join(folder, "dist");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8")) as SourceManifest;
  const foreign = await bundleScripts(what, manifest.engines.node, dist);
  await bundleDeclarations(what, dist);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(publishedManifest(what, manifest), null, 2)}\n`);
  cpSync(join(source, "README.md"), join(folder, "README.md"));
  cpSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  if (foreign.length > 0) writeFileSync(join(folder, "THIRD-PARTY-LICENSES"), licencesOf(foreign));
  const printed = await runProgram("npm", ["pack", "--json", "--pack-destination", OUTPUT], { cwd: folder });
  return join(OUTPUT, tarballIn(printed));
}

function tarballIn(printed: string): string {
  const [packed] = JSON.parse(printed) as { readonly filename: string }[];
  if (!packed) throw new Error(`npm pack made nothing: ${printed}`);
  return packed.filename;
}
