import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { watchMachineDelay } from "../setup/machine-delay.ts";
import { PATIENCE_MS } from "../setup/patience.ts";
import { type CuttableLine, lineTo } from "./support/cuttable-line.ts";
import { LiveMatch } from "./support/live-match.ts";
import { pidsOf, play, setStage, type Stage } from "./support/stage.ts";

/** How long an answer may stand in for an error, and until when a proof lasts, milliseconds. */
const CAP_MS = 5_000;
const LEASE_MS = 1_000;
/** How far apart the proofs are: an api knows that it was cut off no better than that. */
const BETWEEN_PROOFS_MS = LEASE_MS / 4;
const MACHINE_MS = 500;
const EVERY_MS = 20;
const REFUSALS = 5;

const POLICIES = ["label", "suspend"] as const;

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => stage.stop());

interface Seen {
  /** When the read began, and when its answer was complete. */
  readonly beganAt: number;
  readonly endedAt: number;
  readonly httpStatus: number;
  readonly label: string;
  readonly hasPrice: boolean;
  readonly retryAfter: string | null;
  /** Seconds that the header gives, undefined without it. */
  readonly staleIfError: number | undefined;
}

async function read(url: string, { matchId }: LiveMatch): Promise<Seen> {
  const beganAt = performance.now();
  const response = await fetch(`${url}/v1/matches/${matchId}/predictions?markets=match_result`);
  const body = (await response.json()) as { markets?: Record<string, { status: string; outcomes: unknown }> };
  const market = body.markets?.["match_result"];
  const left = /stale-if-error=(\d+)/.exec(response.headers.get("cache-control") ?? "")?.[1];
  return {
    beganAt,
    endedAt: performance.now(),
    httpStatus: response.status,
    label: market?.status ?? "none",
    hasPrice: (market?.outcomes ?? null) !== null,
    retryAfter: response.headers.get("retry-after"),
    staleIfError: left === undefined ? undefined : Number(left),
  };
}

/**
 * Until the end, and until it has been refused so often that it means something: a busy machine lets few reads through.
 */
async function readUntil(url: string, match: LiveMatch, end: number): Promise<Seen[]> {
  const seen: Seen[] = [];
  const refused = (): number => seen.filter(({ httpStatus }) => httpStatus === 503).length;
  while (performance.now() < end || (refused() < REFUSALS && performance.now() < end + PATIENCE_MS)) {
    seen.push(await read(url, match));
    await delay(EVERY_MS);
  }
  return seen;
}

type Fault = "stopped" | "cut" | "black-holed";

/** Breaks the way to Redis in the moment of a goal. */
function strike(fault: Fault, line: CuttableLine, match: LiveMatch): void {
  if (fault === "cut") void line.close();
  if (fault === "black-holed") line.cut();
  const goal = stage.publish(match.goal());
  if (fault === "stopped") void goal.then(() => stage.store.pause());
}

describe.each<Fault>(["stopped", "cut", "black-holed"])("an api whose Redis is %s at the moment of a goal", (fault) => {
  it("calls nothing fresh beyond the lease, and shows nothing beyond the cap, under both blind policies", async () => {
    const match = new LiveMatch(`goal-${fault}`);
    await play(stage, match);
    const lines: CuttableLine[] = [];
    const apis = await Promise.all(
      POLICIES.map(async (BLIND_POLICY) => {
        const line = await lineTo(stage.store);
        lines.push(line);
        const api = await stage.start("api", {
          REDIS_URL: line.url,
          QUEUE_REDIS_URL: line.url,
          BLIND_POLICY,
          STALE_IF_ERROR_MAX_MS: String(CAP_MS),
          L1_LEASE_MS: String(LEASE_MS),
          APPLY_LAG_MAX_MS: String(LEASE_MS),
          REDIS_TIMEOUT_MS: "300",
          MISS_WAIT_MS: "300",
        });
        return { policy: BLIND_POLICY, api, line };
      }),
    );
    for (const { api } of apis) await expect.poll(async () => (await read(api.url, match)).label).toBe("fresh");

    const delayMs = watchMachineDelay(...pidsOf(stage), ...apis.map(({ api }) => api.pid));
    const struckAt = performance.now();
    for (const [index, { line }] of apis.entries()) {
      if (fault === "stopped" && index > 0) continue;
      strike(fault, line, match);
    }
    const seen = await Promise.all(apis.map(async ({ api }) => readUntil(api.url, match, struckAt + CAP_MS + 2_500)));
    stage.store.resume();
    const machineMs = MACHINE_MS + delayMs();

    for (const [index, { policy }] of apis.entries()) {
      const reads = seen[index] ?? [];
      const last = (is: (each: Seen) => boolean): number => (reads.findLast(is)?.beganAt ?? struckAt) - struckAt;
      expect(
        last(({ label }) => label === "fresh"),
        policy,
      ).toBeLessThan(LEASE_MS + machineMs);
      if (policy === "suspend") expect(last(({ hasPrice }) => hasPrice)).toBeLessThan(LEASE_MS + machineMs);
      // No answer with a body ends later than the cap allows, and none is refused a second too early.
      expect(
        last(({ httpStatus }) => httpStatus === 200),
        policy,
      ).toBeLessThan(CAP_MS + machineMs);
      const refused = reads.filter(({ httpStatus }) => httpStatus === 503);
      expect(refused.length, policy).toBeGreaterThanOrEqual(REFUSALS);
      expect(new Set(refused.map(({ retryAfter }) => retryAfter))).toEqual(new Set(["1"]));
      const capAt = refused[0]?.endedAt ?? 0;
      expect(capAt - struckAt, policy).toBeGreaterThan(CAP_MS - BETWEEN_PROOFS_MS - machineMs);
      expect(new Set(reads.map(({ httpStatus }) => httpStatus))).toEqual(new Set([200, 503]));
      // The header says the same: what it leaves is left, to the second.
      const promising = reads.filter(({ staleIfError }) => staleIfError !== undefined);
      expect(promising.length, policy).toBeGreaterThan(0);
      for (const { endedAt, beganAt, staleIfError = 0 } of promising) {
        expect(beganAt + staleIfError * 1_000, policy).toBeLessThan(capAt + machineMs);
        expect(endedAt + (staleIfError + 1) * 1_000, policy).toBeGreaterThan(capAt - machineMs);
      }
    }
    process.stdout.write(
      `${fault}: ${seen.map((reads) => reads.length).join(" and ")} reads; last with a body after ` +
        `${seen.map((reads) => ((reads.findLast(({ httpStatus }) => httpStatus === 200)?.endedAt ?? 0) - struckAt).toFixed(0)).join(" and ")} ms\n`,
    );
    await Promise.all(apis.map(async ({ api }) => api.kill()));
    if (fault !== "cut") await Promise.all(lines.map(async (line) => line.close()));
  });
});
