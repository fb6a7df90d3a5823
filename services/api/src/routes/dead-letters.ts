import { DeadLettersAnswer, EVENT_STATUSES, type EventResult, PublishedAgain } from "@touchline/contract";
import { EVENTS_QUEUE, RefreshJob } from "@touchline/queue";
import { z } from "zod";
import type { ApiContext } from "../api-context.ts";
import type { KeptLetter } from "../dead-letters/dead-letter-box.ts";
import { listedLetter } from "../dead-letters/letter-words.ts";
import { itemOf } from "../events/read-events.ts";
import { countsOf } from "../events/count-results.ts";
import { takeEvents } from "../events/take-events.ts";
import { ApiError } from "../http/problems.ts";
import { parseFields, wholeText } from "../http/request-fields.ts";
import type { Route } from "../http/route.ts";
import { answer, keyed, problems } from "./describe.ts";

const MAX_LISTED = 200;
const ListQuery = z.object({
  limit: wholeText
    .pipe(z.int().min(1).max(MAX_LISTED))
    .default(50)
    .meta({ description: `letters to list, at most ${MAX_LISTED}` }),
});
const LetterPath = z.object({ letterId: z.string().min(1).max(600).meta({ description: "id of the dead letter" }) });

/** `/v1/dead-letters`: the jobs that could never succeed, in words, and a way to publish them again. */
export function deadLetterRoutes(context: ApiContext): Route[] {
  const { queues, access } = context;
  const refused = problems({ 404: "no such letter", 503: "the queue does not answer" });
  return [
    {
      method: "get",
      path: "/v1/dead-letters",
      operation: {
        summary: "Jobs that could never succeed, newest first, with what to do",
        requestParams: { query: ListQuery },
        responses: {
          200: answer("the newest letters", DeadLettersAnswer),
          ...problems({ 400: "a parameter breaks a rule", 503: "the queue does not answer" }),
        },
      },
      async handle(req, res) {
        const { limit } = parseFields(ListQuery, req.query, "query");
        const { total, letters } = await queues.deadLetters.newest(limit);
        res.set("cache-control", "no-store").json({ total, letters: letters.map(listedLetter) });
      },
    },
    {
      method: "post",
      path: "/v1/dead-letters/{letterId}/publish",
      operation: {
        summary: "Publish the job of a dead letter again",
        description:
          "An event goes through the same checks as POST /v1/events. The letter is removed once it is taken.",
        requestParams: { path: LetterPath },
        responses: {
          200: answer("what became of it", PublishedAgain),
          401: { description: "no valid key" },
          ...refused,
        },
        ...keyed,
      },
      before: [access.needs("operate")],
      async handle(req, res) {
        const letter = await found(context, parseFields(LetterPath, req.params, "path").letterId);
        const results = await publishAgain(context, letter);
        const removed = results === undefined || results.every(({ status }) => status !== "rejected");
        if (removed) await queues.deadLetters.remove(letter.id);
        res.json({ id: letter.id, removed, events: results ? { ...countsOf(results), results } : null });
      },
    },
    {
      method: "delete",
      path: "/v1/dead-letters/{letterId}",
      operation: {
        summary: "Remove a dead letter",
        requestParams: { path: LetterPath },
        responses: { 204: { description: "it is gone" }, 401: { description: "no valid key" }, ...refused },
        ...keyed,
      },
      before: [access.needs("operate")],
      async handle(req, res) {
        const { letterId } = parseFields(LetterPath, req.params, "path");
        if (!(await queues.deadLetters.remove(letterId))) throw unknownLetter(letterId);
        res.status(204).end();
      },
    },
  ];
}

async function found({ queues }: ApiContext, id: string): Promise<KeptLetter> {
  const letter = await queues.deadLetters.get(id);
  if (!letter) throw unknownLetter(id);
  return letter;
}

function unknownLetter(id: string): ApiError {
  return new ApiError("unknown_dead_letter", { detail: `there is no dead letter ${id.slice(0, 200)}` });
}

/** @returns results of an event; undefined for a refresh, which the store decides about */
async function publishAgain(context: ApiContext, { letter }: KeptLetter): Promise<EventResult[] | undefined> {
  if (letter.queue === EVENTS_QUEUE) {
    const results = await takeEvents(context, [itemOf(letter.data, context.config.EVENT_MAX_BYTES)], () => undefined);
    for (const status of EVENT_STATUSES) context.metrics.took(status, countsOf(results)[status]);
    return results;
  }
  const job = RefreshJob.safeParse(letter.data);
  if (job.success) await context.queues.enqueueRefresh(job.data.matchId, "background");
  return undefined;
}
