import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testPrefix } from "../setup/redis.ts";
import { type Installation, startInstallation } from "../setup/services.ts";
import { type Case, playCase } from "./play-case.ts";

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation({ redisUrl: process.env["REDIS_URL"] ?? "", prefix: testPrefix() });
});
afterAll(async () => installation.stop());

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".json"));

describe.each(files)("%s", (file) => {
  const cases = JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8")) as Case[];

  it.each(cases)("$id: $because", async (played) => {
    expect(await playCase(installation.apis[0]?.url ?? "", played)).toEqual([]);
  });
});
