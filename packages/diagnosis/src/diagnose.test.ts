import { readFileSync } from "node:fs";
import type { HealthSnapshot } from "@touchline/contract";
import { describe, expect, it } from "vitest";
import { diagnose, diagnoseSilence, type FindingCode } from "./diagnose.ts";
import { percentileOf } from "./percentile.ts";

const REDIS: HealthSnapshot["store"] = {
  answers: true,
  pingMs: 1,
  usedBytes: 1_000,
  maxBytes: 0,
  policy: "noeviction",
  policyProblem: null,
  appendOnly: true,
  diskProblem: null,
  version: "7.0.15",
};

const WELL: HealthSnapshot = {
  at: "2026-11-28T20:00:00.000Z",
  version: "0.1.0",
  node: "v26.9.0",
  graphVersion: "abc",
  upSeconds: 60,
  store: REDIS,
  queue: REDIS,
  changesArrive: true,
  processes: [
    { role: "tag-manager", count: 1, quietSeconds: [1] },
    { role: "worker", count: 2, quietSeconds: [1, 3] },
  ],
  events: { waiting: 0, oldestSeconds: 0, unknownForSeconds: 0.1, unknown: false, matches: [] },
  refreshes: { waiting: 0, active: 0, oldestSeconds: 0, longestActiveSeconds: 0, matches: [] },
  deadLetters: 0,
  matches: { listed: 1, mostListed: 1, live: [], complete: true },
  recent: { windowSeconds: 600, eventToFresh: [], computeMs: [2, 3], refreshes: 2 },
  efficiency: { requests: 10, computes: 2 },
};

const SILENT: HealthSnapshot["store"] = {
  answers: false,
  pingMs: null,
  usedBytes: null,
  maxBytes: null,
  policy: null,
  policyProblem: null,
  appendOnly: null,
  diskProblem: null,
  version: null,
};

const EVENTS_WAIT = { ...WELL.events, waiting: 4, oldestSeconds: 14.5 };
const REFRESHES_WAIT = { waiting: 6, active: 0, oldestSeconds: 14, longestActiveSeconds: 0, matches: [] };

function processes(tagManagers: readonly number[], workers: readonly number[]): HealthSnapshot["processes"] {
  return [
    { role: "tag-manager", count: tagManagers.length, quietSeconds: [...tagManagers] },
    { role: "worker", count: workers.length, quietSeconds: [...workers] },
  ];
}

