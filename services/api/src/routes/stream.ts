import { z } from "zod";
import type { ApiContext } from "../api-context.ts";
import { matchIdOf, parseFields, single } from "../http/request-fields.ts";
import type { Route } from "../http/route.ts";
import { type StreamPosition, positionOf } from "../stream/stream-position.ts";
import { matchPath, problems } from "./describe.ts";

function parsePosition(text: string, context: z.RefinementCtx): StreamPosition {
  const position = positionOf(text);
  if (position) return position;
  context.addIssue("must be the id of a message: <epoch>.<n>");
  return z.NEVER;
}

const Resume = z.object({
  "last-event-id": z
    .preprocess((text) => (text === "" ? undefined : text), single.transform(parsePosition).optional())
    .meta({ description: "id of the last message that arrived" }),
});

/** Any other id is one that cannot be resumed: a client must not be refused for where it comes from. */
const ResumeAll = z.object({
  "last-event-id": z.string().max(200).optional().meta({ description: "id of the last message that arrived" }),
});

/** `GET /v1/stream` */
export function allStreamRoute({ streams }: ApiContext): Route {
  return {
    method: "get",
    path: "/v1/stream",
    operation: {
      summary: "What happens in all matches, as server-sent events",
      description:
        "The messages of the streams of single matches, in the order in which this process received them, and `reset`: begin " +
        "anew, here is where every match that is not over stands. It comes first, unless Last-Event-ID can be resumed, and " +
        "wherever messages may have been missed. `watermark`: how far accepted events have been applied.",
      requestParams: { header: ResumeAll },
      responses: {
        200: { description: "a stream without an end", content: { "text/event-stream": { schema: z.string() } } },
        ...problems({ 503: "too many streams" }),
      },
    },
    async handle(req, res) {
      const { "last-event-id": id } = parseFields(ResumeAll, req.headers, "headers");
      if (req.method === "HEAD") return void res.type("text/event-stream").end();
      await streams.openAll(res, id);
    },
  };
}

/** `GET /v1/matches/{matchId}/stream` */
export function streamRoute({ streams, store }: ApiContext): Route {
  return {
    method: "get",
    path: "/v1/matches/{matchId}/stream",
    operation: {
      summary: "What happens in a match, as server-sent events",
      description:
        "`touched`: an event was applied, and what it invalidated. `refreshed`: new predictions. `settled`: final markets. " +
        "`gap`: messages are gone for good, read the match anew. `reset`: the store has another history now, what was sent " +
        "before may never have happened; read the match anew. `watermark`: how far accepted events of the match have been " +
        "applied. `id` is `<epoch>.<n>`: `n` numbers the messages of an epoch without holes.",
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
