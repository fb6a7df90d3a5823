import { z } from "zod";
import type { ApiContext } from "../api-context.ts";
import { matchIdOf, parseFields, wholeText } from "../http/request-fields.ts";
import type { Route } from "../http/route.ts";
import { matchPath, problems } from "./describe.ts";

const Resume = z.object({
  "last-event-id": z
    .preprocess((text) => (text === "" ? undefined : text), wholeText.optional())
    .meta({ description: "number of the last message that arrived" }),
});

/** `GET /v1/matches/{matchId}/stream` */
export function streamRoute({ streams, store }: ApiContext): Route {
  return {
    method: "get",
    path: "/v1/matches/{matchId}/stream",
    operation: {
      summary: "What happens in a match, as server-sent events",
      description:
        "`touched`: an event was applied, and what it invalidated. `refreshed`: new predictions. `settled`: final markets. " +
        "`gap`: messages are gone for good, read the match anew. `id` numbers the messages of a match without holes.",
      requestParams: { ...matchPath, header: Resume },
      responses: {
        200: { description: "a stream without an end", content: { "text/event-stream": { schema: z.string() } } },
        ...problems({
          400: "the id or Last-Event-ID breaks a rule",
          404: "no such match",
          503: "too many streams, or the store does not answer",
        }),
      },
    },
    async handle(req, res) {
      const matchId = matchIdOf(req);
      const { "last-event-id": after } = parseFields(Resume, req.headers, "headers");
      if (req.method === "HEAD") {
        await store.match(matchId);
        res.type("text/event-stream").end();
        return;
      }
      await streams.open(res, matchId, after);
    },
  };
}
