import fs, { readFileSync } from "node:fs";
import { registerHooks, syncBuiltinESMExports } from "node:module";
import { fileURLToPath } from "node:url";
import { MUTANTS } from "./mutants.ts";

/**
 * Loaded before everything else (`node --import`), makes this process run with one mutant, by its number in
 * `RACES_MUTANT`. Files stay as they are: the line is replaced as it is read.
 */
const mutant = MUTANTS[Number(process.env["RACES_MUTANT"])];
if (!mutant) throw new Error("RACES_MUTANT names no mutant");
const path = fileURLToPath(new URL(`../../${mutant.file}`, import.meta.url));
const text = readFileSync(path, "utf8");
if (text.split(mutant.line).length !== 2) throw new Error(`${mutant.file} does not hold exactly once: ${mutant.line}`);
const mutated = text.replace(mutant.line, () => mutant.replacement);

const read = fs.readFileSync;
fs.readFileSync = ((file: fs.PathOrFileDescriptor, options: BufferEncoding) =>
  file instanceof URL && fileURLToPath(file) === path ? mutated : read(file, options)) as typeof read;
syncBuiltinESMExports();
registerHooks({
  load(url, context, nextLoad) {
    const isMutant = url.startsWith("file:") && fs.realpathSync(fileURLToPath(url)) === path;
    return isMutant ? { format: "module-typescript", source: mutated, shortCircuit: true } : nextLoad(url, context);
  },
});
