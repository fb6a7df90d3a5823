import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bundledMatch } from "./testing/bundled.ts";
import { stateOf } from "./testing/parsed-state.ts";
import { ADAPTERS, adapterFor } from "./adapters.ts";

const demo = readFileSync(new URL("../../../data/demo.ndjson", import.meta.url), "utf8");

describe("formats", () => {
  it("are found by their names", () => {
    for (const adapter of ADAPTERS) expect(adapterFor(adapter.name)).toBe(adapter);
    expect(adapterFor("teletext")).toBeUndefined();
  });

  it.each(ADAPTERS.map((adapter) => [adapter.name, adapter] as const))(
    "%s refuses or names what is not it",
    (_name, adapter) => {
      for (const text of ["", "{}", "[]", "<a/>", "null", "not a feed"]) {
        const outcome = (() => {
          try {
            const { matches, faults } = adapter.parse({
              documents: [{ name: "file", text }],
              matchId: "m1",
              kickoff: 0,
            });
            return matches.filter((match) => match.kind !== "events" || match.events.length > 0).length === 0 || faults;
          } catch (error) {
            return (error as Error).name;
          }
        })();
        expect([true, "FeedError"]).toContain(outcome);
      }
    },
  );
});

describe("our own formats", () => {
  it("read a timeline, with its bad lines named and left out", () => {
    const lines = demo.trimEnd().split("\n");
    const text = `\uFEFF${[...lines.slice(0, 40), "{", '{"match_id":"x"}', ...lines.slice(40)].join("\n")}`;
    const { matches, faults } = adapterFor("timeline")!.parse({ documents: [{ name: "demo.ndjson", text }] });
    expect(faults.map(({ where }) => where)).toEqual(["demo.ndjson, line 41", "demo.ndjson, line 42"]);
    expect(matches).toMatchObject([{ matchId: bundledMatch()[0]?.match_id, kind: "events" }]);
    expect(stateOf(matches[0]).over).toBe(true);
  });

  it("name a line whose payload is not what its type promises", () => {
    const text = demo.replace(/"colour":\s*"yellow"/, '"colour":"green"');
    const { faults } = adapterFor("timeline")!.parse({ documents: [{ name: "demo.ndjson", text }] });
    expect(faults).toMatchObject([{ rule: expect.stringContaining("colour") as string }]);
  });

  it("read an incident feed, once they know when it starts", () => {
    const event = { type: "goal", period: "1H", minute: 10, second: 5, team: "home", payload: {} };
    const message = {
      match_id: "m1",
      kind: "event",
      recv_ms: 1,
      sent_ms: 1,
      feed_seq: 1,
      action: "insert",
      event_id: "m1:7",
      version: 1,
      confirmation: "confirmed",
      event,
    };
    const documents = [{ name: "feed", text: `${JSON.stringify(message)}\n{"match_id":"m1"}\n` }];
    const incident = adapterFor("incident")!;
    expect(() => incident.parse({ documents })).toThrow("give the kick-off");
    const { matches, faults } = incident.parse({ documents, kickoff: 0 });
    expect(stateOf(matches[0]).score.home).toBe(1);
    expect(faults).toMatchObject([{ where: "feed, line 2" }]);
  });
});
