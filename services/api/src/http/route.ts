import type { Express, Request, RequestHandler, Response } from "express";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import { refuseUnknownParameters } from "./known-parameters.ts";
import { ApiError } from "./problems.ts";

/**
 * One route: how it is reached, how it is described, what it does. The app and its OpenAPI document are both made from
 * the list of these, so neither can know a route that the other does not.
 */
export interface Route {
  readonly method: "get" | "put" | "post" | "delete";
  /** As OpenAPI writes it: `/v1/matches/{matchId}`. Also the route's label in metrics. */
  readonly path: string;
  readonly operation: ZodOpenApiOperationObject;
  /** Run before the handler, in order: the key first, then the body. */
  readonly before?: readonly RequestHandler[];
  readonly handle: (req: Request, res: Response) => void | Promise<void>;
}

/** Serves the routes; a known path with another method is answered with the methods it has. */
export function serveRoutes(app: Express, routes: readonly Route[]): void {
  for (const route of routes) {
    const { method, path, before = [], handle } = route;
    const label: RequestHandler = (_req, res, next) => {
      labelRoute(res, path);
      next();
    };
    app[method](expressPath(path), label, refuseUnknownParameters(route), ...before, async (req, res) =>
      handle(req, res),
    );
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
    const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : [])].join(", ");
    app.route(expressPath(path)).all((_req, res) => {
      labelRoute(res, path);
      throw new ApiError("method_not_allowed", { detail: `it has ${allow}`, headers: { allow } });
    });
  }
}

/** Names the route of an answer for the metrics. */
export function labelRoute(res: Response, path: string): void {
  res.locals["route"] = path;
}

export function routeLabelOf(res: Response): string {
  const route: unknown = res.locals["route"];
  return typeof route === "string" ? route : UNMATCHED;
}

const UNMATCHED = "unmatched";

function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}
