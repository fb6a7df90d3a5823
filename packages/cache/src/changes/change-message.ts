import { MATCH_PHASES, type MatchPhase, STEP_SEVERITIES, type StepSeverity } from "@touchline/domain";
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
  epoch: z.string().optional(),
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
  epoch: z.string().optional(),
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

/**
 * The head that every message begins with, written by `lua/change-message.lua`. It is fixed and stands before any
 * content, so no name in a message can be taken for one of its fields.
 */
const HEAD =
  /^\{"kind":"([a-z_]{1,32})","matchId":"([A-Za-z0-9_-]{1,64})"(?:,"epoch":"([0-9a-z]{16})"(?:,"n":(\d+),"version":(\d+),"forbids":(true|false))?)?[,}]/;

/** What every process needs to know of every message, read without parsing: most concern matches nobody reads here. */
export interface ChangeGist {
  readonly matchId: string;
  /** Undefined in a message of an older build. Numbers of two epochs cannot be compared. */
  readonly epoch: string | undefined;
  /** Number of the message in its match; undefined for `answered`, and in a message of an older build. */
  readonly n: number | undefined;
  /** Match version after what the message tells; undefined where `n` is. */
  readonly version: number | undefined;
  /** Whether what was known before may no longer be served, for some market, not even as stale. */
  readonly forbids: boolean;
}

/** Undefined when the text does not begin as a message does. */
export function gistOf(text: string): ChangeGist | undefined {
  const [, kind, matchId, epoch, n, version, forbids] = HEAD.exec(text) ?? [];
  if (matchId === undefined) return undefined;
  if (n === undefined || version === undefined) {
    // A step or a refresh without the fixed head is of an older build. Nobody knows what it forbids.
    return { matchId, epoch, n: undefined, version: undefined, forbids: kind !== "answered" };
  }
  return { matchId, epoch, n: Number(n), version: Number(version), forbids: forbids === "true" };
}

/** What a `touched` message says about the step's place in time, for figures about many steps. */
export interface StepTiming {
  /** When the queue took the step's oldest event, wall-clock milliseconds of whoever sent it. */
  readonly acceptedAt: number;
  readonly severity: StepSeverity;
  readonly phase: MatchPhase;
}

/** Quotes inside a text are escaped, so no reason or name in a message can be taken for these fields. */
const TIMING = /,"acceptedAt":(\d{1,16}),"severity":"([a-z]+)","phase":"([a-z]+)"/;
/** The head of a message and the counts behind it are shorter than this. */
const TIMING_WITHIN = 512;

/** Undefined for steps that no queued event made, and for messages of older builds. */
export function stepTimingOf(text: string): StepTiming | undefined {
  const [, acceptedAt, severityText, phaseText] = TIMING.exec(text.slice(0, TIMING_WITHIN)) ?? [];
  const severity = STEP_SEVERITIES.find((each) => each === severityText);
  const phase = MATCH_PHASES.find((each) => each === phaseText);
  return acceptedAt && severity && phase ? { acceptedAt: Number(acceptedAt), severity, phase } : undefined;
}

/** The message's text without its kind, for transports that carry the kind beside it. */
export function textWithoutKind({ text }: ChangeMessage): string {
  return text.replace(/^\{"kind":"[a-z_]+",/, "{");
}
