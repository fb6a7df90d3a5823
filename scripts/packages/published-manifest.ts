import type { PublishedPackage } from "./published-packages.ts";

/** What the workspace's own `package.json` says. */
export interface SourceManifest {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: { readonly node: string };
}

/** The `package.json` that is packed: built files instead of sources, and no package of this workspace. */
export function publishedManifest(
  { name, exports, bin, dependencies, peerDependencies }: PublishedPackage,
  { version, description, license, engines }: SourceManifest,
): object {
  return {
    name,
    version,
    description,
    license,
    type: "module",
    sideEffects: false,
    engines,
    exports: {
      ...Object.fromEntries(
        Object.entries(exports).map(([path, entry]) => [
          path,
          { types: `./dist/${entry}.d.ts`, default: `./dist/${entry}.js` },
        ]),
      ),
      "./package.json": "./package.json",
    },
    ...(bin
      ? { bin: Object.fromEntries(Object.entries(bin).map(([program, entry]) => [program, `dist/${entry}.js`])) }
      : {}),
    files: ["dist", "THIRD-PARTY-LICENSES"],
    ...(dependencies ? { dependencies } : {}),
    ...(peerDependencies ? { peerDependencies } : {}),
  };
}
