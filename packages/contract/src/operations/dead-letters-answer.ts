import { z } from "zod";
import { EventsAnswer } from "../events-answer.ts";
import { AnyJson } from "../shared-fields.ts";

const DeadLetter = z.object({
  id: z.string(),
  queue: z.string().meta({ description: "the queue that it was taken from" }),
  jobName: z.string(),
  matchId: z.string().nullable().meta({ description: "null where its data names none" }),
  reason: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })),
  failedAt: z.string(),
  words: z.string().meta({ description: "what happened and what to do" }),
  data: AnyJson,
});
export type ListedDeadLetter = z.output<typeof DeadLetter>;

/** What `GET /v1/dead-letters` answers: jobs that could not succeed, newest first. */
export const DeadLettersAnswer = z
  .object({ total: z.int().nonnegative(), letters: z.array(DeadLetter) })
  .meta({ id: "DeadLetters" });
export type DeadLettersAnswer = z.output<typeof DeadLettersAnswer>;

/** What publishing one again answers. */
export const PublishedAgain = z
  .object({
    id: z.string(),
    removed: z.boolean().meta({ description: "whether the letter is gone; false while the job is still refused" }),
    events: EventsAnswer.nullable().meta({ description: "of an event: what became of it" }),
  })
  .meta({ id: "PublishedAgain" });
