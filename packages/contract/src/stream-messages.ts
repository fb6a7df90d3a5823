import { z } from "zod";
import { Outcomes } from "./shared-fields.ts";

/**
 * The messages of `GET /v1/matches/{matchId}/stream`, by kind: the `event` of a server-sent event names the kind, its
 * `data` is the JSON object described here. The services write more fields than these, and newer ones may add others.
 */

const n = z.int().nonnegative();

/**
 * An event was applied: what it changed, and what that touched. Sent for every event that took effect in the log, also
 * when it touched nothing. Prices of a match that waited together are applied together: one message names the last of
 * them.
 */
const Touched = z.looseObject({
  matchId: z.string(),
  /** What `n` and `version` are of: they begin anew with another epoch. Services of older builds do not send it. */
  epoch: z.string().optional(),
  /** Position in the match's stream; with the epoch it is the message's `id`. */
  n,
  /** Match version after the event. Readers may ask for at least it (`minVersion`). */
  version: n,
  /** Whatever the market, no price may be shown that has not seen this match version. Absent where that is not so. */
  forbidsBefore: n.optional(),
  event: z.looseObject({
    id: z.string(),
    source: z.string(),
    type: z.string(),
    team: z.string().optional(),
    period: z.string().optional(),
    minute: z.number().optional(),
    second: z.number().optional(),
  }),
  /** Facts. */
  changed: z.array(z.string()),
  touched: z.array(
    z.looseObject({
      market: z.string(),
      severity: z.literal(["soft", "hard"]),
      /** Variants that it reaches; all of them when absent. */
      variants: z.array(z.string()).optional(),
    }),
  ),
  settled: z.array(z.looseObject({ market: z.string() })),
  reopened: z.array(z.string()),
  /** Markets suspended, or offered again, without a new prediction. */
  offerChanged: z.array(z.string()),
  openMarkets: n,
  markets_affected_logical: n,
  cache_keys_deleted_actual: n,
  markets_preserved: n,
});

/** New predictions of one variant, committed together. Markets whose numbers came out equal are not listed. */
const Refreshed = z.looseObject({
  matchId: z.string(),
  n,
  /** Match version that the worker saw before it read any input. */
  seen: n,
  variant: z.string(),
  markets: z.record(z.string(), z.looseObject({ outcomes: Outcomes.nullable(), version: n })),
  computeMs: z.number(),
});

/** Markets that are final. Comes right after the `touched` that settled them, under the same number. */
const Settled = z.looseObject({
  matchId: z.string(),
  n,
  version: n,
  markets: z.record(z.string(), z.looseObject({ outcomes: Outcomes })),
});

/** Messages between `after` and `next` are gone for good: whoever follows the match should read it anew. */
const Gap = z.looseObject({ matchId: z.string(), after: n, next: n });

/**
 * The store's history has changed, by a failover or because the match began anew: what was reported before may never
 * have happened. The stream goes on after message `n` of `epoch`; whoever follows the match should read it anew.
 */
const Reset = z.looseObject({
  matchId: z.string(),
  epoch: z.string(),
  n,
  /** Match version there, where the service knows it. */
  version: n.optional(),
  reason: z.string(),
});

/** Begin anew: where every match that is not over stands. In the stream over all matches only. */
const ResetOfAll = z.looseObject({
  reason: z.string(),
  matches: z.array(z.looseObject({ matchId: z.string(), version: n, status: z.string() })),
  /** False where there are more than are listed. */
  complete: z.boolean(),
});

/** How far accepted events have been applied: of the match, or of all. Sent when it changes; not numbered. */
const WatermarkMessage = z.looseObject({
  matchId: z.string().optional(),
  status: z.string(),
  /** How far behind, or for how long nobody could look; null where nobody ever has. */
  seconds: z.number().nullable(),
});

export const STREAM_MESSAGES = { touched: Touched, refreshed: Refreshed, settled: Settled, gap: Gap, reset: Reset };

/** The messages of `GET /v1/stream`. A `reset` with a `matchId` is of that match alone. */
export const ALL_STREAM_MESSAGES = {
  ...STREAM_MESSAGES,
  reset: z.union([Reset, ResetOfAll]),
  watermark: WatermarkMessage,
};

export type TouchedMessage = z.output<typeof Touched>;
export type SettledMessage = z.output<typeof Settled>;
export type GapMessage = z.output<typeof Gap>;
export type ResetMessage = z.output<typeof Reset>;

/** A message of the stream, with its kind. */
export type StreamMessage = {
  [Kind in keyof typeof STREAM_MESSAGES]: { readonly kind: Kind } & z.output<(typeof STREAM_MESSAGES)[Kind]>;
}[keyof typeof STREAM_MESSAGES];

/**
 * A message of the stream over all matches, with its kind. Without a `matchId`, a `reset` is of all matches and a
 * `watermark` of all accepted events.
 */
export type AllStreamMessage =
  | StreamMessage
  | ({ readonly kind: "reset"; readonly matchId?: undefined } & z.output<typeof ResetOfAll>)
  | ({ readonly kind: "watermark" } & z.output<typeof WatermarkMessage>);
