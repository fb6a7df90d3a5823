import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiFixture, startApi } from "../../services/api/src/testing/api-fixture.ts";
import { run } from "../../tools/cli/src/testing/run-cli.ts";

const ROOT = "a-configured-key-of-the-installation";
let api: ApiFixture;
beforeAll(async () => {
  api = await startApi({ env: { API_KEYS: ROOT } });
});
afterAll(async () => api[Symbol.asyncDispose]());

async function touchline(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return run(argv, { env: { TOUCHLINE_URL: api.url, TOUCHLINE_API_KEY: ROOT } });
}

describe("touchline keys", () => {
  it("creates, lists and revokes a key of a running service", async () => {
    const created = await touchline("keys", "create", "desk", "--scopes", "operate,read", "--matches", "cup-");
    expect([created.code, created.stderr]).toEqual([0, ""]);
    const key = created.stdout.trim().split("\n").at(-1) ?? "";
    expect(key).toMatch(/^tlk_/);
    const asDesk = { authorization: `Bearer ${key}` };
    expect((await api.send("DELETE", "/v1/matches/cup-1", undefined, asDesk)).status).toBe(404);
    expect((await api.send("DELETE", "/v1/matches/m-1", undefined, asDesk)).status).toBe(403);
    const listed = await touchline("keys", "list");
    expect(listed.stdout).toMatch(/desk +operate, read +cup- .*configured-1/);
    expect(listed.stdout).not.toContain(key.slice(4));
    expect((await touchline("keys", "revoke", "desk")).stdout).toBe("desk is revoked\n");
    expect((await api.send("DELETE", "/v1/matches/cup-1", undefined, asDesk)).status).toBe(401);
    expect((await touchline("keys", "list")).stdout).toBe("no keys\n");
  });

  it("says what is missing or wrong", async () => {
    expect(await touchline("keys", "create", "x")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--scopes") as string,
    });
    expect(await touchline("keys", "lose")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("revoke") as string,
    });
    expect(await touchline("keys", "revoke", "nobody")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("there is no key nobody") as string,
    });
    const wrong = await touchline("keys", "create", "x", "--scopes", "everything");
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("must be publish")]);
  });
});
