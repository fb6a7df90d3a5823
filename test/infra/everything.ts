import { readFile } from "node:fs/promises";
import { parseTimelines } from "@touchline/feeds";
import type { MatchEventInput } from "@touchline/domain";
import { DEAD_LETTER_QUEUE, enqueueEvents, EVENTS_QUEUE, openQueue, REFRESH_QUEUE } from "@touchline/queue";
import { FlowProducer, type Queue } from "bullmq";
import type { Redis } from "ioredis";
import { expect } from "vitest";
import { replayMatch } from "../../tools/cli/src/replay/replay-match.ts";
import { LiveMatch, takenBack } from "../faults/support/live-match.ts";
import { PATIENCE_MS } from "../setup/patience.ts";
import type { RunningService } from "../setup/services.ts";
import { patientClient } from "../setup/patient-client.ts";

/** One installation, with connections from outside it. */
export interface Ground {
  readonly api: RunningService;
  readonly apiKey: string;
  readonly adminPassword: string;
  /** The only one; it is stopped in the end. */
  readonly worker: RunningService;
  readonly startWorker: (env?: Record<string, string>) => Promise<RunningService>;
  /** What other teams publish through. */
  readonly producer: Redis;
  /** May do anything, on either server. */
  readonly storeAdmin: Redis;
  readonly queueAdmin: Redis;
}

const PREFIX = "tl";
const BULL_PREFIX = "bull";

/**
 * Has an installation do everything it can do: a whole match, events in every shape, every route, the dashboard, dead
 * letters, a worker that dies at work, a match whose truth has gone, no worker at all. Returns once all of it has come
 * out right.
 */
export async function doEverything(ground: Ground): Promise<void> {
  await playWholeMatch(ground);
  await playLiveMatch(ground);
  await buryNonsense(ground);
  await lookAtQueues(ground);
  await loseWorker(ground);
  await forgetMatch(ground);
  await doWithoutWorkers(ground);
}

const clientOf = ({ api, apiKey }: Ground) => patientClient({ url: api.url, apiKey });
const eventsOf = ({ producer }: Ground): Queue => openQueue(EVENTS_QUEUE, producer, BULL_PREFIX);

async function playWholeMatch(ground: Ground): Promise<void> {
  const text = await readFile(new URL("../../data/demo.ndjson", import.meta.url), "utf8");
  const [lines = []] = parseTimelines(text).values();
  const client = clientOf(ground);
  await replayMatch(client, lines, { matchId: "whole", speed: "max" });
  const { markets } = await client.predictions("whole");
  expect(new Set(Object.values(markets).map(({ status }) => status))).toEqual(new Set(["settled"]));
}

async function playLiveMatch(ground: Ground): Promise<void> {
  const client = clientOf(ground);
  const events = eventsOf(ground);
  const match = new LiveMatch("live");
  const publish = async (...some: MatchEventInput[]) => enqueueEvents(events, some);
  const status = async (market: string, variant?: string) =>
    (await client.predictions("live", { markets: [market], ...(variant ? { variant } : {}) })).markets[market]?.status;
  await publish(...match.opening());
  await expect.poll(async () => status("match_result").catch(() => undefined)).toBe("fresh");
  for (const variant of ["market-blend", "decimal-105"])
    await expect.poll(async () => status("match_result", variant)).toBe("fresh");

  const goal = match.goal();
  await publish(match.corner(), goal, goal);
  await publish(takenBack(goal));
  await client.publish([match.corner("away"), match.event("fixture")]).catch(() => undefined);
  await expect.poll(async () => status("match_result")).toBe("fresh");

  await client.markets();
  await client.matches({ status: "live" });
  await client.match("live");
  await client.impact({ ...match.goal("away") });
  await client.explain("live", "match_result", { event: `${goal.source}/${goal.id}` });
  await client.invalidate("live", { scope: "all", severity: "hard", reason: "a test" });
  await expect.poll(async () => status("corners_over_under_9_5")).toBe("fresh");
  const resumed = client.stream("live", { lastEventId: "0", signal: AbortSignal.timeout(PATIENCE_MS) });
  expect((await resumed.next()).done).toBe(false);
  await resumed.return(undefined);
  for (const [method, path, body] of [
    ["GET", "/v1/cache/stats"],
    ["PUT", "/v1/cache/stats/sampling", '{"rate":1}'],
    ["POST", "/v1/cache/stats/reset"],
    ["GET", "/readyz"],
    ["GET", "/metrics"],
    ["GET", "/v1/keys"],
  ] as const)
    expect([path, (await ask(ground, method, path, body)).status]).toEqual([path, 200]);
  const created = await ask(ground, "POST", "/v1/keys", '{"name":"desk","scopes":["read"]}');
  const revoked = await ask(ground, "DELETE", "/v1/keys/desk");
  const guessed = await ask(ground, "GET", "/v1/keys", undefined, { authorization: "Bearer wrong" });
  expect([created.status, revoked.status, guessed.status]).toEqual([201, 204, 401]);
}

