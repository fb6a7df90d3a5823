import { EPOCH_MARK, matchKeys } from "@touchline/cache";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sumOf } from "../faults/support/counters.ts";
import { LiveMatch } from "../faults/support/live-match.ts";
import { pidsOf, publishAndApply, setStage, type Stage } from "../faults/support/stage.ts";
import { watchMachineDelay } from "../setup/machine-delay.ts";
import type { RunningService } from "../setup/services.ts";
import { patientClient } from "../setup/patient-client.ts";

const MISS_WAIT_MS = 400;
const REDIS_TIMEOUT_MS = 1_000;
/** What a busy machine may add to a bound. */
const MACHINE_MS = 2_000;
const READERS = 100;

let stage: Stage;
/** Have readers wait for long: a reader whom these answer has not waited for a worker. */
let patient: RunningService[];
beforeAll(async () => {
  stage = await setStage({
    apis: 2,
    workers: 0,
    env: {
      FALLBACK_CONCURRENCY: "1",
      MISS_WAIT_MS: String(MISS_WAIT_MS),
      REDIS_TIMEOUT_MS: String(REDIS_TIMEOUT_MS),
    },
  });
  const patience = { MISS_WAIT_MS: "15000" };
  patient = await Promise.all([stage.start("api", patience), stage.start("api", patience)]);
});
afterAll(async () => stage.stop());

const OUTCOMES = ["committed", "nothing_due", "overtaken", "refreshing", "claimed_elsewhere", "full", "failed"];

async function fallbacks(outcome: string): Promise<number> {
  return sumOf([...stage.installation.apis, ...patient], `touchline_fallback_refreshes_total{outcome="${outcome}"}`);
}

/** Ages every entry past its lifetime but within its grace, as time would. */
async function expireEntries(matchId: string): Promise<void> {
  const { entries } = matchKeys(stage.prefix, matchId);
  for (const [market, text] of Object.entries(await stage.storeRedis.hgetall(entries("default")))) {
    if (market === EPOCH_MARK) continue;
    const fields = text.split(" ");
    const lifetime = 60_000;
    const aged = Date.now() - 1.2 * lifetime;
    const line = [...fields.slice(0, 5), aged, aged + lifetime, ...fields.slice(7)].join(" ");
    await stage.storeRedis.hset(entries("default"), market, line);
  }
}

describe("with every worker gone", () => {
  it("what is missing is computed once by one of the api processes, for every reader, after the wait", async () => {
    const match = new LiveMatch("cold");
    await publishAndApply(stage, match.opening());
    const clients = stage.installation.apis.map(({ url }) => patientClient({ url }));
    const began = performance.now();
    const delayMs = watchMachineDelay(...pidsOf(stage));
    const answers = await Promise.all(
      Array.from({ length: READERS }, async (_unused, reader) =>
        clients[reader % clients.length]?.predictions("cold", { markets: ["match_result"] }),
      ),
    );
    expect(performance.now() - began).toBeLessThan(MISS_WAIT_MS + REDIS_TIMEOUT_MS + MACHINE_MS + delayMs());
    expect(new Set(answers.map((answer) => answer?.markets["match_result"]?.status))).toEqual(new Set(["fresh"]));
    expect(await fallbacks("committed")).toBe(1);
    expect(Number(await stage.storeRedis.hget(matchKeys(stage.prefix, "cold").refresh, "number"))).toBeLessThan(3);
  });

  it("what is stale is served at once, and nothing computed for it", async () => {
    await expireEntries("cold");
    const before = await fallbacks("committed");
    for (const { url } of patient) {
      const { markets } = await patientClient({ url }).predictions("cold", { markets: ["match_result"] });
      expect(markets["match_result"]).toMatchObject({ status: "stale", reason: { code: "expired" } });
    }
    expect(await fallbacks("committed")).toBe(before);
  });

  it("what a goal suspends reads suspended at once, and is offered again after the wait", async () => {
    const match = new LiveMatch("scored");
    await publishAndApply(stage, match.opening());
    await stage.client.predictions("scored");
    const version = await publishAndApply(stage, [match.goal()]);
    const { markets } = await stage.client.predictions("scored", { markets: ["match_result"] });
    expect(markets["match_result"]?.status).toBe("suspended");
    await stage.changes.refreshedSince("scored", version, "match_result");
    const again = await stage.client.predictions("scored", { markets: ["match_result"], minVersion: version });
    expect(again.markets["match_result"]?.status).toBe("fresh");
  });
});

describe("with a worker at work", () => {
  it("the api computes nothing", async () => {
    const worker = await stage.start("worker", { SIMULATE_LATENCY_MS: "50" });
    const before = await Promise.all(OUTCOMES.map(fallbacks));
    const match = new LiveMatch("worked-on");
    const version = await publishAndApply(stage, match.opening());
    await stage.changes.refreshedSince("worked-on", version, "match_result");
    await stage.storeRedis.del(matchKeys(stage.prefix, "worked-on").entries("default"));
    const clients = patient.map(({ url }) => patientClient({ url }));
    const answers = await Promise.all(
      clients.map(async (client) => client.predictions("worked-on", { markets: ["both_teams_to_score"] })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(["fresh"]));
    expect(await Promise.all(OUTCOMES.map(fallbacks))).toEqual(before);
    await worker.kill();
  });
});
