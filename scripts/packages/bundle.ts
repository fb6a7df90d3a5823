import { join } from "node:path";
import { type OutputChunk, rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";
import { DECLARATIONS, declarationOf, declarationsOfWorkspaces } from "./declarations.ts";
import { filesByUrl } from "./files-by-url.ts";
import { nodeGuard } from "./node-guard.ts";
import { type PublishedPackage, ROOT } from "./published-packages.ts";

/** Bundles the sources, workspace packages included, into `folder`. @returns the files of packages of others in it */
export async function bundleScripts(what: PublishedPackage, engines: string, folder: string): Promise<string[]> {
  const programs = new Map(Object.entries(what.bin ?? {}).map(([program, entry]) => [entry, program]));
  const build = await rolldown({
    cwd: join(ROOT, what.folder),
    input: { ...what.entries },
    platform: "node",
    external: isExternal(what),
    transform: { target: "node20" },
    plugins: [filesByUrl(), nodeGuard({ programs, packageName: what.name, engines })],
  });
  try {
    const { output } = await build.write({
      dir: folder,
      format: "esm",
      entryFileNames: "[name].js",
      chunkFileNames: "[name]-[hash].js",
      minify: false,
    });
    const chunks = output.filter((file): file is OutputChunk => file.type === "chunk");
    return chunks.flatMap(({ modules }) =>
      Object.entries(modules).flatMap(([id, { renderedLength }]) =>
        renderedLength > 0 && id.includes("/node_modules/") ? [id] : [],
      ),
    );
  } finally {
    await build.close();
  }
}

/** Rolls the declarations of everything that can be imported into one file each. */
export async function bundleDeclarations(what: PublishedPackage, folder: string): Promise<void> {
  const entries = Object.values(what.exports).map((entry) => [entry, sourceOf(what, entry)] as const);
  const build = await rolldown({
    cwd: DECLARATIONS,
    input: Object.fromEntries(entries.map(([entry, source]) => [entry, declarationOf(source)])),
    external: isExternal(what),
    plugins: [declarationsOfWorkspaces(), dts({ dtsOnly: true, generator: "oxc", tsconfig: false })],
  });
  try {
    await build.write({ dir: folder, format: "esm" });
  } finally {
    await build.close();
  }
}

function sourceOf({ name, folder, entries }: PublishedPackage, entry: string): string {
  const source = entries[entry];
  if (source === undefined) throw new Error(`${name} exports ${entry}, which is no entry`);
  return join(folder, source);
}

function isExternal({ dependencies, peerDependencies }: PublishedPackage): RegExp[] {
  const names = Object.keys({ ...dependencies, ...peerDependencies });
  return [/^node:/, ...names.map((name) => new RegExp(`^${name}(/|$)`))];
}