/** Each case: what is different from an installation that is well, and what is found first. */
const CASES: readonly [situation: string, change: Partial<HealthSnapshot>, found: FindingCode, words: RegExp][] = [
  ["Redis is frozen", { store: SILENT, queue: SILENT }, "redis-silent", /both its roles/],
  ["the store is frozen", { store: SILENT }, "store-silent", /The store Redis/],
  ["the queue is frozen", { queue: SILENT, processes: null, refreshes: null }, "queue-silent", /cannot be accepted/],
  ["the queue's disk is full", { queue: { ...REDIS, diskProblem: "no space" } }, "disk-full", /refuses new events/],
  [
    "the store was emptied",
    { matches: { listed: 0, mostListed: 3, live: [], complete: true } },
    "store-emptied",
    /it held 3 matches/,
  ],
  ["the policy is wrong", { store: { ...REDIS, policyProblem: "allkeys" } }, "eviction-policy", /allkeys/],
  ["memory is short", { queue: { ...REDIS, usedBytes: 95, maxBytes: 100 } }, "memory-short", /95 %/],
  ["the subscription is lost", { changesArrive: false }, "changes-lost", /do not reach/],
  ["the jobs cannot be read", { processes: null, refreshes: null }, "queue-unread", /cannot read the jobs/],
  ["tag-managers are gone", { processes: processes([], [1]), events: EVENTS_WAIT }, "no-tag-manager", /for 14.5 s/],
  ["tag-managers are gone and nothing waits", { processes: processes([], [1]) }, "no-tag-manager", /new events will/],
  [
    "the tag-manager is frozen",
    { processes: processes([15], [1]), events: EVENTS_WAIT },
    "tag-manager-frozen",
    /4 acc/,
  ],
  [
    "tag-managers are too slow",
    { processes: processes([15, 0], [1]), events: EVENTS_WAIT },
    "events-wait",
    /too slowly/,
  ],
  ["the queue cannot be looked at", { events: { ...WELL.events, unknown: true } }, "events-unknown", /Nobody/],
  ["workers are killed", { processes: processes([1], []), refreshes: REFRESHES_WAIT }, "no-worker", /6 refreshes wait/],
  ["workers are frozen", { processes: processes([1], [20]), refreshes: REFRESHES_WAIT }, "worker-frozen", /connected/],
  ["workers are too few", { processes: processes([1], [0]), refreshes: REFRESHES_WAIT }, "refreshes-wait", /keep up/],
  ["the model is slow", { recent: { ...WELL.recent, computeMs: [900, 1_200, 800] } }, "model-slow", /900 ms/],
  [
    "events are late",
    {
      recent: {
        ...WELL.recent,
        eventToFresh: Array.from({ length: 6 }, () => ({ at: WELL.at, ms: 3_000, matchId: "m" })),
      },
    },
    "fresh-late",
    /3.0 s/,
  ],
  ["jobs were refused", { deadLetters: 2 }, "dead-letters", /2 jobs were/],
];

describe("the diagnosis", () => {
  it("says in one sentence that all is well", () => {
    expect(diagnose(WELL)).toEqual({
      status: "well",
      sentence: "All is well: no match is being played, every accepted event has been applied, 2 workers are ready.",
      findings: [],
    });
  });

  it.each(CASES)("names the cause when %s", (_situation, change, found, words) => {
    const { status, sentence, findings } = diagnose({ ...WELL, ...change });
    expect(findings[0]).toMatchObject({ code: found, sentence: expect.stringMatching(words) as string });
    expect(sentence).toBe(findings[0]?.sentence);
    expect(status).toBe(findings[0]?.gravity);
    expect(findings[0]?.action).toMatch(/^[A-Z].*\.$/s);
  });

  it("names a cause once, without what follows from it", () => {
    const frozen = { ...WELL, store: SILENT, queue: SILENT, processes: null, refreshes: null, matches: null };
    expect(diagnose(frozen).findings).toHaveLength(1);
  });

  it("puts the gravest first", () => {
    const both = { ...WELL, deadLetters: 1, processes: processes([1], []), refreshes: REFRESHES_WAIT };
    expect(diagnose(both).findings.map(({ gravity }) => gravity)).toEqual(["down", "watch"]);
  });

  it("says how long the api has been silent", () => {
    expect(diagnoseSilence(12.4)).toMatchObject({
      status: "down",
      sentence: expect.stringContaining("for 12 s") as string,
    });
    expect(diagnoseSilence(undefined).sentence).toMatch(/^The api does not answer/);
  });

  it("has a section of the runbook for everything that it finds", () => {
    const page = readFileSync(new URL("../../../docs/runbook.md", import.meta.url), "utf8");
    const codes = [...CASES.map(([, , code]) => code), "api-silent"];
    for (const code of codes) expect(page).toContain(`\n## ${code}\n`);
    const sections = [...page.matchAll(/^## (\S+)$/gm)].map(([, code]) => code);
    expect(sections.filter((code) => !codes.includes(code as FindingCode))).toEqual([]);
  });
});

describe("a percentile", () => {
  it("is one of the values", () => {
    expect(percentileOf([3, 1, 2], 0.5)).toBe(2);
    expect(percentileOf([3, 1, 2], 0.95)).toBe(3);
    expect(percentileOf([], 0.5)).toBeUndefined();
  });
});
