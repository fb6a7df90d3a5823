import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { COUNTERS } from "@touchline/cache";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "@touchline/platform";
import { testPrefix } from "../setup/redis.ts";
import { PATIENCE_MS } from "../setup/patience.ts";
import { type RunningService, startService } from "../setup/services.ts";

const KEY = "a-key-for-tests-of-metrics";
const NAMES = ["api", "tag-manager", "worker"] as const;
let services: Record<(typeof NAMES)[number], RunningService>;

beforeAll(async () => {
  const env = {
    REDIS_URL: loadConfig({}, { argv: [] }).REDIS_URL,
    KEY_PREFIX: testPrefix(),
    API_KEYS: KEY,
    LATENCY_SAMPLE_RATE: "1",
  };
  const [api, tagManager, worker] = await Promise.all(NAMES.map(async (name) => startService(name, env)));
  if (!api || !tagManager || !worker) throw new Error("a service did not start");
  services = { api, "tag-manager": tagManager, worker };
  await send("PUT", "/v1/matches/m-1", {
    home: "Rovers",
    away: "United",
    kickoff: new Date().toISOString(),
    competition: "Cup",
  });
  await send("POST", "/v1/events", { ...event("kick-off"), type: "kick_off" });
  await send("POST", "/v1/events", { ...event("goal"), type: "goal", team: "home", period: "first_half", minute: 3 });
  await fetch(`${api.url}/v1/matches/m-1/predictions`);
}, PATIENCE_MS);

afterAll(async () => {
  for (const service of Object.values(services)) await service.stop();
});

function event(id: string): object {
  return { id, source: "test", matchId: "m-1", occurredAt: new Date().toISOString(), payload: {} };
}

async function send(method: string, path: string, body: object): Promise<void> {
  const answer = await fetch(services.api.url + path, {
    method,
    headers: { "content-type": "application/json", authorization: `Bearer ${KEY}` },
    body: JSON.stringify(body),
  });
  expect(answer.status, await answer.text()).toBeLessThan(300);
}

async function exposition(name: (typeof NAMES)[number]): Promise<string> {
  return (await fetch(`${services[name].url}/metrics`)).text();
}

function namesIn(text: string): string[] {
  const names = [...text.matchAll(/^# TYPE (touchline_\w+) /gm)].map(([, name = ""]) => name);
  return names.filter((name) => !/^touchline_(nodejs|process)_/.test(name)).toSorted();
}

describe("the way of an event", () => {
  it("is measured from its acceptance to its step, from there to the commit, and to what readers get", async () => {
    const hard = '{severity="hard",phase="play"}';
    const counts = async (): Promise<number[]> => [
      await services["tag-manager"].metric(`touchline_event_accept_to_apply_seconds_count${hard}`),
      await services.worker.metric(`touchline_event_apply_to_commit_seconds_count${hard}`),
      await services.api.metric(`touchline_event_accept_to_fresh_seconds_count${hard}`),
    ];
    await expect.poll(counts, { timeout: PATIENCE_MS / 2 }).not.toContain(0);
    const sum = await services.api.metric(`touchline_event_accept_to_fresh_seconds_sum${hard}`);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThan(PATIENCE_MS / 1000);
  });
});

describe("what the services export", () => {
  it.each(NAMES)("%s: exactly what docs/metrics.md lists for it", async (name) => {
    const page = readFileSync(new URL("../../docs/metrics.md", import.meta.url), "utf8");
    const section = page.split(/^### /m).find((each) => each.startsWith(`${name}\n`)) ?? "";
    const listed = section
      .split(/^- /m)
      .slice(1)
      .flatMap((item) => [...(item.split(/:\s/)[0] ?? "").matchAll(/`(touchline_\w+)`/g)].map(([, one = ""]) => one))
      .filter((one) => !/^touchline_(predictor|manifest)_/.test(one));
    expect(namesIn(await exposition(name))).toEqual(listed.toSorted());
  });

  it("has every named counter, by its own name", async () => {
    const exported = new Set((await Promise.all(NAMES.map(exposition))).flatMap(namesIn));
    for (const counter of Object.values(COUNTERS).flat())
      expect(exported).toContain(`touchline_${counter.endsWith("_total") ? counter : `${counter}_total`}`);
  });

  it("pleases promtool", async ({ skip }) => {
    if (spawnSync("promtool", ["--version"]).error) skip("promtool is not installed");
    for (const name of NAMES) {
      const { stdout, stderr, status } = spawnSync("promtool", ["check", "metrics"], {
        input: await exposition(name),
        encoding: "utf8",
        timeout: PATIENCE_MS / 2,
      });
      expect([name, status, `${stdout}${stderr}`]).toEqual([name, 0, ""]);
    }
  });
});
