import { EventBody, ImpactAnswer, ImpactStoryBody } from "@touchline/contract";
import { receivedAt, type Graph } from "@touchline/domain";
import { z } from "zod";
import type { ApiContext } from "../api-context.ts";
import { JSON_TYPE, jsonOf, readBody, textOf } from "../http/body.ts";
import { ApiError } from "../http/problems.ts";
import type { Route } from "../http/route.ts";
import { type Ground, eventImpact } from "../impact/event-impact.ts";
import { type ImpactQuestion, impactQuestionOf } from "../impact/impact-question.ts";
import { StoryFolds } from "../impact/story-fold.ts";
import type { MatchStore } from "@touchline/cache";
import { answer, problems } from "./describe.ts";

/** `POST /v1/impact` */
export function impactRoute(context: Pick<ApiContext, "store" | "graph" | "config" | "now" | "monotonic">): Route {
  const { store, config, now, monotonic } = context;
  const stories = new StoryFolds({ budgetMs: config.DRY_RUN_BUDGET_MS, monotonic });
  return {
    method: "post",
    path: "/v1/impact",
    operation: {
      summary: "What an event would change and touch; nothing is written",
      description:
        "One event is tried on the log of its match. `{ events, fixture? }` tells a match from its beginning instead, " +
        "which need not exist, and asks about the last event.",
      requestBody: {
        required: true,
        content: { [JSON_TYPE]: { schema: z.union([EventBody, ImpactStoryBody]) } },
      },
      responses: {
        200: answer("facts, markets and what a refresh would compute", ImpactAnswer),
        ...problems({
          400: "the body breaks a rule, or cannot be read",
          404: "no such match",
          413: "the body is too large, or holds too many events",
          415: "the body is not JSON",
          422: "the story takes too long to fold",
          503: "the store does not answer, or too many stories are being tried",
        }),
      },
    },
    before: readBody([JSON_TYPE]),
    async handle(req, res) {
      const question = impactQuestionOf(jsonOf(textOf(req)));
      const { version, ...ground } = await groundOf({ store, graph: context.graph, stories }, question);
      // A story may lie in any time; an event of a registered match is taken as the tag-manager would take it now.
      const event = question.before ? question.event : receivedAt(question.event, now());
      const impact = eventImpact(ground, event);
      res.set("cache-control", "no-store").json({ matchId: question.matchId, version, ...impact });
    },
  };
}

async function groundOf(
  { store, graph, stories }: { readonly store: MatchStore; readonly graph: Graph; readonly stories: StoryFolds },
  { matchId, before }: ImpactQuestion,
): Promise<Ground & { readonly version: number }> {
  if (before) return { graph, version: 0, fold: await stories.fold(before), full: false };
  const [truth, full] = await Promise.all([store.truth(matchId), store.isOfAnotherGraph(matchId, graph.version)]);
  if (truth.version === 0)
    throw new ApiError("unknown_match", {
      detail: `there is no match ${matchId}; { "events": [...] } asks about one that is not registered`,
    });
  return { graph, version: truth.version, fold: truth, full };
}
