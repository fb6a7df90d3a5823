import { FACT_NAMES } from "@touchline/domain";
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
    facts: z.partialRecord(
      z.enum(FACT_NAMES),
      z.object({ value: AnyJson, version: MatchVersion.nullable().meta({ description: "null: it never changed" }) }),
    ),
  })
  .meta({ id: "Match" });
export type MatchAnswer = z.output<typeof MatchAnswer>;
