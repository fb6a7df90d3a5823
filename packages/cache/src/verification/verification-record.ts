import { loadScript, runScript, type StoreRedis } from "../script.ts";
import { z } from "zod";
import { verificationKeys } from "./verification-keys.ts";

const script = loadScript("record-verification");

/** What became of one market of a sample. */
export const COMPARISON_OUTCOMES = ["equal", "miss", "unexplained", "unrepeatable", "failed"] as const;
/**
 * `equal` and `miss` are comparisons. The others prove nothing: `unexplained`, the kept price is another one although
 * the step makes no difference, as after a change of the model; `unrepeatable`, the predictor answered the same request
 * in two ways; `failed`, it gave no answer.
 */
export type ComparisonOutcome = (typeof COMPARISON_OUTCOMES)[number];

/** A price that should have been invalidated: the smallest example that was found. */
export const VerificationMiss = z.object({
  /** Wall-clock milliseconds. */
  at: z.number(),
  matchId: z.string(),
  version: z.int(),
  market: z.string(),
  variant: z.string(),
  event: z.object({ type: z.string(), source: z.string(), eventId: z.string() }),
  /** Facts that the event changed and that the price depends on, although nobody had declared them. */
  facts: z.array(z.string()),
  /** JSON objects of the outcomes for the states before and after the event, at one clock. */
  before: z.string(),
  after: z.string(),
});
export type VerificationMiss = z.output<typeof VerificationMiss>;

/** What a worker found about one sample. */
export interface Verified {
  /** Wall-clock milliseconds. */
  readonly at: number;
  readonly share: number;
  readonly outcomes: readonly { readonly market: string; readonly outcome: ComparisonOutcome }[];
  /** Facts that the step had changed. */
  readonly changed: readonly string[];
  readonly misses: readonly VerificationMiss[];
}

/** Misses kept for people. */
const SHOWN_MISSES = 20;

/** Adds to the sums. One round trip. */
export async function recordVerified(redis: StoreRedis, prefix: string, verified: Verified): Promise<void> {
  const { at, share, outcomes, changed, misses } = verified;
  const counts: Record<string, number> = {};
  const add = (field: string, by = 1): void => void (counts[field] = (counts[field] ?? 0) + by);
  for (const { market, outcome } of outcomes) {
    if (outcome !== "equal" && outcome !== "miss") {
      add(outcome);
      continue;
    }
    add("comparisons");
    add(`market:${market}`);
    for (const fact of changed) add(`fact:${fact}`);
    if (outcome === "miss") {
      add("misses");
      add(`missed-market:${market}`);
    }
  }
  for (const { facts } of misses) for (const fact of facts) add(`missed-fact:${fact}`);
  const keys = verificationKeys(prefix);
  const argument = {
    at,
    share: String(share),
    counts,
    misses: misses.map((miss) => JSON.stringify(miss)),
    shown: SHOWN_MISSES,
  };
  await runScript(redis, script, [keys.counts, keys.misses], [JSON.stringify(argument)]);
}

export interface Compared {
  readonly comparisons: number;
  readonly misses: number;
}

/** All that was found so far, over all processes. */
export interface VerificationRecord extends Compared {
  /** Wall-clock milliseconds of the first and of the last sample; undefined before the first. */
  readonly since: number | undefined;
  readonly last: number | undefined;
  /** Share by which the last sample was drawn. */
  readonly share: number | undefined;
  /** Comparisons since the last miss, and when that was. */
  readonly quiet: number;
  readonly missAt: number | undefined;
  readonly unexplained: number;
  readonly unrepeatable: number;
  readonly failed: number;
  readonly markets: ReadonlyMap<string, Compared>;
  readonly facts: ReadonlyMap<string, Compared>;
  /** Newest first. */
  readonly examples: readonly VerificationMiss[];
}

/** Two round trips at once. */
export async function readVerified(redis: StoreRedis, prefix: string): Promise<VerificationRecord> {
  const keys = verificationKeys(prefix);
  const [counts, texts] = await Promise.all([redis.hgetall(keys.counts), redis.lrange(keys.misses, 0, -1)]);
  const count = (field: string): number => Number(counts[field] ?? 0);
  const known = (field: string): number | undefined => (counts[field] === undefined ? undefined : count(field));
  const by = (kind: "market" | "fact"): Map<string, Compared> =>
    new Map(
      Object.keys(counts)
        .filter((field) => field.startsWith(`${kind}:`))
        .map((field) => [
          field.slice(kind.length + 1),
          { comparisons: count(field), misses: count(`missed-${field}`) },
        ]),
    );
  return {
    since: known("since"),
    last: known("last"),
    share: known("share"),
    comparisons: count("comparisons"),
    misses: count("misses"),
    quiet: count("quiet"),
    missAt: known("missAt"),
    unexplained: count("unexplained"),
    unrepeatable: count("unrepeatable"),
    failed: count("failed"),
    markets: by("market"),
    facts: by("fact"),
    examples: texts.flatMap((text) => VerificationMiss.safeParse(JSON.parse(text)).data ?? []),
  };
}
