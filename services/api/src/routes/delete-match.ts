import type { ApiContext } from "../api-context.ts";
import { ApiError } from "../http/problems.ts";
import { matchIdOf } from "../http/request-fields.ts";
import type { Route } from "../http/route.ts";
import { keyed, matchPath, problems } from "./describe.ts";

/** `DELETE /v1/matches/{matchId}` */
export function deleteMatchRoute({ store, access, now, log }: ApiContext): Route {
  return {
    method: "delete",
    path: "/v1/matches/{matchId}",
    operation: {
      summary: "Forget a match",
      description:
        "Deletes its log, its state and its predictions. Later corrections of it are refused; a new fixture may take its id.",
      requestParams: matchPath,
      responses: {
        204: { description: "it is gone" },
        ...problems({
          400: "the id breaks a rule",
          401: "no valid key",
          404: "there is no such match",
          503: "the store does not answer; ask again",
        }),
      },
      ...keyed,
    },
    before: [access.needs("operate")],
    async handle(req, res) {
      const matchId = matchIdOf(req);
      const fixture = (await store.state(matchId))?.fixture;
      const { home = null, away = null, kickoff = null } = fixture ?? {};
      const deleted = await store.delete(matchId, { at: now(), home, away, kickoff });
      if (!deleted) throw new ApiError("unknown_match", { detail: `there is no match ${matchId}` });
      log.info({ matchId }, "match deleted by request");
      res.status(204).end();
    },
  };
}
