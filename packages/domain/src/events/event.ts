import { z } from "zod";
import { Id } from "./ids.ts";
import { Period } from "./period.ts";
import { JsonObject } from "../json/shallow-json.ts";
import { Side } from "./side.ts";
import { PAYLOADS, SIDED_TYPES, type EventType } from "./event-payloads.ts";

/**
 * A match event as it travels: the same shape over HTTP, in the queue and in the log.
 *
 * Identity is `source` + `id`. Of one event the highest `revision` counts, whichever arrives first, and
 * `retracted: true` takes it back. `minute` is elapsed minutes on the match clock (0 is the first minute, the
 * second half starts at 45, stoppage of the first half runs on past 45), `second` 0 to 59. A type that is not
 * known is kept in the log and changes no fact, so that a feed may grow before Touchline does.
 */
const envelope = z.strictObject({
  id: Id,
  source: Id,
  revision: z.int().min(1).max(1_000_000).default(1),
  matchId: Id,
  sequence: z.int().nonnegative().optional(),
  type: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "must be lower case snake_case, at most 64 characters"),
  occurredAt: z.iso.datetime({ offset: true }),
  claimedAt: z.iso
    .datetime({ offset: true })
    .optional()
    .describe("set by Touchline: what the feed gave for occurredAt, where that lay ahead of the event's arrival"),
  period: Period.optional(),
  minute: z.int().min(0).max(200).optional(),
  second: z.int().min(0).max(59).nullish(),
  team: Side.optional(),
  player: z.union([Id, z.int().nonnegative()]).optional(),
  payload: JsonObject.default({}),
  retracted: z.boolean().default(false),
});

export const MatchEvent = envelope.transform((event, context) => {
  const { second, player, ...rest } = event;
  const retracted = event.retracted || event.type === "retraction";
  const normal: ParsedEvent = {
    ...rest,
    retracted,
    ...(second == null ? {} : { second }),
    ...(player === undefined ? {} : { player: String(player) }),
  };
  // A retraction needs its identity alone: what it takes back is already in the log, or never mattered.
  if (retracted) return normal;
  const schema = isKnownType(event.type) ? PAYLOADS[event.type] : undefined;
  if (!schema) return normal;
  if (SIDED_TYPES.has(event.type) && event.team === undefined)
    context.issues.push({
      code: "custom",
      input: event.team,
      path: ["team"],
      message: `${event.type} needs team "home" or "away"`,
    });
  if ((event.type === "period_start" || event.type === "period_end") && event.period === undefined)
    context.issues.push({
      code: "custom",
      input: event.period,
      path: ["period"],
      message: `${event.type} needs period`,
    });
  const payload = schema.safeParse(event.payload);
  if (payload.success) return { ...normal, payload: payload.data };
  for (const issue of payload.error.issues)
    context.issues.push({
      code: "custom",
      input: event.payload,
      path: ["payload", ...issue.path],
      message: issue.message,
    });
  return z.NEVER;
});

interface ParsedEvent extends Omit<z.infer<typeof envelope>, "second" | "player"> {
  second?: number;
  player?: string;
}

/** A validated event. */
export type MatchEvent = z.output<typeof MatchEvent>;
/** An event as a producer writes it, defaults left out. */
export type MatchEventInput = z.input<typeof MatchEvent>;

export function isKnownType(type: string): type is EventType {
  return Object.hasOwn(PAYLOADS, type);
}

/** The wire schema without the payload rules, for OpenAPI and AsyncAPI documents. */
export const MatchEventEnvelope = envelope;

/** The schema guarantees the side for every type that is handled with one. */
export function sideOf(event: MatchEvent): Side {
  return event.team ?? "home";
}
