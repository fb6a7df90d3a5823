import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { Problem } from "@touchline/contract";
import { type ApiFixture, type HttpAnswer, startApi } from "./testing/api-fixture.ts";
import { playMatch } from "./testing/played-match.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi({ env: { MISS_WAIT_MS: "0", API_KEYS: "first-key,second-key", ADMIN_PASSWORD: "open sesame" } });
  await playMatch(api, "known");
});
afterAll(async () => api[Symbol.asyncDispose]());

const KEY = { "x-api-key": "second-key" };
const JSON_BODY = { ...KEY, "content-type": "application/json" };
const FIXTURE = { home: "Rovers", away: "United", kickoff: "2026-11-21T15:00:00Z", competition: "Cup" };

/** The answer is a problem of this code, in the one shape all problems have. */
function expectProblem(answer: HttpAnswer, status: number, code: string): z.output<typeof Problem> {
  expect([answer.status, answer.headers["content-type"]]).toEqual([status, "application/problem+json"]);
  expect(answer.headers["cache-control"]).toBe("no-store");
  const problem = answer.as(Problem);
  expect(problem).toMatchObject({ type: `/problems/${code}`, status, title: expect.any(String) as string });
  return problem;
}

describe("a path", () => {
  it("that leads nowhere is 404", async () => {
    expectProblem(await api.get("/v1/nothing"), 404, "unknown_route");
    expectProblem(await api.get("/V1/markets"), 404, "unknown_route");
    expectProblem(await api.send("DELETE", "/"), 405, "method_not_allowed");
  });

  it("asked with another method is 405, and says which it has", async () => {
    const answer = await api.send("PATCH", "/v1/matches/known");
    expectProblem(answer, 405, "method_not_allowed");
    expect(answer.headers["allow"]).toBe("GET, PUT, DELETE, HEAD");
    expectProblem(await api.get("/v1/events"), 405, "method_not_allowed");
  });

  it.each(["%zz", "%", "%c3%28", "%ff"])("that is not percent-encoded UTF-8 is 400: %s", async (id) => {
    expectProblem(await api.get(`/v1/matches/${id}`), 400, "undecodable_path");
  });

  it.each(["%00", "a%2Fb", "a%3Ab", "%7Bx%7D", "a%0d%0ab", "-x", "a.b", "a%20b", "%c3%a9", "x".repeat(65)])(
    "with a match id that breaks the rule is 400 and names field and rule: %s",
    async (id) => {
      for (const tail of ["", "/predictions", "/stream"]) {
        const { errors } = expectProblem(await api.get(`/v1/matches/${id}${tail}`), 400, "invalid_request");
        expect(errors).toEqual([{ path: "matchId", message: expect.stringContaining("at most 64 letters") as string }]);
      }
    },
  );

  it("to a match that does not exist is 404", async () => {
    for (const tail of ["", "/predictions", "/stream"])
      expectProblem(await api.get(`/v1/matches/unknown${tail}`), 404, "unknown_match");
  });
});

describe("a query", () => {
  it("for a market that does not exist is 404 and names it", async () => {
    const answer = await api.get("/v1/matches/known/predictions?markets=match_result,over_under_99");
    const { errors, detail } = expectProblem(answer, 404, "unknown_market");
    expect(detail).toContain('"over_under_99"');
    expect(errors).toEqual([{ path: "markets", message: '"over_under_99" is not known' }]);
  });

  it.each([
    ["category=sheep", 404, "unknown_category"],
    ["variant=sheep", 404, "unknown_variant"],
    ["markets=", 404, "unknown_market"],
    ["markets=%00", 404, "unknown_market"],
    ["markets=match_result&category=corners", 400, "invalid_request"],
    ["minVersion=-1", 400, "invalid_request"],
    ["minVersion=1e3", 400, "invalid_request"],
    ["minVersion=1&minVersion=2", 400, "invalid_request"],
    ["variant=default&variant=default", 400, "invalid_request"],
  ])("%s is %i", async (query, status, code) => {
    expectProblem(await api.get(`/v1/matches/known/predictions?${query}`), status, code);
  });

  it.each([
    ["/v1/matches/known/predictions?market=match_result", "market", "markets"],
    ["/v1/matches/known/predictions?markets=match_resul", "match_resul", "match_result"],
    ["/v1/matches/known/predictions?variant=market_blend", "market_blend", "market-blend"],
    ["/v1/matches/known/markets/match-result/explain", "match-result", "match_result"],
    ["/v1/markets?categry=goals", "categry", ""],
  ])("with a misspelt word is refused, and says what was probably meant: %s", async (path, word, meant) => {
    const { detail } = (await api.get(path)).as(Problem);
    expect(detail).toContain(JSON.stringify(word));
    expect(/did you mean "(.*)"/.exec(detail ?? "")?.[1] ?? "").toBe(meant);
  });

  it("names every parameter that the route does not have, and those that it has", async () => {
    const { errors } = expectProblem(await api.get("/v1/matches?state=live&page=2"), 400, "invalid_request");
    const message = "is not known; the route has status, limit, offset";
    expect(errors).toEqual(["state", "page"].map((path) => ({ path, message })));
  });

  it.each(["status=asleep", "limit=0", "limit=201", "offset=-1", "status=live&status=ended"])(
    "for matches with %s is 400",
    async (query) => {
      const { errors } = expectProblem(await api.get(`/v1/matches?${query}`), 400, "invalid_request");
      expect(errors?.[0]?.path).toBe(query.split("=")[0]);
    },
  );

  it("to resume a stream after something that is no number is 400", async () => {
    const answer = await api.get("/v1/matches/known/stream", { "last-event-id": "seven" });
    expect(expectProblem(answer, 400, "invalid_request").errors?.[0]?.path).toBe("last-event-id");
  });
});

