import { z } from "zod";

const outcomes = z.record(z.string(), z.number().nullable());

/** A change as the store publishes it, as far as this service looks into it. Readers of the stream get all of it. */
const ChangeBody = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("touched"),
    matchId: z.string(),
    n: z.int().nonnegative(),
    version: z.int().nonnegative(),
    event: z.object({ id: z.string(), source: z.string() }),
    settled: z.array(z.object({ market: z.string(), outcomes })),
  }),
  z.object({
    kind: z.literal("refreshed"),
    matchId: z.string(),
    n: z.int().nonnegative(),
    variant: z.string(),
  }),
  /** Not numbered: it changes nothing, it only wakes those who wait. */
  z.object({ kind: z.literal("answered"), matchId: z.string(), variants: z.array(z.string()) }),
]);
type ChangeBody = z.output<typeof ChangeBody>;

/** A change, parsed, with the text it came as. */
export type ChangeMessage = ChangeBody & { readonly text: string };

/** Undefined when it is none: a newer deploy may publish kinds that this one does not know. */
export function parseChange(text: string): ChangeMessage | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const body = ChangeBody.safeParse(json);
  return body.success ? { ...body.data, text } : undefined;
}

const BEGINNING = /^\{"kind":"[a-z_]{1,32}","matchId":"([A-Za-z0-9_-]{1,64})"/;

/** The match of a published text, found without parsing it all: most matches have no listener here. */
export function matchOf(text: string): string | undefined {
  return BEGINNING.exec(text)?.[1];
}

/** Whether a message says that a refresh of the variant has ended. */
export function answers(message: ChangeMessage, variant: string): boolean {
  if (message.kind === "refreshed") return message.variant === variant;
  return message.kind === "answered" && message.variants.includes(variant);
}
