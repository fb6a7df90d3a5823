import { z } from "zod";

/**
 * Deeper than any feed nests. What nests further could be read, but no recursive function could walk it or write it
 * out.
 */
const DEEPEST = 32;

/** Whether `value` is JSON nested at most `DEEPEST` deep. Walks level by level: it must survive what it refuses. */
function isShallowJson(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST || !level.every(isJsonNode)) return false;
    level = level.flatMap((node): unknown[] => (typeof node === "object" && node !== null ? Object.values(node) : []));
  }
  return true;
}

function isJsonNode(node: unknown): boolean {
  if (typeof node === "number") return Number.isFinite(node);
  return node === null || typeof node === "string" || typeof node === "boolean" || typeof node === "object";
}

const anything = z.any() as z.ZodType<z.core.util.JSONType>;

/** An object of JSON values, its own keys at most 64 characters long. */
export const JsonObject = z
  .record(z.string().max(64), anything)
  .refine(isShallowJson, `must be JSON, nested at most ${DEEPEST} deep`);
