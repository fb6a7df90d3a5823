import { Id } from "@touchline/domain";
import { z } from "zod";

/**
 * What a key may do. `publish`: events of any source; `publish:<source>`: of one. `operate`: everything that changes
 * matches, counters and keys by hand. `read`: where reads need a key.
 */
export const KeyScope = z.string().regex(/^(?:publish|operate|read|publish:[A-Za-z0-9][A-Za-z0-9_-]{0,63})$/, {
  error: "must be publish, publish:<source>, operate or read",
});
export type KeyScope = z.infer<typeof KeyScope>;

export const KeyRequest = z.strictObject({
  name: Id,
  scopes: z.array(KeyScope).min(1).max(20),
  /** Only matches whose id begins so. */
  matchPrefix: Id.optional(),
});
export type KeyRequest = z.infer<typeof KeyRequest>;

/** A key as it is listed: never its text, which nobody knows but its owner. */
export const ListedKey = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(KeyScope),
  matchPrefix: z.string().nullable(),
  createdAt: z.string(),
  /** Name of the key that created it. */
  createdBy: z.string(),
});
export type ListedKey = z.infer<typeof ListedKey>;

export const KeysAnswer = z.object({ keys: z.array(ListedKey) });
/** The only time that the key's text is shown. */
export const CreatedKey = ListedKey.extend({ key: z.string() });
