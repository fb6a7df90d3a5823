import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Where a package's folder is made, and its tarball beside it. */
export const OUTPUT = join(ROOT, ".touchline", "packages");

/** A workspace that can be installed outside of it, once it is built. */
export interface PublishedPackage {
  readonly name: string;
  readonly folder: string;
  /** Sources that become files of the package, by the name without an ending. */
  readonly entries: Readonly<Record<string, string>>;
  /** What can be imported: the entry of each path. Each has types. */
  readonly exports: Readonly<Record<string, string>>;
  /** The entry of the program of each name. */
  readonly bin?: Readonly<Record<string, string>>;
  /** What is installed beside the package rather than bundled, with the range of releases. */
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Types of these are among those of the client and of the producer, so both need it installed. */
const ZOD = { zod: "^4.6.7" };

export const PUBLISHED_PACKAGES: readonly PublishedPackage[] = [
  {
    name: "@touchline/client",
    folder: "packages/client",
    entries: { index: "src/index.ts" },
    exports: { ".": "index" },
    dependencies: ZOD,
  },
  {
    name: "@touchline/producer",
    folder: "packages/producer",
    entries: { index: "src/index.ts" },
    exports: { ".": "index" },
    dependencies: ZOD,
    // It works on the queue that its user opens.
    peerDependencies: { bullmq: "^6.7.0" },
  },
  {
    name: "@touchline/cli",
    folder: "tools/cli",
    entries: { bin: "src/bin.ts", cli: "src/cli.ts" },
    exports: { ".": "cli" },
    bin: { touchline: "bin" },
  },
];
