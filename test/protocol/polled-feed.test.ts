import { appendEvent, type EventLog, foldEvents, MatchEvent, parseRow, type SnapshotRow } from "@touchline/domain";
import { timelineToEvents } from "@touchline/feeds";
import { putSnapshot, readSnapshot, type SnapshotKey } from "@touchline/queue";
import type { Redis } from "ioredis";
import { afterAll, expect, it } from "vitest";
import { randomFrom } from "../../packages/domain/src/testing/random-source.ts";
import { bundledMatch } from "../../packages/feeds/src/testing/bundled.ts";
import { applySnapshot, type SnapshotDependencies } from "../../services/tag-manager/src/apply-snapshot.ts";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { newsOf, pollsOf } from "../setup/polls.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

const KICKOFF = Date.parse("2026-08-15T14:00:00.000Z");
const HOUR_MS = 3_600_000;
const EVERY_MS = 15_000;
const SEED = Number(process.env["POLLS_SEED"] ?? Math.floor(Math.random() * 2 ** 32));

it.each(["demo.ndjson", "timelines/southampton-west-ham-3-2.ndjson"])(
  `polls of %s, mistaken on the way, make one step each that says something new (POLLS_SEED=${SEED})`,
  async (file) => {
    const [fixture, ...events] = timelineToEvents(bundledMatch(file), { kickoff: KICKOFF, speed: 1 });
    if (fixture?.type !== "fixture") throw new Error(`${file} does not begin with its fixture`);
    const key: SnapshotKey = { matchId: fixture.matchId, source: "poll" };
    const store = new TestStore(redis);
    store.now = KICKOFF + 5 * HOUR_MS;
    await store.apply(MatchEvent.parse(fixture));
    const prefix = `${store.prefix}-bull`;
    const deps: SnapshotDependencies = {
      ...store.applyDependencies(new TruthCache(1)),
      readSnapshot: async (of) => readSnapshot(redis, prefix, of),
    };

    let news = "";
    let steps = 0;
    let silent = 0;
    const unlike: string[] = [];
    for (const [poll, rows] of pollsOf(events, { everyMs: EVERY_MS, random: randomFrom(SEED) }).entries()) {
      // Once is enough to see that a list without news makes no step.
      silent = newsOf(rows) === news ? silent + 1 : 0;
      if (silent > 1) continue;
      const text = JSON.stringify({ kind: "events", rows: rows.map((row) => parsed(row, key)) });
      await putSnapshot(redis, prefix, key, { text, asOf: undefined });
      const expected = silent > 0 ? "duplicate" : "applied";
      const { outcome, version } = await applySnapshot(deps, key);
      if (expected === "applied") steps++;
      if (outcome !== expected || version !== 1 + steps) unlike.push(`poll ${poll}: ${outcome}, version ${version}`);
      news = newsOf(rows);
    }
    expect(unlike).toEqual([]);
    expect(steps).toBeGreaterThan(50);

    const { log, state } = await store.matches.truth(key.matchId);
    const standing = [...log.values()].filter(({ retracted }) => !retracted);
    expect(standing).toHaveLength(1 + events.length);
    const reported = [fixture, ...events]
      .map((event) => MatchEvent.parse(event))
      .reduce<EventLog>(appendEvent, new Map());
    expect(state).toEqual(foldEvents(reported));
  },
);

function parsed(row: unknown, key: SnapshotKey): SnapshotRow {
  const result = parseRow(row, key);
  if ("error" in result) throw result.error;
  return result.row;
}
