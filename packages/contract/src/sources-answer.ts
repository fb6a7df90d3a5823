import { DISAGREEMENTS, SOURCE_FAMILIES } from "@touchline/domain";
import { z } from "zod";
import { Moment } from "./shared-fields.ts";

const happening = {
  family: z.enum(SOURCE_FAMILIES),
  happening: z.string().meta({ description: "what is reported, such as goal or sending_off" }),
  source: z.string(),
  id: z.string().meta({ description: "of the source's event" }),
  side: z.enum(["home", "away"]).nullable(),
  period: z.string().nullable(),
  minute: z.int().nullable(),
};

/** What several sources make of one match. */
export const SourcesAnswer = z
  .object({
    families: z
      .partialRecord(
        z.enum(SOURCE_FAMILIES),
        z.object({
          order: z.array(z.string()).meta({ description: "sources of the family, the authority first" }),
          acting: z.string().nullable().meta({ description: "who is authoritative now; null: all are silent" }),
        }),
      )
      .meta({ description: "families that a policy governs; of the others all sources count" }),
    silentSeconds: z
      .int()
      .nullable()
      .meta({ description: "unheard for so long, a source is silent; null: nobody looks" }),
    silent: z.array(z.string()).meta({ description: "sources that are silent now" }),
    awaited: z
      .array(
        z.object({
          ...happening,
          until: Moment.meta({ description: "when nobody waits any longer" }),
          from: z.string().meta({ description: "who is to confirm it" }),
        }),
      )
      .meta({ description: "the first 10 reports that suspend markets until they are confirmed" }),
    suspending: z.array(z.string()).meta({ description: "kinds of all reports that do" }),
    disagreements: z
      .array(
        z.object({
          about: z.enum(DISAGREEMENTS),
          ...happening,
          reportedBy: z.array(z.string()),
          against: z.array(z.string()).meta({ description: "who does not report it, or otherwise" }),
          counted: z.boolean(),
        }),
      )
      .meta({ description: "the last 10 happenings on which the sources do not agree" }),
    disagreed: z
      .object({ unconfirmed: z.int().nonnegative(), missing: z.int().nonnegative(), details: z.int().nonnegative() })
      .meta({ description: "how many there are" }),
  })
  .meta({ id: "Sources", description: "what several sources make of the match" });
