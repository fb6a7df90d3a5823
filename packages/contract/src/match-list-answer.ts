import { z } from "zod";
import { MATCH_STATUSES } from "./match-answer.ts";
import { MatchSummary } from "./match-summary.ts";
import { MatchId, MatchVersion } from "./shared-fields.ts";

export const ListedMatch = z.object({
  matchId: MatchId,
  home: z.string().nullable(),
  away: z.string().nullable(),
  competition: z.string().nullable(),
  kickoff: z.string().nullable(),
  status: z.enum(MATCH_STATUSES),
  version: MatchVersion,
  state: MatchSummary,
});
export type ListedMatch = z.output<typeof ListedMatch>;

/** What `GET /v1/matches` answers: one page. A page may be short and still have a next one. */
export const MatchListAnswer = z
  .object({
    matches: z.array(ListedMatch),
    next: z.int().nullable().meta({ description: "offset of the next page; null at the end" }),
  })
  .meta({ id: "MatchList" });
export type MatchListAnswer = z.output<typeof MatchListAnswer>;
