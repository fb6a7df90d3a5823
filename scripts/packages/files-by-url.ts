import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Plugin } from "rolldown";

const FILE_BY_URL = /new URL\("(\.[^"]+)", import\.meta\.url\)/g;

/**
 * Brings along what a module reads by `new URL("./x", import.meta.url)`: a source becomes a chunk, another file is
 * copied. All files of a package stand in one folder, so the bundled expression names the file alone.
 */
export function filesByUrl(): Plugin {
  /** Files to copy, by the expression that reads them. */
  const copied = new Map<string, string>();
  return {
    name: "files-by-url",
    transform(code, id) {
      let bundled = code;
      for (const [expression, path = ""] of code.matchAll(FILE_BY_URL)) {
        const file = join(dirname(id), path);
        if (!existsSync(file)) this.error(`${id} reads ${path}, which is no file`);
        const isSource = file.endsWith(".ts");
        const name = isSource ? basename(file).replace(/\.ts$/, ".js") : basename(file);
        const here = `new URL("./${name}", import.meta.url)`;
        if (isSource) this.emitFile({ type: "chunk", id: file, name: basename(file, ".ts"), fileName: name });
        else if ((copied.get(here) ?? file) !== file) this.error(`two files are called ${name}`);
        else copied.set(here, file);
        bundled = bundled.replace(expression, here);
      }
      return bundled === code ? null : { code: bundled, map: null };
    },
    generateBundle(_options, bundle) {
      const codes = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? [file.code] : []));
      // A module of which nothing is used has been left out, and needs nothing.
      for (const [expression, file] of copied)
        if (codes.some((code) => code.includes(expression)))
          this.emitFile({ type: "asset", fileName: basename(file), source: readFileSync(file) });
    },
  };
}
