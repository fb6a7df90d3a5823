import { z } from "zod";

/** Outcome to number: a probability, or decimal odds; null where the outcome cannot happen any more. */
const Outcomes = z.record(z.string(), z.number().nullable());
const Pair = z.looseObject({ home: z.number(), away: z.number() });

const MatchSummary = z.looseObject({
  /** A phase: `pre_match`, `first_half`, `half_time`, … `full_time`. */
  period: z.string(),
  minute: z.number().nullish(),
  score: Pair,
  redCards: Pair.optional(),
});

const MarketAnswer = z.looseObject({
  /** `fresh`, `stale`, `suspended`, `too_stale`, `settled` or `missing`. */
  status: z.string(),
  /** Null while suspended, or when there is nothing to show. */
  outcomes: Outcomes.nullable(),
  version: z.number().nullish(),
  computedAt: z.string().nullish(),
  freshUntil: z.string().nullish(),
  /** Why it is not fresh: a code, and the type and identity of the event where one is to blame. */
  reason: z
    .looseObject({
      code: z.string().optional(),
      event: z.string().optional(),
      eventId: z.string().optional(),
    })
    .optional(),
});
export type MarketAnswer = z.output<typeof MarketAnswer>;

/** `GET /v1/matches/{id}/predictions`. */
export const Predictions = z.looseObject({
  matchId: z.string(),
  variant: z.string(),
  /** Match version of the newest numbers in the answer. */
  version: z.number(),
  /** The worst status in the answer. */
  status: z.string(),
  state: MatchSummary,
  markets: z.record(z.string(), MarketAnswer),
});
export type Predictions = z.output<typeof Predictions>;

/** `GET /v1/matches/{id}`. */
export const Match = z.looseObject({
  matchId: z.string(),
  version: z.number(),
  state: MatchSummary,
});
export type Match = z.output<typeof Match>;

/** `GET /v1/matches`. */
export const MatchList = z.looseObject({
  matches: z.array(
    z.looseObject({
      matchId: z.string(),
      home: z.string().nullish(),
      away: z.string().nullish(),
      competition: z.string().nullish(),
      kickoff: z.string().nullish(),
      version: z.number().nullish(),
      state: MatchSummary.nullish(),
    }),
  ),
  /** Where the next page begins; null or absent on the last one. */
  next: z.number().nullish(),
});
export type MatchList = z.output<typeof MatchList>;

/** `GET /v1/markets`. */
export const MarketList = z.looseObject({
  markets: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      category: z.string(),
      outcomes: z.array(z.string()),
      /** Facts that the default variant's prediction depends on. */
      reads: z.array(z.string()).default([]),
      readsBySeverity: z.looseObject({ hard: z.array(z.string()), soft: z.array(z.string()) }).optional(),
      /** What other variants read beside, by variant. */
      readsMore: z.record(z.string(), z.array(z.string())).optional(),
      /** The computation that it shares with other markets. */
      primitive: z.string().default(""),
      /** What the feed of a match must carry for it. */
      coverage: z.array(z.string()).optional(),
      /** How it settles, in words. */
      settlement: z.string().default(""),
      /** What the earlier system calls its outcomes. */
      aliases: z.record(z.string(), z.string()).default({}),
    }),
  ),
});
export type MarketList = z.output<typeof MarketList>;

const ProblemText = z.looseObject({
  title: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.looseObject({ path: z.string().optional(), message: z.string() })).optional(),
});

/** `POST /v1/events`: a result for each event, in the order in which they were sent. */
export const PublishAnswer = z.looseObject({
  results: z.array(
    z.looseObject({
      status: z.enum(["accepted", "duplicate", "conflict", "rejected"]),
      id: z.string().nullish(),
      source: z.string().nullish(),
      matchId: z.string().nullish(),
      /** What was taken and has no effect, or not the one that was meant. */
      warnings: z
        .array(z.looseObject({ code: z.string(), path: z.string().optional(), message: z.string() }))
        .optional(),
      /** Why it was rejected. */
      problem: ProblemText.optional(),
    }),
  ),
});
export type PublishResult = z.output<typeof PublishAnswer>["results"][number];
