import { z } from "zod";
import { createDocument, type ZodOpenApiPathsObject } from "zod-openapi";
import { problems } from "../describe.ts";
import { jsonDocument } from "../../http/json-document.ts";
import type { Route } from "../../http/route.ts";

/** Path of Bull Board, whose own routes all lie below it. */
export const ADMIN_PATH = "/admin/queues";

/** The OpenAPI document of `routes`. */
export function openApiDocument(routes: readonly Route[]): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const { method, path, operation } of routes)
    paths[path] = {
      ...paths[path],
      [method]: {
        operationId: operationId(method, path),
        tags: [tagOf(path)],
        ...operation,
        responses: { ...(operation.security ? KEYED_ANSWERS : {}), ...operation.responses },
      },
    };
  paths[ADMIN_PATH] = {
    get: {
      operationId: "getAdminQueues",
      tags: [tagOf(ADMIN_PATH)],
      summary: "Bull Board, for the user admin",
      security: [{ admin: [] }],
      responses: {
        200: { description: "a page", content: { "text/html": { schema: z.string() } } },
        401: { description: "no valid password" },
        403: { description: "closed: no password is configured" },
      },
    },
  };
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Touchline",
      version: "1",
      description: "Football match predictions that are never silently out of date.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "where this document was read" }],
    tags: TAGS.map(([name, description]) => ({ name, description })),
    // Reading is open; routes that write say what they need.
    security: [],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        apiKey: { type: "apiKey", in: "header", name: "X-Api-Key" },
        admin: { type: "http", scheme: "basic" },
      },
    },
  });
}

/** What every route with a key may answer. */
const KEYED_ANSWERS = problems({
  403: "the key has no scope for this, or not for this match or source",
  429: "too many requests of the key, or too many wrong keys from the address",
});

/** Groups of routes, in the order in which a newcomer needs them, with what is theirs. */
const TAGS: readonly (readonly [name: string, description: string, routes: RegExp])[] = [
  ["predictions", "Read predictions and follow them", /\/predictions$|\/stream$|\/v1\/markets$/],
  ["events", "Publish what happens", /\/v1\/events$|\/events$|\/totals$|\/v1\/impact$|dead-letters/],
  ["matches", "Fixtures and their state", /^\/v1\/matches(?:\/\{matchId\})?$/],
  ["why", "Why things are as they are, and how to change that by hand", /explain$|invalidate$/],
  ["operations", "Health, counters and documents", /./],
];

function tagOf(path: string): string {
  return TAGS.find(([, , routes]) => routes.test(path))?.[0] ?? "operations";
}

/** `GET /openapi.json` */
export function openApiRoute(routes: () => readonly Route[]): Route {
  const serve = jsonDocument(() => openApiDocument(routes()));
  return {
    method: "get",
    path: "/openapi.json",
    operation: {
      summary: "This document",
      responses: {
        200: {
          description: "OpenAPI 3.1",
          content: { "application/json": { schema: z.looseObject({ openapi: z.string() }) } },
        },
        304: { description: "unchanged since the ETag that was sent" },
      },
    },
    handle: serve,
  };
}

/** `get /v1/matches/{matchId}/stream` as a name: `getMatchesMatchIdStream`. */
function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "" && word !== "v1");
  return (
    method + (words.length > 0 ? words : ["index"]).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")
  );
}
