import { z } from "zod";
import { Id } from "@touchline/domain";

const id = z
  .union([z.int(), z.string().max(64)])
  .transform(String)
  .pipe(Id);
const number = z.coerce.number().int();

/**
 * One `event` element of Live Data: its attributes by name, numbers as they are or as text. `stime` is the server's
 * clock in milliseconds, `mtime` the match clock `mm:ss`, running on in stoppage. Attributes not named here are kept
 * and mean nothing.
 */
export const LiveDataEvent = z.looseObject({
  id,
  type: number,
  stime: z.coerce.number(),
  side: z.enum(["home", "away", "none"]).default("none"),
  mtime: z.string().default(""),
  info: z.string().optional(),
  extrainfo: number.optional(),
  extrainfosoccer: number.optional(),
  player1: id.optional(),
  player2: id.optional(),
});
export type LiveDataEvent = z.output<typeof LiveDataEvent>;
