import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes a folder with nothing in it but what `npm install` needs. */
export function emptyFolder(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  return folder;
}
