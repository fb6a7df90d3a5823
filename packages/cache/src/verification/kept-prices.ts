import { clockAnchor, type LeftAlone, type MatchState } from "@touchline/domain";
import { EPOCH_MARK, matchKeys } from "../keys.ts";
import { parseEntry, parseRequirements, strictest } from "../records.ts";
import { readTogether } from "../reads/read-together.ts";
import type { StoreRedis } from "../script.ts";

/** A price that a step left in place. */
export interface KeptPrice {
  readonly market: string;
  readonly variant: string;
  /** JSON object of the outcomes, as it is served. */
  readonly outcomes: string;
  /** Wall-clock milliseconds at which it was last computed; the clock of `before` at that moment was its clock. */
  readonly computedAt: number;
}

/** The step after which prices are looked at. */
export interface LookedAtStep {
  readonly epoch: string;
  /** Match version that the step made. */
  readonly version: number;
  readonly before: MatchState;
}

/**
 * The prices among `picks` that stand as they stood before the step: computed from an earlier version, not overtaken by
 * any event since, and on the clock that the match had before the step. Others are left out, such as those that a
 * refresh has replaced already. One round trip.
 */
export async function readKeptPrices(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  { epoch, version, before }: LookedAtStep,
  picks: readonly LeftAlone[],
): Promise<KeptPrice[]> {
  const keys = matchKeys(prefix, matchId);
  const anchor = clockAnchor(before);
  const wanted = picks.flatMap(({ market, variants }) => variants.map((variant) => ({ market, variant })));
  const variants = [...new Set(wanted.map(({ variant }) => variant))];
  const replies = (await readTogether(redis, [
    ["hgetall", keys.required],
    ...variants.map(
      (variant) => ["hmget", keys.entries(variant), EPOCH_MARK, ...wanted.map(({ market }) => market)] as const,
    ),
  ])) as (string | null)[][];
  const [flatRequired = [], ...entries] = replies;
  const flat = flatRequired.map(String);
  if (flat[flat.indexOf(EPOCH_MARK) + 1] !== epoch) return [];
  const required = parseRequirements(flat);
  return wanted.flatMap(({ market, variant }, index): KeptPrice[] => {
    const [mark, ...texts] = entries[variants.indexOf(variant)] ?? [];
    const entry = mark === epoch ? parseEntry(texts[index] ?? "") : undefined;
    const requirement = strictest(required.get(market), required.get(`${variant}/${market}`));
    if (!entry || !requirement || entry.seen >= version || entry.seen < requirement.version) return [];
    if (entry.anchor !== anchor) return [];
    return [{ market, variant, outcomes: entry.outcomes, computedAt: entry.computedAt }];
  });
}
