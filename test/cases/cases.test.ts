import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRedis, type TestRedis } from "../setup/redis.ts";
import { type Installation, startInstallation } from "../setup/services.ts";
import { casesIn } from "./case.ts";
import { type CasePlayer, playCase } from "./play-case.ts";

let server: TestRedis;
let installation: Installation;
beforeAll(async () => {
  server = await startRedis();
  // Two tag-managers: no case may depend on who of them takes which event.
  installation = await startInstallation({ redisUrl: server.url, prefix: "cases", tagManagers: 2 });
}, 60_000);
afterAll(async () => {
  await installation.stop();
  await server.stop();
});

const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
const CASE_DEADLINE_MS = 60_000;

const ORDERS: readonly [string, CasePlayer["order"]][] = [
  ["in order", (events) => events],
  ["backwards", (events) => events.toReversed()],
  [
    `shuffled, SEED=${seed}`,
    (events) =>
      events
        .map((event) => ({ event, key: drawn(event.index) }))
        .sort((a, b) => a.key - b.key)
        .map(({ event }) => event),
  ],
];

/** A number that the seed gives to a place; no two runs of one seed differ. */
function drawn(index: number): number {
  return (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
}

describe.concurrent.each(casesIn(fileURLToPath(new URL(".", import.meta.url))))(
  "what feeds and clients send: %s",
  (_file, cases) => {
    describe.each(cases)("$id", (played) => {
      it.each(played.anyOrder ? ORDERS : ORDERS.slice(0, 1))(
        `${played.because} (%s)`,
        { timeout: CASE_DEADLINE_MS },
        async (_how, order) => {
          const url = installation.apis[0]?.url ?? "";
          expect(await playCase({ url, order }, played)).toEqual([]);
        },
      );
    });
  },
);
