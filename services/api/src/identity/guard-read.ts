import type { ApiContext } from "../api-context.ts";
import type { Route } from "../http/route.ts";
import { clientAddressOf } from "./client-address.ts";

/** Routes that read what the service is for, and metrics. Health, documents and the console's files are open to all. */
const READS = /^\/v1\/|^\/metrics$/;
/** It asks in a body, and writes nothing. */
const ASKS_BY_POST = "/v1/impact";
const METRICS = "/metrics";

/** A route with what READS_NEED_KEY and READS_PER_MINUTE ask for in front of it. Routes that write have their own. */
export function guardRead(
  { config, access, limits }: Pick<ApiContext, "config" | "access" | "limits">,
  route: Route,
): Route {
  const reads = (route.method === "get" && READS.test(route.path)) || route.path === ASKS_BY_POST;
  if (!reads || route.operation.security !== undefined) return route;
  const { before = [] } = route;
  if (config.READS_NEED_KEY === "on") return { ...route, before: [access.needs("read"), ...before] };
  // Prometheus must see what happens when there is too much of it.
  if (!limits.isLimited("read") || route.path === METRICS) return route;
  return {
    ...route,
    before: [
      async (req, _res, next) => {
        await limits.take("read", clientAddressOf(req));
        next();
      },
      ...before,
    ],
  };
}
