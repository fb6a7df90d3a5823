import { z } from "zod";
import { ListedMatch } from "../match-list-answer.ts";
import { MARKET_STATUSES } from "../predictions-answer.ts";
import { MatchId, Moment } from "../shared-fields.ts";

const Count = z.int().nonnegative();
const Seconds = z.number().nonnegative();
const Milliseconds = z.number().nonnegative();

const RedisHealth = z
  .object({
    answers: z.boolean().meta({ description: "false: refused, cut off, or silent beyond the deadline" }),
    pingMs: Milliseconds.nullable(),
    usedBytes: Count.nullable(),
    maxBytes: Count.nullable().meta({ description: "0: no limit is set" }),
    policy: z.string().nullable(),
    policyProblem: z.string().nullable().meta({ description: "what is wrong with the eviction policy for this role" }),
    appendOnly: z.boolean().nullable().meta({ description: "whether every write is kept on disk" }),
    diskProblem: z.string().nullable().meta({ description: "why it cannot write to its disk" }),
    version: z.string().nullable(),
  })
  .meta({ id: "RedisHealth", description: "null: it did not say" });

/** The processes of one role that take jobs from the queue. */
const ProcessHealth = z.object({
  role: z.string(),
  count: Count,
  quietSeconds: z.array(Seconds).meta({ description: "of each: since it last asked the queue for work" }),
});

const WaitingMatch = z.object({ matchId: z.string(), waiting: Count, oldestSeconds: Seconds });

const LiveMatch = ListedMatch.extend({
  worst: z.enum(MARKET_STATUSES).nullable().meta({ description: "worst label of its markets; null: cannot be read" }),
  reason: z.string().nullable().meta({ description: "why that one has its label" }),
  markets: z.partialRecord(z.enum(MARKET_STATUSES), Count),
  oldestSeconds: Seconds.nullable().meta({ description: "age of the oldest prediction that is served" }),
});
export type LiveMatch = z.output<typeof LiveMatch>;

/**
 * What `GET /v1/health` answers: what this process can see of the whole installation. A part that is null is unknown.
 */
export const HealthSnapshot = z
  .object({
    at: Moment,
    version: z.string().meta({ description: "of the build that answers" }),
    node: z.string(),
    graphVersion: z.string(),
    upSeconds: Seconds,
    store: RedisHealth,
    queue: RedisHealth,
    changesArrive: z.boolean().meta({ description: "whether the subscription to changes stands" }),
    processes: z.array(ProcessHealth).nullable(),
    events: z.object({
      waiting: Count,
      oldestSeconds: Seconds,
      unknownForSeconds: Seconds.nullable().meta({ description: "since when nobody could look; null: never looked" }),
      unknown: z.boolean().meta({ description: "nobody can tell whether events wait" }),
      matches: z.array(WaitingMatch),
    }),
    refreshes: z
      .object({
        waiting: Count,
        active: Count,
        oldestSeconds: Seconds,
        longestActiveSeconds: Seconds.meta({ description: "since the longest running one was taken" }),
        matches: z.array(
          z.object({
            matchId: MatchId,
            state: z.enum(["waiting", "active"]),
            urgency: z.string(),
            seconds: Seconds,
          }),
        ),
      })
      .nullable(),
    deadLetters: Count.nullable(),
    matches: z
      .object({
        listed: Count,
        mostListed: Count.meta({ description: "the most that this process has seen listed" }),
        live: z.array(LiveMatch),
        complete: z.boolean().meta({ description: "false where there are more live matches than are looked at" }),
      })
      .nullable(),
    recent: z
      .object({
        windowSeconds: Seconds,
        eventToFresh: z
          .array(z.object({ at: Moment, ms: Milliseconds, matchId: MatchId }))
          .meta({ description: "from an applied event to the first refresh that had seen it, newest last" }),
        computeMs: z.array(Milliseconds).meta({ description: "compute time of the last refreshes, newest last" }),
        refreshes: Count.meta({ description: "refreshes committed in the window" }),
      })
      .meta({ description: "what this process has seen of the changes of all matches" }),
    efficiency: z
      .object({ requests: Count, computes: Count })
      .nullable()
      .meta({ description: "predictions asked for, and refreshes computed, since the counters were reset" }),
  })
  .meta({ id: "HealthSnapshot" });
export type HealthSnapshot = z.output<typeof HealthSnapshot>;
export type RedisHealth = z.output<typeof RedisHealth>;
