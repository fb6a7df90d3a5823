import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** One file of the console, ready to be sent. */
export interface BuiltFile {
  readonly type: string;
  /** A strong validator, quoted. */
  readonly etag: string;
  readonly bytes: Buffer;
  /** The same compressed, by content coding, smallest first. */
  readonly encoded: ReadonlyMap<string, Buffer>;
}

export interface BuiltConsole {
  readonly page: BuiltFile;
  /** The reference of the api. */
  readonly reference: BuiltFile;
  /** By file name. Each name holds the hash of its content. */
  readonly assets: ReadonlyMap<string, BuiltFile>;
}

/** Where the build puts the files. */
export const BUILT_FOLDER = fileURLToPath(new URL("../dist", import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** Content codings and the ending of the file that holds them. */
const CODINGS = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

/** The console as it was built last, read into memory once; undefined where it has not been built. */
export function loadBuiltConsole(folder = BUILT_FOLDER): BuiltConsole | undefined {
  if (!["index.html", "docs.html"].every((page) => existsSync(join(folder, page)))) return undefined;
  const assets = join(folder, "assets");
  const names = readdirSync(assets).filter((name) => TYPES[extname(name)] !== undefined);
  return {
    page: readFile(join(folder, "index.html")),
    reference: readFile(join(folder, "docs.html")),
    assets: new Map(names.map((name) => [name, readFile(join(assets, name))])),
  };
}

function readFile(path: string): BuiltFile {
  const bytes = readFileSync(path);
  const encoded = CODINGS.flatMap(([coding, ending]) =>
    existsSync(path + ending) ? [[coding, readFileSync(path + ending)] as const] : [],
  );
  const hash = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  return {
    type: TYPES[extname(path)] ?? "application/octet-stream",
    etag: `"${hash}"`,
    bytes,
    encoded: new Map(encoded),
  };
}