describe("the type of a problem", () => {
  it("leads to a page that says what it means and what to do", async () => {
    const { type } = (await api.get("/v1/matches/unknown")).as(Problem);
    const answer = await api.get(type);
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(answer.text).toMatch(/<h1>Unknown match<\/h1>[^]*What to do[^]*<code>GET \/v1\/matches<\/code>/);
    expect((await api.get("/problems/")).text).toContain(`href="./unknown_match"`);
  });

  it("is of a problem that there is", async () => {
    const { detail } = expectProblem(await api.get("/problems/unknown_mach"), 404, "unknown_route");
    expect(detail).toContain('did you mean "unknown_match"?');
  });
});

describe("writing", () => {
  it.each([{}, { authorization: "Bearer wrong" }, { authorization: "Basic first-key" }, { "x-api-key": "" }])(
    "without a valid key is 401 before the body is looked at: %o",
    async (headers) => {
      for (const [method, path] of [
        ["POST", "/v1/events"],
        ["PUT", "/v1/matches/known"],
      ] as const) {
        const answer = await api.send(method, path, "nonsense", headers);
        expectProblem(answer, 401, "unauthorized");
        expect(answer.headers["www-authenticate"]).toMatch(/^Bearer/);
      }
    },
  );

  it("accepts any of the keys, in either header", async () => {
    for (const headers of [{ authorization: "Bearer first-key" }, { authorization: "bearer second-key" }, KEY])
      expectProblem(
        await api.send("POST", "/v1/events", {}, { ...headers, "content-type": "text/plain" }),
        415,
        "unsupported_media_type",
      );
  });

  it.each([undefined, "text/plain", "application/jsonx", "multipart/form-data; boundary=x"])(
    "a body of type %s is 415, with the types that are accepted",
    async (type) => {
      const headers = type === undefined ? KEY : { ...KEY, "content-type": type };
      expectProblem(await api.send("PUT", "/v1/matches/known", "{}", headers), 415, "unsupported_media_type");
      const answer = await api.send("POST", "/v1/events", "{}", headers);
      expect(expectProblem(answer, 415, "unsupported_media_type").detail).toContain("application/x-ndjson");
    },
  );

  it("a body beyond the limit is 413, compressed or not", async () => {
    const large = JSON.stringify([" ".repeat(1024 * 1024)]);
    expectProblem(await api.send("POST", "/v1/events", large, JSON_BODY), 413, "body_too_large");
    const zipped = gzipSync(large);
    expect(zipped.length).toBeLessThan(10_000);
    expectProblem(
      await api.send("POST", "/v1/events", zipped, { ...JSON_BODY, "content-encoding": "gzip" }),
      413,
      "body_too_large",
    );
  });

  it.each([
    ["nothing", ""],
    ["half an object", '{"id": "a"'],
    ["a number", "42"],
    ["null", "null"],
    ["an empty list", "[]"],
    ["bytes that are not UTF-8", Buffer.from([0x22, 0xff, 0x22])],
  ])("%s instead of events is 400", async (_what, body) => {
    expectProblem(await api.send("POST", "/v1/events", body, JSON_BODY), 400, "unreadable_body");
  });

  it("a body that is not what its encoding says is 400, an unknown encoding 415", async () => {
    const gzip = { ...JSON_BODY, "content-encoding": "gzip" };
    expectProblem(await api.send("POST", "/v1/events", "not gzip", gzip), 400, "unreadable_body");
    const odd = { ...JSON_BODY, "content-encoding": "rot13" };
    expectProblem(await api.send("POST", "/v1/events", "{}", odd), 415, "unsupported_media_type");
  });

  it("more than 1,000 events are 413", async () => {
    const events = JSON.stringify(Array.from({ length: 1_001 }, () => ({})));
    expectProblem(await api.send("POST", "/v1/events", events, JSON_BODY), 413, "too_many_events");
  });

  it("a fixture that breaks rules is 400 and names every field", async () => {
    const answer = await api.send("PUT", "/v1/matches/known", { ...FIXTURE, home: "", kickoff: "tomorrow" }, KEY);
    const { errors } = expectProblem(answer, 400, "invalid_request");
    expect(errors?.map(({ path }) => path)).toEqual(["home", "kickoff"]);
    expectProblem(await api.send("PUT", "/v1/matches/known", "[", JSON_BODY), 400, "unreadable_body");
    expectProblem(await api.send("PUT", "/v1/matches/a%3Ab", FIXTURE, KEY), 400, "invalid_request");
  });

  it("what is nested too deeply is refused, and nothing falls over", async () => {
    const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    expectProblem(await api.send("PUT", "/v1/matches/known", deep, JSON_BODY), 400, "invalid_request");
    const event = { id: "a", source: "b", matchId: "c", type: "d", occurredAt: FIXTURE.kickoff, payload: 0 };
    for (const body of [deep, JSON.stringify(event).replace('"payload":0', `"payload":${deep}`)]) {
      const answer = await api.send("POST", "/v1/events", body, JSON_BODY);
      expect([answer.status, answer.json()["rejected"]]).toEqual([422, 1]);
    }
    expect((await api.get("/livez")).status).toBe(200);
  });
});

describe("a failure nobody foresaw", () => {
  it("is 500 without a word of what happened", async () => {
    const { KEY_PREFIX } = api.config;
    await api.store.hset(`${KEY_PREFIX}:{broken}:match`, "version", "1", "n", "1", "state", "secret nonsense");
    const answer = await api.get("/v1/matches/broken");
    expect([answer.status, answer.json()]).toEqual([
      500,
      { type: "about:blank", title: "Internal Server Error", status: 500 },
    ]);
    expect((await api.get("/v1/matches/known")).status).toBe(200);
  });
});
