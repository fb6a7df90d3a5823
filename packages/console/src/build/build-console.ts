import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { InlineConfig } from "vite";
import { BUILT_FOLDER } from "../built-console.ts";

const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));
const ROOT = join(PACKAGE, "..", "..");
const WEB = join(PACKAGE, "web");
const STAMP = ".built-from";

/**
 * Builds the console, unless what is built already was made of the same sources. Building takes a few seconds; finding
 * out that nothing has changed loads neither the builder nor the domain.
 * @returns whether it was built
 */
export async function buildConsole(folder = BUILT_FOLDER): Promise<boolean> {
  const expected = fingerprint();
  const stamp = join(folder, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === expected) return false;
  // Built beside and moved into place whole: whoever serves it never meets half of it.
  const fresh = `${folder}.${process.pid}`;
  try {
    const [{ build }, names] = await Promise.all([import("vite"), knownNames()]);
    await build(configFor(fresh, names));
    for (const file of globSync("**/*.{html,js,css,svg}", { cwd: fresh })) compress(join(fresh, file));
    writeFileSync(join(fresh, STAMP), expected);
    replace(folder, fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return true;
}

/** Puts `fresh` where `folder` is. Another build may do the same at the same time: one of the two stays. */
function replace(folder: string, fresh: string): void {
  for (let attempt = 1; ; attempt++) {
    rmSync(folder, { recursive: true, force: true });
    try {
      renameSync(fresh, folder);
      return;
    } catch (error) {
      if (attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

const MAX_ATTEMPTS = 5;

function configFor(outDir: string, names: object): InlineConfig {
  return {
    configFile: false,
    root: WEB,
    // Relative, so that it also works below a path of a proxy.
    base: "./",
    logLevel: "warn",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    define: { __TOUCHLINE__: JSON.stringify(names) },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2023",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 3_000,
      rolldownOptions: { input: [join(WEB, "index.html"), join(WEB, "docs.html")] },
    },
  };
}

/** Names that the console needs and the domain declares, without the domain's code. */
async function knownNames(): Promise<object> {
  const { CATALOGUE, CATEGORIES, PAYLOADS, SIDED_TYPES } = await import("@touchline/domain");
  return {
    eventTypes: Object.keys(PAYLOADS),
    sidedTypes: [...SIDED_TYPES],
    categories: CATEGORIES,
    marketNames: Object.fromEntries(CATALOGUE.map(({ id, name, category }) => [id, [name, category]])),
  };
}

function compress(path: string): void {
  const bytes = readFileSync(path);
  const params = {
    // The best takes seconds for a large file, and gains little.
    [constants.BROTLI_PARAM_QUALITY]: bytes.length > 500_000 ? 9 : 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}

/** Changes whenever the result of a build would: by its sources, those of the packages it uses, and the lock file. */
function fingerprint(): string {
  const hash = createHash("sha256");
  const sources = [
    ...globSync("**/*", { cwd: WEB, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
      .map((entry) => join(entry.parentPath, entry.name)),
    ...globSync("packages/{diagnosis,domain}/src/**/*.ts", { cwd: ROOT }).map((file) => join(ROOT, file)),
    fileURLToPath(import.meta.url),
    join(ROOT, "pnpm-lock.yaml"),
  ].toSorted();
  for (const file of sources) {
    if (existsSync(file)) hash.update(`\n${relative(ROOT, file)}\n`).update(readFileSync(file));
  }
  return hash.digest("hex");
}
