import { rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "./command.ts";

/**
 * To be asked before the work begins: a mistyped folder should not cost the user a minute of computing.
 * @throws UserError naming the option when the file's folder does not exist, or `path` is a folder itself
 */
export async function expectRoomFor(path: string, option: string): Promise<void> {
  const folder = dirname(path);
  if (!(await isFolder(folder))) throw new UserError(`${option} ${path}: there is no folder ${folder}`);
  if (await isFolder(path)) throw new UserError(`${option} ${path} is a folder: name a file in it`);
}

/**
 * Writes `text` as a whole or not at all: whoever reads meanwhile meets the old content or the new one.
 * @throws UserError when the disk refuses
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw new UserError(`cannot write ${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
