import { z } from "zod";

/**
 * The messages on the changes channel and in the feed of a match, as JSON text.
 *
 * Three kinds exist: `touched` (a step was applied), `refreshed` (predictions of one variant were committed) and
 * `answered` (a refresh has ended for the readers of some variants). `step-message.ts` and `lua/change-message.lua`
 * write them; everything that reads them does so here. Fields may be added by newer builds.
 */

/** The store's clock, milliseconds. Messages of older builds do not have it. */
const at = z.number().optional();
const outcomes = z.record(z.string(), z.number().nullable());

const StepMessage = z.object({
  kind: z.literal("touched"),
  matchId: z.string(),
  at,
  n: z.int().nonnegative(),
  /** Match version after the step. */
  version: z.int().nonnegative(),
  event: z.object({ id: z.string(), source: z.string(), type: z.string(), reason: z.string().optional() }),
  /** Facts. */
  changed: z.array(z.string()),
  touched: z.array(
    z.object({
      market: z.string(),
      severity: z.enum(["soft", "hard"]),
      because: z.array(z.string()).default([]),
      /** Every variant when absent. */
      variants: z.array(z.string()).optional(),
    }),
  ),
  settled: z.array(z.object({ market: z.string(), outcomes })),
  reopened: z.array(z.string()),
  offerChanged: z.array(z.string()),
  clockMoved: z.boolean(),
});
export type StepMessage = z.output<typeof StepMessage>;

const RefreshMessage = z.object({
  kind: z.literal("refreshed"),
  matchId: z.string(),
  at,
  n: z.int().nonnegative(),
  /** Match version that the refresh had seen. */
  seen: z.int(),
  /** Number of the refresh. Messages of older builds do not have it. */
  refresh: z.int().optional(),
  variant: z.string(),
  computeMs: z.number(),
  deltaMs: z.number().optional(),
  markets: z.record(z.string(), z.object({ version: z.int() })),
});
export type RefreshMessage = z.output<typeof RefreshMessage>;

/** Has no number and is not in the feed: it changes nothing that a cache holds, it only wakes readers that wait. */
const AnswerMessage = z.object({ kind: z.literal("answered"), matchId: z.string(), variants: z.array(z.string()) });

const ChangeBody = z.discriminatedUnion("kind", [StepMessage, RefreshMessage, AnswerMessage]);

/** A message, parsed, with the text it came as. */
export type ChangeMessage = z.output<typeof ChangeBody> & { readonly text: string };

/** Undefined when the text is no message of a known kind: a newer build may publish others. */
export function parseChange(text: string): ChangeMessage | undefined {
  try {
    const body = ChangeBody.safeParse(JSON.parse(text));
    return body.success ? { ...body.data, text } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a message says that a refresh of the variant has ended. */
export function answers(message: ChangeMessage, variant: string): boolean {
  if (message.kind === "refreshed") return message.variant === variant;
  return message.kind === "answered" && message.variants.includes(variant);
}

const BEGINNING = /^\{"kind":"[a-z_]{1,32}","matchId":"([A-Za-z0-9_-]{1,64})"/;
const NUMBER = /"n":(\d+)/;
const HARD = '"severity":"hard"';

/** What every process needs to know of every message, read without parsing: most concern matches nobody reads here. */
export interface ChangeGist {
  readonly matchId: string;
  /** Number of the message in its match; undefined for `answered`. */
  readonly n: number | undefined;
  /** Whether older prices of some market may no longer be served, not even as stale. */
  readonly isHard: boolean;
}

/** Undefined when the text does not begin as a message does. */
export function gistOf(text: string): ChangeGist | undefined {
  const matchId = BEGINNING.exec(text)?.[1];
  if (matchId === undefined) return undefined;
  const n = NUMBER.exec(text)?.[1];
  return { matchId, n: n === undefined ? undefined : Number(n), isHard: text.includes(HARD) };
}

/** The message's text without its kind, for transports that carry the kind beside it. */
export function textWithoutKind({ text }: ChangeMessage): string {
  return text.replace(/^\{"kind":"[a-z_]+",/, "{");
}
