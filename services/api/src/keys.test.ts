import { KeysAnswer } from "@touchline/contract";
import { parseConfig } from "@touchline/platform";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiSettings, checkApiConfig } from "./settings.ts";
import { type ApiFixture, type HttpAnswer, startApi } from "./testing/api-fixture.ts";

const ROOT = "a-configured-key-of-the-installation";
const env = { API_KEYS: ROOT, ATTEMPTS_PER_MINUTE: "1000", ADMIN_PASSWORD: "open sesame" };
let api: ApiFixture;
beforeAll(async () => {
  api = await startApi({ env });
});
afterAll(async () => api[Symbol.asyncDispose]());

function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

let names = 0;
async function keyWith(scopes: readonly string[], matchPrefix?: string): Promise<{ name: string; key: string }> {
  const name = `key-${++names}`;
  const answer = await api.send("POST", "/v1/keys", { name, scopes, matchPrefix }, bearer(ROOT));
  expect(answer.status, answer.text).toBe(201);
  return { name, key: String(answer.json()["key"]) };
}

function corner(source: string, matchId = "m-1"): object {
  const occurredAt = new Date(api.clock.now).toISOString();
  return { id: `c-${++names}`, source, matchId, type: "corner", team: "home", occurredAt, payload: {} };
}

async function publish(key: string, ...events: object[]): Promise<HttpAnswer> {
  return api.send("POST", "/v1/events", events, bearer(key));
}

function statusesOf(answer: HttpAnswer): unknown[] {
  return (answer.json()["results"] as { status: string }[]).map(({ status }) => status);
}

describe("a named key", () => {
  it("is made, listed and revoked while everything runs, in every api", async () => {
    await using other = await startApi({ beside: api, env });
    const created = await api.send("POST", "/v1/keys", { name: "feed-one", scopes: ["publish:one"] }, bearer(ROOT));
    const key = String(created.json()["key"]);
    expect(key).toMatch(/^tlk_[\w-]{43}$/);
    const send = async () => (await other.send("POST", "/v1/events", corner("one"), bearer(key))).status;
    await expect.poll(send, { timeout: 10_000 }).toBe(202);
    const { keys: listed } = (await api.get("/v1/keys", bearer(ROOT))).as(KeysAnswer);
    const mine = listed.find((each) => each.name === "feed-one");
    expect(mine).toMatchObject({ scopes: ["publish:one"], matchPrefix: null, createdBy: "configured-1" });
    const revoke = async () => (await api.send("DELETE", "/v1/keys/feed-one", undefined, bearer(ROOT))).status;
    expect([await revoke(), await revoke()]).toEqual([204, 404]);
    expect((await publish(key, corner("one"))).status).toBe(401);
    await expect.poll(send, { timeout: 10_000 }).toBe(401);
  });

  it("is in the store as a digest, and its text is in no list", async () => {
    const { key } = await keyWith(["read"]);
    const stored = await api.store.hgetall(`${api.config.KEY_PREFIX}:keys`);
    const listed = await api.get("/v1/keys", bearer(ROOT));
    expect(JSON.stringify(stored) + listed.text).not.toContain(key.slice(4));
    expect(Object.keys(stored).length).toBeGreaterThan(0);
  });

  it("has a name of its own, and none that the service gives itself", async () => {
    const { name } = await keyWith(["read"]);
    for (const taken of [name, "configured-1", "open"]) {
      const answer = await api.send("POST", "/v1/keys", { name: taken, scopes: ["read"] }, bearer(ROOT));
      expect([answer.status, answer.json()["type"]]).toEqual([409, "/problems/key_exists"]);
    }
    for (const wrong of [
      { name: "x", scopes: [] },
      { name: "x", scopes: ["all"] },
      { name: "a b", scopes: ["read"] },
    ])
      expect((await api.send("POST", "/v1/keys", wrong, bearer(ROOT))).status).toBe(400);
  });

  it("publishes for its source and its matches only", async () => {
    const { key } = await keyWith(["publish:one"], "cup-");
    const answer = await publish(key, corner("one", "cup-1"), corner("two", "cup-1"), corner("one", "m-1"));
    expect([answer.status, statusesOf(answer)]).toEqual([202, ["accepted", "rejected", "rejected"]]);
    expect((await publish(key, corner("two", "cup-1"))).status).toBe(422);
    const list = async (path: string) => (await api.send("PUT", path, [], bearer(key))).status;
    expect(await list("/v1/matches/cup-1/events?source=one")).toBe(202);
    expect(await list("/v1/matches/cup-1/events?source=two")).toBe(403);
    expect(await list("/v1/matches/m-1/events?source=one")).toBe(403);
  });

  it("does nothing that it has no scope for", async () => {
    const { key: reader } = await keyWith(["read"]);
    const { key: publisher } = await keyWith(["publish"]);
    const { key: operator } = await keyWith(["operate"]);
    const { key: cupOperator } = await keyWith(["operate"], "cup-");
    const asks = (key: string): Promise<number[]> =>
      Promise.all([
        publish(key, corner("one")).then(({ status }) => status),
        api.send("DELETE", "/v1/matches/m-none", undefined, bearer(key)).then(({ status }) => status),
        api.send("POST", "/v1/cache/stats/reset", {}, bearer(key)).then(({ status }) => status),
        api.get("/v1/keys", bearer(key)).then(({ status }) => status),
      ]);
    expect(await asks(reader)).toEqual([403, 403, 403, 403]);
    expect(await asks(publisher)).toEqual([202, 403, 403, 403]);
    expect(await asks(operator)).toEqual([403, 404, 200, 200]);
    expect(await asks(cupOperator)).toEqual([403, 403, 403, 403]);
    expect(await api.metric('failed_attempts_total{what="scope"}')).toBeGreaterThanOrEqual(10);
  });

  it("cannot speak as the api itself, whatever its scopes", async () => {
    const fixture = { home: "A", away: "B", kickoff: new Date(api.clock.now).toISOString(), competition: "Cup" };
    const fake = { ...corner("api"), id: "fixture-m-1", type: "fixture", revision: 1_000_000, payload: fixture };
    const answer = await publish(ROOT, fake);
    expect([answer.status, statusesOf(answer)]).toEqual([422, ["rejected"]]);
    expect(answer.text).toContain("reserved");
    expect((await api.send("PUT", "/v1/matches/m-1/events?source=api", [], bearer(ROOT))).status).toBe(403);
  });
});

