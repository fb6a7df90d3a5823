import { z } from "zod";

/** The store's clock, milliseconds. Messages of older builds do not have it. */
const at = z.number().optional();

/** An applied step, as the store published it. */
const PublishedStep = z.object({
  kind: z.literal("touched"),
  at,
  n: z.int(),
  version: z.int(),
  event: z.object({ id: z.string(), source: z.string(), type: z.string(), reason: z.string().optional() }),
  changed: z.array(z.string()),
  touched: z.array(
    z.object({
      market: z.string(),
      severity: z.enum(["soft", "hard"]),
      because: z.array(z.string()).default([]),
      variants: z.array(z.string()).optional(),
    }),
  ),
  settled: z.array(z.object({ market: z.string() })),
  reopened: z.array(z.string()),
  offerChanged: z.array(z.string()),
  clockMoved: z.boolean(),
});
export type PublishedStep = z.output<typeof PublishedStep>;

/** Predictions of one variant that were committed together. */
const PublishedRefresh = z.object({
  kind: z.literal("refreshed"),
  at,
  n: z.int(),
  seen: z.int(),
  refresh: z.int().optional(),
  variant: z.string(),
  computeMs: z.number(),
  deltaMs: z.number().optional(),
  markets: z.record(z.string(), z.object({ version: z.int() })),
});

const Published = z.discriminatedUnion("kind", [PublishedStep, PublishedRefresh]);
export type Published = z.output<typeof Published>;

/** Undefined when it is neither: a newer build may publish kinds that this one does not know. */
export function parsePublished(text: string): Published | undefined {
  try {
    return Published.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
