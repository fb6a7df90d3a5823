import { z } from "zod";
import { CATEGORIES } from "../markets/market.ts";
import { Payoff } from "./payoff.ts";

const name = z.string().min(1).max(80);
const MarketId = z.string().regex(/^[a-z0-9][a-z0-9_]{0,79}$/, "must be lower-case letters, digits and _, at most 80");
const Outcome = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, "must be letters, digits, _, . and -, at most 64");
/** Checked against the facts apart from the schema, so that the error can say which fact was meant. */
const facts = z.array(z.string().max(40)).max(200);
const driftSeconds = z.number().positive().max(3_600).nullable();

const reading = {
  reads: facts.optional(),
  hard: facts.optional(),
  blendReads: facts.optional(),
  driftSeconds: driftSeconds.optional(),
};

const Settlement = z.union([
  z.literal("none"),
  z.strictObject({ as: z.string().max(80), outcomes: z.record(Outcome, z.string().max(64)).optional() }),
  Payoff,
]);

/** The most markets that one manifest may name: each costs fields in every match. */
const MOST_MARKETS = 500;

/**
 * What a model server says of itself: which markets it predicts, and which facts each of them reads. See
 * `docs/bring-your-model.md`.
 */
export const Manifest = z.strictObject({
  format: z.literal("touchline-model-manifest"),
  version: z.literal(1),
  model: z.strictObject({
    name,
    version: name,
    /** Equal requests get equal answers to the bit; otherwise they differ by at most `tolerance`. */
    deterministic: z.boolean().default(true),
    tolerance: z.number().min(0).max(0.1).default(0),
  }),
  /** Whether requests carry every fact, or only those that the markets due are declared to read. */
  facts: z.enum(["all", "read"]).default("all"),
  /** Whether requests carry `state` beside the facts. */
  state: z.boolean().default(false),
  /** What is computed as a whole, and what it reads. */
  groups: z.record(name, z.strictObject(reading)).default({}),
  markets: z
    .record(
      MarketId,
      z.strictObject({
        ...reading,
        /** Its cost group: what is computed together is refreshed together. Its reads are the market's as well. */
        group: name.optional(),
        // Of markets that are not in the catalogue.
        name: z.string().min(1).max(120).optional(),
        category: z.enum(CATEGORIES).optional(),
        outcomes: z.array(Outcome).min(2).max(200).optional(),
        winners: z.enum(["exclusive", "overlapping"]).optional(),
        settlement: Settlement.optional(),
      }),
    )
    .refine((markets) => Object.keys(markets).length > 0, "names no market")
    .refine((markets) => Object.keys(markets).length <= MOST_MARKETS, `names more than ${MOST_MARKETS} markets`),
});
export type Manifest = z.infer<typeof Manifest>;
export type ManifestMarket = Manifest["markets"][string];

/** What is wrong with a manifest: each line names the market, the field, the rule and what to do. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    const more = faults.length > SHOWN ? [`and ${faults.length - SHOWN} more`] : [];
    super(["the manifest is not valid", ...faults.slice(0, SHOWN), ...more].join("\n  "));
    this.faults = faults;
  }
}

const SHOWN = 20;
