/**
 * Where processes under test keep what they have compiled, for the next of their kind: half of a start is reading
 * TypeScript. A user who has chosen a folder keeps it.
 */
export function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const folder = process.env["NODE_COMPILE_CACHE"];
  return folder ? { NODE_COMPILE_CACHE: folder } : {};
}