describe("whoever guesses", () => {
  it("is slowed down, and with it the right key from that address, until the minute is over", async () => {
    await using guarded = await startApi({ env: { ...env, ATTEMPTS_PER_MINUTE: "3" } });
    const attempt = async (key: string) => guarded.send("POST", "/v1/cache/stats/reset", {}, bearer(key));
    const statuses: number[] = [];
    for (let guess = 0; guess < 5; guess++) statuses.push((await attempt(`wrong-${guess}`)).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    const refused = await attempt(ROOT);
    expect([refused.status, refused.json()["type"]]).toEqual([429, "/problems/too_many_attempts"]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(60);
    const board = { authorization: `Basic ${Buffer.from("admin:open sesame").toString("base64")}` };
    expect((await guarded.get("/admin/queues", board)).status).toBe(429);
    expect(await guarded.metric('failed_attempts_total{what="key"}')).toBe(4);
    expect(await guarded.metric('limited_requests_total{class="attempts"}')).toBe(1);
  });

  it("is counted over all processes, and told apart behind a proxy that says who it is", async () => {
    await using one = await startApi({ env: { ...env, ATTEMPTS_PER_MINUTE: "2", PROXY_HOPS: "1" } });
    await using two = await startApi({ beside: one, env: { ...env, ATTEMPTS_PER_MINUTE: "2", PROXY_HOPS: "1" } });
    const attempt = async (at: ApiFixture, address: string, key = "wrong") => {
      const headers = { ...bearer(key), "x-forwarded-for": address };
      return (await at.send("POST", "/v1/cache/stats/reset", {}, headers)).status;
    };
    expect(await attempt(one, "2001:db8:1:2:aaaa::1")).toBe(401);
    expect(await attempt(two, "2001:db8:1:2:bbbb::7")).toBe(401);
    expect(await attempt(one, "2001:db8:1:2::9")).toBe(429);
    expect(await attempt(one, "203.0.113.9", ROOT)).toBe(200);
  });

  it("finds no key that a person could try: production refuses those", () => {
    const parse = (keys: string) =>
      parseConfig(
        apiSettings,
        { NODE_ENV: "production", API_KEYS: keys, ADMIN_PASSWORD: "long enough" },
        { check: checkApiConfig },
      );
    for (const weak of ["a", "fifteen-letters", "aaaaaaaaaaaaaaaaaaaaaaaa"])
      expect(() => parse(`${ROOT},${weak}`)).toThrow(/API_KEYS[^]*key 2|key 2[^]*API_KEYS/);
    expect(parse(ROOT).API_KEYS).toEqual([ROOT]);
  });
});

describe("limits", () => {
  it("hold for one key over all processes, and say when to come back", async () => {
    const limited = { ...env, PUBLISHES_PER_MINUTE: "2" };
    await using one = await startApi({ env: limited });
    await using two = await startApi({ beside: one, env: limited });
    const send = async (at: ApiFixture) => at.send("POST", "/v1/events", corner("one"), bearer(ROOT));
    expect([(await send(one)).status, (await send(two)).status]).toEqual([202, 202]);
    const refused = await send(one);
    expect([refused.status, refused.json()["type"]]).toEqual([429, "/problems/too_many_requests"]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(await one.metric('limited_requests_total{class="publish"}')).toBe(1);
  });

  it("hold for reads of one address too, while health and metrics answer on", async () => {
    await using limited = await startApi({ env: { READS_PER_MINUTE: "2" } });
    const statuses = [];
    for (let read = 0; read < 3; read++) statuses.push((await limited.get("/v1/markets")).status);
    expect(statuses).toEqual([200, 200, 429]);
    for (const path of ["/livez", "/metrics"]) expect((await limited.get(path)).status).toBe(200);
  });
});

describe("reads", () => {
  it("need a key with the scope read where the installation says so", async () => {
    await using closed = await startApi({ beside: api, env: { ...env, READS_NEED_KEY: "on" } });
    const { key } = await keyWith(["read"]);
    const { key: publisher } = await keyWith(["publish"]);
    const { key: ofCup } = await keyWith(["read"], "cup-");
    await closed.api.context.ring.look();
    for (const path of ["/v1/markets", "/metrics", "/v1/matches/m-none", "/v1/matches/m-none/predictions"]) {
      expect([path, (await closed.get(path)).status]).toEqual([path, 401]);
      expect([path, (await closed.get(path, bearer(publisher))).status]).toEqual([path, 403]);
      expect([path, (await closed.get(path, bearer(ofCup))).status]).toEqual([path, 403]);
      expect((await closed.get(path, bearer(key))).status).toBe(path.includes("m-none") ? 404 : 200);
    }
    expect((await closed.get("/v1/matches/cup-none", bearer(ofCup))).status).toBe(404);
    for (const path of ["/livez", "/readyz", "/openapi.json", "/"]) expect((await closed.get(path)).status).toBe(200);
  });
});