/** Jobs that are no events and no refresh jobs: both services bury theirs. */
async function buryNonsense(ground: Ground): Promise<void> {
  await eventsOf(ground).add("goal", { no: "event" }, { jobId: "nonsense", delay: 10 * 365 * 86_400_000 });
  const flows = new FlowProducer({ connection: ground.queueAdmin, prefix: BULL_PREFIX });
  const children = [{ name: "never", queueName: "elsewhere" }];
  await flows.add({ name: "goal", queueName: EVENTS_QUEUE, data: { no: "event" }, children });
  await openQueue(REFRESH_QUEUE, ground.queueAdmin, BULL_PREFIX).add("refresh", { no: "match" });
  const letters = openQueue(DEAD_LETTER_QUEUE, ground.queueAdmin, BULL_PREFIX);
  await expect.poll(async () => letters.count()).toBe(3);
}

async function lookAtQueues(ground: Ground): Promise<void> {
  const [letter] = await openQueue(DEAD_LETTER_QUEUE, ground.queueAdmin, BULL_PREFIX).getJobs(["wait"]);
  for (const [method, path] of [
    ["GET", "/api/queues"],
    ["GET", "/api/queues?activeQueue=refresh&status=completed&page=1&jobsPerPage=10"],
    ["GET", "/api/queues?activeQueue=match-events&status=failed&page=1&jobsPerPage=10"],
    ["GET", `/api/queues/dead-letters/${letter?.id}`],
    ["GET", `/api/queues/dead-letters/${letter?.id}/logs`],
    ["PUT", "/api/queues/refresh/retry/failed"],
  ] as const) {
    const { status } = await ask(ground, method, `/admin/queues${path}`, undefined, {
      authorization: `Basic ${Buffer.from(`admin:${ground.adminPassword}`).toString("base64")}`,
      "sec-fetch-site": "same-origin",
    });
    expect([path, status]).toEqual([path, 200]);
  }
}

/** Another worker gets its job back. */
async function loseWorker(ground: Ground): Promise<void> {
  const client = clientOf(ground);
  const slow = await ground.startWorker({ SIMULATE_LATENCY_MS: "3000", WORKER_CONCURRENCY: "64" });
  const matches = Array.from({ length: 20 }, (_none, index) => new LiveMatch(`lost-${index}`));
  await enqueueEvents(
    eventsOf(ground),
    matches.flatMap((match) => match.opening()),
  );
  const lines = async () => ground.queueAdmin.llen(`${BULL_PREFIX}:${REFRESH_QUEUE}:active`);
  await expect.poll(lines).toBeGreaterThan(0);
  await slow.kill();
  for (const { matchId } of matches)
    await expect
      .poll(
        async () =>
          (await client.predictions(matchId, { markets: ["match_result"] }).catch(() => undefined))?.markets[
            "match_result"
          ]?.status,
      )
      .toBe("fresh");
}

/** A match in the index without truth, as after its expiry: the reconciler takes it out. */
async function forgetMatch({ storeAdmin }: Ground): Promise<void> {
  await storeAdmin.zadd(`${PREFIX}:matches`, 1, "long-gone");
  await expect.poll(async () => storeAdmin.zscore(`${PREFIX}:matches`, "long-gone")).toBeNull();
}

/** The api refreshes what its readers wait for. */
async function doWithoutWorkers(ground: Ground): Promise<void> {
  await ground.worker.stop();
  const client = clientOf(ground);
  await enqueueEvents(eventsOf(ground), new LiveMatch("alone").opening());
  const read = async () => client.predictions("alone", { markets: ["match_result"] }).catch(() => undefined);
  await expect.poll(async () => (await read())?.markets["match_result"]?.status).toBe("fresh");
}

async function ask(
  { api, apiKey }: Ground,
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = { authorization: `Bearer ${apiKey}` },
): Promise<Response> {
  return fetch(`${api.url}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}
