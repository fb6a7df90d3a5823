import { z } from "zod";
import { Id } from "./ids.ts";
import { Instant } from "./instant.ts";
import { Period } from "./period.ts";
import { JsonObject } from "../json/shallow-json.ts";
import { Side } from "./side.ts";
import { PAYLOADS, SIDED_TYPES, type EventType } from "./event-payloads.ts";
import { withoutNulls } from "./without-nulls.ts";

/**
 * A match event as it travels: the same shape over HTTP, in the queue and in the log.
 *
 * Identity is `source` + `id`. Of one event the highest `revision` counts, whichever arrives first, and
 * `retracted: true` takes it back. `minute` is elapsed minutes on the match clock (0 is the first minute, the
 * second half starts at 45, stoppage of the first half runs on past 45), `second` 0 to 59. A type that is not
 * known is kept in the log and changes no fact, so that a feed may grow before Touchline does. Null means the same as
 * leaving a field out, and a period that is none is left out: `eventWarnings` tells of it.
 */
export const MAX_REVISION = 1_000_000;

const envelope = z.strictObject({
  id: Id,
  source: Id,
  revision: z.int().min(1).max(MAX_REVISION).nullish(),
  matchId: Id,
  sequence: z
    .int()
    .nonnegative()
    .nullish()
    .describe("orders the events of one source within one period; numbers of two sources mean nothing to each other"),
  type: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "must be lower case snake_case, at most 64 characters"),
  occurredAt: Instant,
  claimedAt: Instant.nullish().describe(
    "set by Touchline: what the feed gave for occurredAt, where that lay ahead of the event's arrival",
  ),
  // oxlint-disable-next-line unicorn/no-useless-undefined -- zod takes no catch without a value
  period: Period.nullish().catch(undefined),
  minute: z.int().min(0).max(200).nullish(),
  second: z.int().min(0).max(59).nullish(),
  team: Side.nullish(),
  player: z.union([Id, z.int().nonnegative()]).nullish(),
  payload: JsonObject.nullish(),
  retracted: z.boolean().nullish(),
});

export const MatchEvent = envelope.transform((event, context) => {
  const { revision, player, payload: reported, retracted: isRetracted, ...rest } = event;
  const retracted = (isRetracted ?? false) || event.type === "retraction";
  const normal: ParsedEvent = {
    ...(withoutNulls(rest) as Present<typeof rest>),
    revision: revision ?? 1,
    payload: reported ?? {},
    retracted,
    ...(player == null ? {} : { player: String(player) }),
  };
  // A retraction needs its identity alone: what it takes back is already in the log, or never mattered.
  if (retracted) return normal;
  const schema = isKnownType(event.type) ? PAYLOADS[event.type] : undefined;
  if (!schema) return normal;
  if (SIDED_TYPES.has(event.type) && normal.team === undefined)
    context.issues.push({
      code: "custom",
      input: event.team,
      path: ["team"],
      message: `${event.type} needs team "home" or "away"`,
    });
  if ((event.type === "period_start" || event.type === "period_end") && normal.period === undefined)
    context.issues.push({
      code: "custom",
      input: event.period,
      path: ["period"],
      message: `${event.type} needs period`,
    });
  const payload = schema.safeParse(withoutNulls(normal.payload));
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

/** Fields that are there, or are left out. */
type Present<Fields> = { [Name in keyof Fields]: Exclude<Fields[Name], null> };

type Envelope = Present<z.infer<typeof envelope>>;

interface ParsedEvent extends Omit<Envelope, "revision" | "player" | "payload" | "retracted"> {
  revision: number;
  player?: string;
  payload: z.output<typeof JsonObject>;
  retracted: boolean;
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
export function sideOf(event: Pick<MatchEvent, "team">): Side {
  return event.team ?? "home";
}
