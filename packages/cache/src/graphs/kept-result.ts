import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire, getCompileCacheDir } from "node:module";
import { dirname, join } from "node:path";

/**
 * What `work` gives. The next process that runs the same sources finds it beside what Node.js has compiled of them
 * (`NODE_COMPILE_CACHE`), under a name that every byte of them is part of. Where there is no such folder, or nobody may
 * write to it, it is worked out again.
 * @param name what is kept, as a name for a file
 * @param entry absolute path of the module by which a package in `src/` is imported
 * @param work pure: what it gives follows from that package's sources and its dependencies alone. A word of letters,
 * digits, `-` and `_`
 */
export function keptResult(name: string, entry: string, work: () => string, folder = getCompileCacheDir()): string {
  if (folder === undefined) return work();
  const file = join(folder, `${name}-${fingerprintOf(entry)}`);
  const kept = read(file);
  if (kept !== undefined && /^[\w-]+$/.test(kept)) return kept;
  const result = work();
  write(file, result);
  return result;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Whole or not at all, also where several processes start at once. */
function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, text);
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // The next process works it out as well.
  }
}

/** Of the package's sources but for its tests, of the versions that it depends on, and of the Node.js that runs it. */
function fingerprintOf(entry: string): string {
  const folder = dirname(entry);
  const hash = createHash("sha256").update(process.version);
  const manifest = readFileSync(join(folder, "../package.json"), "utf8");
  const { dependencies = {} } = JSON.parse(manifest) as { dependencies?: Readonly<Record<string, string>> };
  const { resolve } = createRequire(entry);
  for (const name of Object.keys(dependencies)) hash.update(readFileSync(resolve(`${name}/package.json`)));
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted())
    if (path.endsWith(".ts") && !path.endsWith(".test.ts"))
      hash.update(`\0${path}\0`).update(readFileSync(join(folder, path)));
  return hash.digest("hex");
}
