import { z } from "zod";

const comparisons = z.int().meta({ description: "prices predicted again after an event that had left them alone" });
const misses = z.int().meta({ description: "those that the event had changed after all" });
const missRateBound = z.number().min(0).max(1).meta({
  description: "upper bound of the miss rate at 95 % (Clopper–Pearson, one-sided); about 3/N after N without a miss",
});
const Compared = { comparisons, misses, missRateBound };
const when = z.iso.datetime().nullable();

/** What `GET /v1/verification` answers. */
export const VerificationAnswer = z
  .object({
    since: when.meta({ description: "first comparison of this installation; null before it" }),
    last: when.meta({ description: "last look at a sample" }),
    share: z
      .number()
      .nullable()
      .meta({ description: "share of what events leave alone that is compared, VERIFY_SHARE" }),
    foundWithin: z.int().nullable().meta({
      description: "events that change a hidden fact, after which a market that reads it is found with 95 %",
    }),
    ...Compared,
    sinceLastMiss: z
      .object({ at: when, comparisons, missRateBound })
      .meta({ description: "the same for the graph in force: a miss widens it" }),
    unproved: z
      .object({ unexplained: z.int(), unrepeatable: z.int(), failed: z.int() })
      .meta({ description: "prices that could not be compared: the model had changed, varied, or did not answer" }),
    markets: z.array(z.object({ market: z.string(), ...Compared })).meta({ description: "misses first" }),
    facts: z
      .array(z.object({ fact: z.string(), ...Compared }))
      .meta({ description: "by the facts that the events had changed, misses first" }),
    examples: z
      .array(
        z.object({
          at: z.iso.datetime(),
          matchId: z.string(),
          version: z.int(),
          market: z.string(),
          variant: z.string(),
          event: z.object({ type: z.string(), source: z.string(), id: z.string() }),
          facts: z.array(z.string()).meta({ description: "what the price depends on and nobody had declared" }),
          before: z.record(z.string(), z.number().nullable()),
          after: z.record(z.string(), z.number().nullable()),
        }),
      )
      .meta({ description: "the last misses, newest first" }),
  })
  .meta({ id: "Verification" });
export type VerificationAnswer = z.output<typeof VerificationAnswer>;
