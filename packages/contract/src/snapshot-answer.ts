import { EVENT_WARNINGS } from "@touchline/domain";
import { z } from "zod";
import { MatchId, Moment } from "./shared-fields.ts";

/** What `PUT /v1/matches/{id}/events` and `…/totals` answer. */
export const SnapshotAnswer = z
  .object({
    matchId: MatchId,
    source: z.string(),
    status: z.enum(["accepted", "superseded"]).meta({
      description: "superseded: a newer one of this source is known; nothing was taken",
    }),
    asOf: Moment.meta({ description: "when it held; of a superseded one, when the newer one did" }),
    added: z.array(z.string()).optional().meta({ description: "ids of events that are new, or back" }),
    revised: z.array(z.string()).optional(),
    retracted: z.array(z.string()).optional(),
    unchanged: z.int().optional().meta({ description: "rows that say what is known" }),
    warnings: z
      .array(z.object({ id: z.string(), code: z.enum(EVENT_WARNINGS), path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: "what has no effect, or not the one that was meant" }),
  })
  .meta({ id: "SnapshotAnswer", description: "without the store only status and asOf are known" });
export type SnapshotAnswer = z.output<typeof SnapshotAnswer>;
