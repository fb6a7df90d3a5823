import { putSnapshot, readSnapshot, type SnapshotKey } from "@touchline/queue";
import { parseRow, type Snapshot, type SnapshotRow } from "@touchline/domain";
import type { Redis } from "ioredis";
import { afterAll, describe, expect, it } from "vitest";
import { applySnapshot, type SnapshotDependencies } from "../../services/tag-manager/src/apply-snapshot.ts";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";
import { MatchScript } from "../setup/match-events.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

const KEY: SnapshotKey = { matchId: "m-1", source: "poll" };

const row = (type: string, minute: number, more: Partial<SnapshotRow> = {}): SnapshotRow => {
  const parsed = parseRow(
    { type, period: minute < 45 ? "first_half" : "second_half", minute, team: "home", ...more },
    KEY,
  );
  if ("error" in parsed) throw parsed.error;
  return parsed.row;
};

/** Pollers and tag-managers around one store. */
class Polled {
  readonly store = new TestStore(redis);
  readonly #prefix = `${this.store.prefix}-bull`;

  async put(rows: readonly SnapshotRow[], asOf?: number): Promise<string> {
    const snapshot: Snapshot = { kind: "events", rows: [...rows] };
    return (await putSnapshot(redis, this.#prefix, KEY, { text: JSON.stringify(snapshot), asOf })).outcome;
  }

  read = async (key: SnapshotKey) => readSnapshot(redis, this.#prefix, key);

  tagManager(more: Partial<SnapshotDependencies> = {}): () => Promise<{ outcome: string; version: number }> {
    const deps = { ...this.store.applyDependencies(new TruthCache(1)), readSnapshot: this.read, ...more };
    return async () => applySnapshot(deps, KEY);
  }

  async standing(): Promise<string[]> {
    const { log } = await this.store.matches.truth(KEY.matchId);
    return [...log.values()]
      .filter(({ retracted }) => !retracted)
      .map(({ type, minute }) => `${type} ${minute}`)
      .sort();
  }
}

const said = (rows: readonly SnapshotRow[]): string[] => rows.map(({ type, minute }) => `${type} ${minute}`).sort();

describe("a complete list", () => {
  it("becomes one step, whatever changed in it, and none the second time", async () => {
    const polled = new Polled();
    const apply = polled.tagManager();
    await polled.put([row("goal", 10), row("corner", 12), row("yellow_card", 20)]);
    expect(await apply()).toMatchObject({ outcome: "applied", version: 1 });
    expect(await apply()).toMatchObject({ outcome: "duplicate", version: 1 });
    const next = [row("goal", 11), row("yellow_card", 20), row("goal", 30), row("corner", 50)];
    await polled.put(next);
    expect(await apply()).toMatchObject({ outcome: "applied", version: 2 });
    expect(await polled.standing()).toEqual(said(next));
  });

  it("says what it changed where more than one thing did, and names the one where one did", async () => {
    const polled = new Polled();
    const apply = polled.tagManager();
    await polled.put([row("goal", 10), row("corner", 12)]);
    await apply();
    await polled.put([row("goal", 10), row("corner", 12), row("goal", 40)]);
    await apply();
    const messages = await polled.store.matches.feed(KEY.matchId, 0, 10);
    expect(messages.map(({ text }) => (JSON.parse(text) as { event: unknown }).event)).toMatchObject([
      { type: "snapshot", source: "poll", reason: "2 added, 0 revised, 0 retracted" },
      { type: "goal", source: "poll", id: "goal-home-first_half-2" },
    ]);
  });

  it("leaves other sources, and the fixture of its own, alone", async () => {
    const polled = new Polled();
    const script = new MatchScript(KEY.matchId);
    await polled.store.apply({ ...script.fixture(), source: "poll" }, script.goal("away", 5));
    await polled.put([]);
    expect(await polled.tagManager()()).toMatchObject({ outcome: "duplicate" });
  });

  it("that is older than the newest is put aside", async () => {
    const polled = new Polled();
    const now = Date.now();
    expect(await polled.put([row("goal", 10)], now - 1_000)).toBe("kept");
    expect(await polled.put([], now - 2_000)).toBe("superseded");
    // A source whose clock is ahead must not silence what comes after it.
    expect(await polled.put([row("goal", 11)], now + 3_600_000)).toBe("kept");
    expect(await polled.put([row("goal", 12)])).toBe("kept");
    await polled.tagManager()();
    expect(await polled.standing()).toEqual(["goal 12"]);
  });
});

describe("two pollers and two tag-managers", () => {
  it("add nothing twice and end with the newest list, however their jobs are mixed", async () => {
    const lists = [
      [row("goal", 10)],
      [row("goal", 10), row("goal", 20)],
      [row("goal", 20)],
      [],
      [row("goal", 10), row("corner", 3), row("goal", 50)],
    ];
    for (let round = 0; round < 8; round++) {
      const polled = new Polled();
      const managers = [polled.tagManager(), polled.tagManager()];
      const work: Promise<unknown>[] = [];
      for (const [k, list] of lists.entries()) {
        await Promise.all([polled.put(list), polled.put(list)]);
        for (const manager of k === lists.length - 1 ? managers : managers.slice(k % 2)) work.push(manager());
      }
      await Promise.all(work);
      expect(await polled.standing()).toEqual(said(lists.at(-1) ?? []));
      const { version } = await polled.store.matches.truth(KEY.matchId);
      expect(version).toBeLessThanOrEqual(lists.length);
    }
  });

  it("are safe from a tag-manager that was stopped while it held an older list", async () => {
    const polled = new Polled();
    const goal = [row("goal", 10)];
    await polled.put(goal);
    await polled.tagManager()();
    // The goal is taken back for a moment; who applies that is stopped after it has read the list.
    await polled.put([]);
    const held = Promise.withResolvers<undefined>();
    const resumed = Promise.withResolvers<undefined>();
    let reads = 0;
    const stopped = polled.tagManager({
      readSnapshot: async (key) => {
        const read = await polled.read(key);
        if (++reads === 1) {
          held.resolve(undefined);
          await resumed.promise;
        }
        return read;
      },
    })();
    await held.promise;
    // Meanwhile the goal is back, which is what the log says already: there is no step that could overtake the stopped
    // one.
    await polled.put(goal);
    expect(await polled.tagManager()()).toMatchObject({ outcome: "duplicate" });
    resumed.resolve(undefined);
    await stopped;
    expect(await polled.standing()).toEqual(["goal 10"]);
  });
});
