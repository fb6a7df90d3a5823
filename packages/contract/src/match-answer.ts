import { EVENT_WARNINGS, FACT_NAMES } from "@touchline/domain";
import { z } from "zod";
import { MatchSummary } from "./match-summary.ts";
import { AnyJson, MatchId, MatchVersion, Moment } from "./shared-fields.ts";

export const MATCH_STATUSES = ["live", "upcoming", "ended"] as const;
export type MatchStatus = (typeof MATCH_STATUSES)[number];

/** What `GET /v1/matches/{matchId}` answers. */
export const MatchAnswer = z
  .object({
    matchId: MatchId,
    version: MatchVersion,
    status: z.enum(MATCH_STATUSES),
    home: z.string().nullable(),
    away: z.string().nullable(),
    competition: z.string().nullable(),
    kickoff: z.string().nullable(),
    state: MatchSummary,
    clock: z.object({ running: z.boolean(), rate: z.number(), startedAt: Moment.nullable() }),
    volatility: z
      .object({
        level: z.enum(["normal", "warning", "panic"]),
        reason: z.string().meta({ description: "the rule that bounds lifetimes" }),
        circuit: z.string().meta({ description: "whether panic has become usual in the last half hour" }),
        maxLifetimeSeconds: z
          .number()
          .nullable()
          .meta({ description: "longest lifetime of a prediction; null: no limit" }),
      })
      .optional()
      .meta({ description: "how much the prices of the match move; older builds do not say it" }),
    facts: z.partialRecord(
      z.enum(FACT_NAMES),
      z.object({ value: AnyJson, version: MatchVersion.nullable().meta({ description: "null: it never changed" }) }),
    ),
  })
  .meta({ id: "Match" });
export type MatchAnswer = z.output<typeof MatchAnswer>;

/** What `PUT /v1/matches/{matchId}` answers: the match as it is now, and what is doubtful about the fixture. */
export const RegistrationAnswer = MatchAnswer.extend({
  warnings: z
    .array(z.object({ code: z.enum(EVENT_WARNINGS), path: z.string(), message: z.string() }))
    .optional()
    .meta({ description: "what was taken and is likely a mistake: an id that was of another fixture" }),
}).meta({ id: "Registration" });
export type RegistrationAnswer = z.output<typeof RegistrationAnswer>;
