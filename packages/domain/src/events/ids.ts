import { z } from "zod";

/**
 * The only ids that ever reach a Redis key or a BullMQ job id: no `:`, no `{`, no control characters, at most 64 long.
 */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

const idRule = "must start with a letter or digit and hold at most 64 letters, digits, '_' or '-'";

export const Id = z.string().regex(ID_PATTERN, idRule);

export function isId(text: unknown): text is string {
  return typeof text === "string" && ID_PATTERN.test(text);
}
