import { HealthSnapshot } from "@touchline/contract";
import type { ApiContext } from "../api-context.ts";
import { HealthWatch } from "../health/health-snapshot.ts";
import type { Route } from "../http/route.ts";
import { answer } from "./describe.ts";

/** `GET /v1/health` */
export function healthRoute(context: ApiContext): Route {
  const watch = new HealthWatch(context, context.recent);
  return {
    method: "get",
    path: "/v1/health",
    operation: {
      summary: "What this process can see of the whole installation",
      description:
        "Redis, processes, waiting events and refreshes, dead letters, live matches with their worst label, and how long " +
        "the last events took until they were fresh. It is no read of predictions: nothing is counted or asked for. " +
        "Looked at when asked for, at most twice a second.",
      responses: { 200: answer("what can be seen; a part that is null cannot", HealthSnapshot) },
    },
    async handle(_req, res) {
      res.set("cache-control", "no-store").json(await watch.read());
    },
  };
}
