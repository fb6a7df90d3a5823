import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  EventsAnswer,
  HealthAnswer,
  MarketsAnswer,
  MatchAnswer,
  MatchListAnswer,
  PredictionsAnswer,
  Problem,
} from "@touchline/contract";
import { type ApiFixture, startApi } from "./testing/api-fixture.ts";
import { playMatch } from "./testing/played-match.ts";

const Operation = z.looseObject({
  tags: z.array(z.string()),
  responses: z.record(z.string(), z.unknown()),
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })).optional(),
});
const Document = z.looseObject({
  openapi: z.string(),
  tags: z.array(z.looseObject({ name: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

let api: ApiFixture;
let document: z.output<typeof Document>;
beforeAll(async () => {
  api = await startApi({ env: { MISS_WAIT_MS: "0" } });
  document = (await api.get("/openapi.json")).as(Document);
});
afterAll(async () => api[Symbol.asyncDispose]());

/** What Express would answer: method and path of every route it has. */
function servedRoutes(): string[] {
  interface Layer {
    route?: { path: string; methods?: Record<string, boolean>; stack: { method?: string }[] };
  }
  const { stack } = (api.api.app as unknown as { router: { stack: Layer[] } }).router;
  const routes = stack.flatMap(({ route }) =>
    route ? route.stack.flatMap(({ method }) => (method ? [`${method} ${route.path}`] : [])) : [],
  );
  return [...new Set(routes)];
}

describe("the OpenAPI document", () => {
  it("is OpenAPI 3.1", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(["MatchEvent", "Fixture", "Problem"]),
    );
  });

  it("requires no property that it does not describe", () => {
    const undescribed = (schema: unknown, path: string): string[] => {
      if (typeof schema !== "object" || schema === null) return [];
      const { required = [], properties = {} } = schema as { required?: unknown; properties?: object };
      const here = Array.isArray(required) ? required.filter((name) => !Object.hasOwn(properties, String(name))) : [];
      return [
        ...here.map((name) => `${path}/${name}`),
        ...Object.entries(schema).flatMap(([key, value]) => undescribed(value, `${path}/${key}`)),
      ];
    };
    expect(undescribed(document.components.schemas, "")).toEqual([]);
  });

  it("can be followed by generators of clients: nothing refers to itself, numbers are numbers, words are enumerated", () => {
    expect(Object.keys(document.components.schemas).filter((name) => name.startsWith("__"))).toEqual([]);
    expect(document).toMatchObject({ servers: [{ url: "/" }], security: [] });
    const matches = document.paths["/v1/matches"]?.["get"]?.parameters;
    expect(matches).toMatchObject([
      { name: "status", schema: { type: "string", enum: ["live", "upcoming", "ended"] } },
      { name: "limit", schema: { type: "integer" } },
      { name: "offset", schema: { type: "integer" } },
    ]);
  });

  it("describes every route that is served, and no other but Bull Board", () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`),
    );
    expect(described.filter((route) => route !== "get /admin/queues").sort()).toEqual(servedRoutes().sort());
  });

  it("names every parameter of every path", () => {
    for (const [path, methods] of Object.entries(document.paths))
      for (const { parameters = [] } of Object.values(methods))
        for (const [, name] of path.matchAll(/\{(\w+)\}/g))
          expect(parameters).toContainEqual(expect.objectContaining({ name, in: "path" }));
  });

  it("refers to nothing that is not there", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(5);
    for (const [, name = ""] of references) expect(document.components.schemas).toHaveProperty(name);
  });

  it("is described in the documentation, route by route", () => {
    const page = readFileSync(new URL("../../../docs/api.md", import.meta.url), "utf8");
    for (const path of Object.keys(document.paths)) expect(page).toContain(path);
  });

  it("puts every route into one of its groups", () => {
    const groups = document.tags.map(({ name }) => name);
    for (const [path, methods] of Object.entries(document.paths))
      for (const { tags } of Object.values(methods)) expect(groups, path).toContain(tags[0]);
  });
});

describe("answers", () => {
  it("have the shape that the document promises", async () => {
    const match = await playMatch(api, "m-1");
    await match.tell({ type: "kick_off", period: "first_half", minute: 0 });
    await match.refresh({ markets: ["match_result", "over_under_2_5", "over_under_0_5"] });
    await match.tell({ type: "goal", team: "home", period: "first_half", minute: 1, payload: { confirmation: "tbd" } });
    const promises: [path: string, status: number, schema: z.ZodType][] = [
      ["/v1/matches/m-1/predictions", 200, PredictionsAnswer],
      ["/v1/matches/m-1/predictions?markets=odd_even", 503, Problem],
      ["/v1/matches/m-1", 200, MatchAnswer],
      ["/v1/matches", 200, MatchListAnswer],
      ["/v1/markets", 200, MarketsAnswer],
      ["/livez", 200, HealthAnswer],
      ["/readyz", 200, HealthAnswer],
      ["/v1/matches/a%3Ab", 400, Problem],
      ["/v1/nothing", 404, Problem],
    ];
    for (const [path, status, schema] of promises) {
      const answer = await api.get(path);
      expect([path, answer.status]).toEqual([path, status]);
      expect(schema.parse(answer.json()), path).toEqual(answer.json());
    }
    const events = await api.send("POST", "/v1/events", [{ id: 1 }, { ...EVENT }]);
    expect(EventsAnswer.parse(events.json())).toEqual(events.json());
  });

  it("come with a status that the document knows", async () => {
    const seen = await Promise.all(
      ["/v1/matches/nowhere/predictions", "/v1/matches/nowhere", "/v1/matches?limit=x", "/v1/markets"].map(
        async (path) => ({
          path: path.replace("nowhere", "{matchId}").replace(/\?.*/, ""),
          status: (await api.get(path)).status,
        }),
      ),
    );
    for (const { path, status } of seen)
      expect(document.paths[path]?.["get"]?.responses).toHaveProperty(String(status));
  });
});

const EVENT = { id: "e", source: "feed", matchId: "m-1", type: "feed_gap", occurredAt: "2026-11-21T15:00:00Z" };

describe("closing", () => {
  it("frees the port, and twice is as good as once", async () => {
    const other = await startApi({ beside: api });
    const server: Server = other.api.server;
    await Promise.all([other.api.close(), other.api.close()]);
    expect(server.listening).toBe(false);
    await other[Symbol.asyncDispose]();
  });
});
