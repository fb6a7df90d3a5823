import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Full path of a program of this machine; undefined where it is not installed. Nothing is installed for a test. */
function programPath(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, name)).find((path) => isExecutable(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export const VARNISHD = programPath("varnishd");
export const NGINX = programPath("nginx");

/** Says on stderr what a skipped test would have needed. */
export function sayWhatIsMissing(): void {
  for (const [name, path] of Object.entries({ varnishd: VARNISHD, nginx: NGINX }))
    if (path === undefined) process.stderr.write(`${name} is not installed: the tests with it are skipped\n`);
}
