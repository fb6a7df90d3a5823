import { didYouMean } from "@touchline/domain";
import type { RequestHandler } from "express";
import { z } from "zod";
import type { Route } from "./route.ts";
import { ApiError } from "./problems.ts";

const MOST_NAMED = 10;

/**
 * Refuses parameters that the route does not describe: a misspelt `market=` would otherwise answer with every market.
 * @throws ApiError `invalid_request` naming each of them
 */
export function refuseUnknownParameters({ operation }: Route): RequestHandler {
  const { query } = operation.requestParams ?? {};
  const known = query instanceof z.ZodObject ? Object.keys(query.shape) : [];
  return (req, _res, next) => {
    const unknown = Object.keys(req.query).filter((name) => !known.includes(name));
    if (unknown.length === 0) return next();
    const has = known.length === 0 ? "the route has none" : `the route has ${known.join(", ")}`;
    throw new ApiError("invalid_request", {
      detail: `${quoted(unknown[0] ?? "")} is no parameter of this route${didYouMean(unknown[0] ?? "", known)}`,
      errors: unknown
        .slice(0, MOST_NAMED)
        .map((name) => ({ path: name.slice(0, 64), message: `is not known; ${has}` })),
    });
  };
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 64));
}
