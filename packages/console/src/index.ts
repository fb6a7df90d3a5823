export { type BuiltConsole, type BuiltFile, loadBuiltConsole } from "./built-console.ts";
