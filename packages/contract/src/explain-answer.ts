import { CATEGORIES, FACT_NAMES, VARIANTS } from "@touchline/domain";
import { z } from "zod";
import { MARKET_STATUSES } from "./predictions-answer.ts";
import { Moment, Outcomes } from "./shared-fields.ts";
import { SourcesAnswer } from "./sources-answer.ts";

const Version = z.int().nonnegative();
const Milliseconds = z.number().nonnegative();
/** As published, perhaps by another build: names that this one may not know. */
const Facts = z.array(z.string());

const LoggedEvent = z
  .looseObject({ id: z.string(), source: z.string(), type: z.string(), occurredAt: z.string() })
  .meta({ id: "LoggedEvent", description: "the event as the match's log holds it now: its winning revision" });

const Cause = z
  .object({
    type: z.string(),
    source: z.string(),
    eventId: z.string(),
    reason: z.string().optional().meta({ description: "of an invalidation by hand" }),
    event: LoggedEvent.nullable().meta({ description: "null for steps that no event of the match asked for" }),
    changed: Facts.nullable().meta({ description: "facts that the step changed; null: no longer in the feed" }),
    because: Facts.meta({ description: "those of them that the market reads" }),
  })
  .meta({ id: "Cause" });

const FactRead = z.object({
  fact: z.enum(FACT_NAMES),
  version: Version.nullable().meta({ description: "match version at which it last changed; null: never" }),
});

/** What an applied step did to one market under one variant. */
const EFFECTS = [
  "settled",
  "reopened",
  "touched_hard",
  "touched_soft",
  "offer_changed",
  "clock_moved",
  "none",
] as const;
export type Effect = (typeof EFFECTS)[number];

const CHAIN_STEPS = ["event", "facts", "market", "requirement", "job", "commit", "settlement"] as const;

/** A message of the feed about the market. */
const HistoryEntry = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("touched"),
    n: Version,
    at: Moment.nullable(),
    version: Version,
    event: z.object({ id: z.string(), source: z.string(), type: z.string(), reason: z.string().optional() }),
    effect: z.enum(EFFECTS),
    changed: Facts,
    because: Facts,
  }),
  z.object({
    kind: z.literal("refreshed"),
    n: Version,
    at: Moment.nullable(),
    refresh: z.int().nullable(),
    seen: Version,
    version: Version.meta({ description: "match version at which the outcomes last changed" }),
    deltaMs: Milliseconds.nullable(),
    computeMs: Milliseconds.meta({ description: "of the whole refresh" }),
  }),
]);

const EventEffect = z
  .object({
    source: z.string(),
    id: z.string(),
    event: LoggedEvent.nullable(),
    basis: z.enum(["published", "folded"]).meta({
      description: "published: what its last step did; folded: what taking it out of the log now would change",
    }),
    at: Moment.nullable(),
    version: Version.nullable(),
    changed: Facts,
    reads: Facts.meta({ description: "those of them that the market reads" }),
    effect: z.enum(EFFECTS),
    words: z.string(),
  })
  .meta({ id: "EventEffect" });

/** What `GET /v1/matches/{matchId}/markets/{market}/explain` answers. */
export const ExplainAnswer = z
  .object({
    matchId: z.string(),
    market: z.string(),
    name: z.string(),
    category: z.enum(CATEGORIES),
    variant: z.enum(VARIANTS.map(({ id }) => id)),
    at: Moment.meta({ description: "the moment that is explained" }),
    version: Version,
    graphVersion: z.string(),
    verdict: z.object({
      status: z.enum(MARKET_STATUSES),
      reason: z.string(),
      words: z.string(),
      refresh: z.boolean().meta({ description: "a read of it asks for a refresh" }),
    }),
    chain: z
      .array(z.object({ step: z.enum(CHAIN_STEPS), at: Moment.nullable(), words: z.string() }))
      .meta({ description: "how it came to that, in order" }),
    reads: z.object({ hard: z.array(FactRead), soft: z.array(FactRead) }),
    sources: SourcesAnswer.nullable().meta({ description: "null where nobody has said which source to believe" }),
    requirement: z
      .object({
        version: Version.meta({ description: "match version that the prediction must have seen" }),
        at: Moment,
        cause: Cause,
        hardVersion: Version.nullable().meta({ description: "no price that has not seen it may be served" }),
        hardCause: Cause.nullable(),
      })
      .nullable(),
    refresh: z.object({
      number: z.int().nonnegative().meta({ description: "of the last refresh of the match that was begun" }),
      state: z.enum(["idle", "wanted", "due", "under_way"]),
      dueVersion: Version.nullable(),
      dueSince: Moment.nullable(),
      wantedSince: Moment.nullable(),
      begunAt: Moment.nullable(),
      wanted: z.boolean().meta({ description: "readers of the variant wait, or were served stale" }),
      inDemand: z.boolean().meta({ description: "events refresh the variant at once" }),
      lastReadAt: Moment.nullable(),
    }),
    commit: z
      .object({
        refresh: z.int().nonnegative(),
        seen: Version,
        computedAt: Moment,
        deltaMs: Milliseconds.meta({ description: "from the enqueued refresh to its commit" }),
        lifetimeMs: Milliseconds,
        validUntil: Moment,
        contentVersion: Version.meta({ description: "match version at which the outcomes last changed" }),
        contentAt: Moment,
        clockAnchor: z.string(),
        onPresentClock: z.boolean(),
      })
      .nullable()
      .meta({ description: "null: nothing is stored" }),
    settlement: z
      .object({
        version: Version,
        at: Moment,
        outcomes: Outcomes,
        provisional: z.boolean(),
      })
      .nullable(),
    history: z.array(HistoryEntry).meta({ description: "messages of the feed about the market, newest first" }),
    event: EventEffect.optional(),
  })
  .meta({ id: "Explanation" });

export type ExplainAnswer = z.input<typeof ExplainAnswer>;
export type ExplainedCause = z.input<typeof Cause>;
