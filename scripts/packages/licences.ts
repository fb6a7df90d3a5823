import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The licences of the packages that the files belong to: whoever passes their code on has to pass these on. */
export function licencesOf(files: readonly string[]): string {
  const folders = [...new Set(files.map(packageFolderOf))].sort();
  return folders.map(licenceIn).join(`\n${"-".repeat(72)}\n\n`);
}

/** The folder with the name of a package, above a file in it: sub-folders may have a `package.json` without one. */
function packageFolderOf(file: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && "version" in (JSON.parse(readFileSync(manifest, "utf8")) as object)) return folder;
  }
  throw new Error(`${file} belongs to no package`);
}

function licenceIn(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
  };
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} ${version} has no licence file`);
  return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}
