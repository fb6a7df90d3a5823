import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleScripts } from "./bundle.ts";
import { publishedManifest, type SourceManifest } from "./published-manifest.ts";
import { PUBLISHED_PACKAGES, ROOT } from "./published-packages.ts";

const IMPORTED = /(?:\bfrom\s+|^import\s+|\bimport\()"([^"\n]+)"/gm;

interface Dependencies {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

interface Manifest extends Dependencies {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin?: Readonly<Record<string, string>>;
}

function sourceManifest(folder: string): SourceManifest & Dependencies & { readonly name: string } {
  return JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")) as ReturnType<typeof sourceManifest>;
}

describe.each(PUBLISHED_PACKAGES)("the package $name, built", (what) => {
  const folder = mkdtempSync(join(tmpdir(), "touchline-package-"));
  const source = sourceManifest(what.folder);
  const manifest = publishedManifest(what, source) as Manifest;
  let files: string[];
  const scripts = () => files.filter((file) => file.endsWith(".js"));
  const codeOf = (file: string) => readFileSync(join(folder, "dist", file), "utf8");
  beforeAll(async () => {
    await bundleScripts(what, source.engines.node, join(folder, "dist"));
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    files = readdirSync(join(folder, "dist"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("has every file that its manifest names", () => {
    const exported = Object.values(manifest.exports).map((file) => (typeof file === "string" ? file : file.default));
    const named = [...exported, ...Object.values(manifest.bin ?? {})];
    expect(named.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
    expect(source.name).toBe(what.name);
  });

  it("imports nothing but Node, its own files, and what its manifest has installed", () => {
    const installed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const foreign = scripts()
      .flatMap((file) => [...codeOf(file).matchAll(IMPORTED)].map(([, name = ""]) => name))
      .filter((name) => !name.startsWith("node:") && !name.startsWith("./") && !installed.includes(name));
    expect(foreign).toEqual([]);
  });

  it("has the releases installed that the workspace is tested with", () => {
    const tested = {
      ...sourceManifest("packages/domain").dependencies,
      ...sourceManifest("packages/queue").dependencies,
    };
    for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies }))
      expect(range, name).toBe(`^${tested[name]}`);
  });

  it("copies no file that nothing in it reads", () => {
    const codes = scripts().map(codeOf);
    const copied = files.filter((file) => !file.endsWith(".js"));
    expect(copied.filter((file) => !codes.some((code) => code.includes(`"./${file}"`)))).toEqual([]);
  });

  it("runs outside of the workspace, if it has a program", async () => {
    for (const program of Object.values(manifest.bin ?? {})) {
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, program), "--version"]);
      expect(stdout).toBe(`${source.version}\n`);
    }
  });
});
