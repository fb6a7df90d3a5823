import { primitiveReads } from "../dependencies/primitive.ts";
import type { Reads } from "../dependencies/reads.ts";
import type { Market } from "./market.ts";

/**
 * The facts that decide the market, whoever predicts it: those of its primitive, or those that a manifest declares for a
 * market of the user's own. They say when it is suspended and what its feed has to carry.
 */
export function payoffReads(market: Market): Reads {
  return market.space === "own" ? market.reads : primitiveReads(market.primitive);
}
