import { TruthIncompleteError } from "@touchline/cache";
import { createLogger, Metrics } from "@touchline/platform";
import { expect, it } from "vitest";
import { LostLogs } from "./lost-logs.ts";
import { createTagManagerMetrics } from "./tag-manager-metrics.ts";

it("a lost log is counted at each encounter, and logged once a minute for each match", async () => {
  const registry = new Metrics({ processMetrics: false });
  const logged: string[] = [];
  const log = createLogger({ service: "test", level: "silent" });
  log.error = (fields: { matchId: string }) => logged.push(fields.matchId);
  const lostLogs = new LostLogs(log, createTagManagerMetrics(registry, { add: () => undefined }));
  const [one, other] = [new TruthIncompleteError("m-1"), new TruthIncompleteError("m-2")];
  expect([0, 59_999, 60_000].map((now) => lostLogs.met(one, "m-1", now))).toEqual([true, true, true]);
  expect(lostLogs.met(other, "m-2", 60_001)).toBe(true);
  expect(lostLogs.met(new Error("no connection"), "m-1", 200_000)).toBe(false);
  expect(logged).toEqual(["m-1", "m-1", "m-2"]);
  expect(await registry.registry.metrics()).toMatch(/^touchline_truth_incomplete_total 4$/m);
});
