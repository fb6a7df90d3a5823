import { describe, expect, it } from "vitest";
import type { MatchEvent } from "../events/event.ts";
import { type Fold, foldLog, foldOn } from "../match/fold-events.ts";
import { first, fixture, fullTime, happening, HOME, KICK_OFF_AT, kickOff, logOf } from "../testing/example-events.ts";
import { watchedEvents } from "./source-watch.ts";

const SECOND = 1_000;
const policy = {
  order: { default: [{ source: "official" }, { source: "fast" }] },
  suspendSeconds: 60,
  silentSeconds: 30,
};
const set = (): MatchEvent => happening("sources_policy", -100, { source: "touchline", payload: { policy } });
const beat = (source: string, seconds: number): MatchEvent =>
  happening("heartbeat", seconds / 60, { source, id: "heartbeat", revision: 1 + Math.max(0, Math.round(seconds)) });
const at = (seconds: number): number => KICK_OFF_AT + seconds * SECOND;
const folded = (...events: readonly MatchEvent[]): Fold => foldLog(logOf([fixture(), set(), ...events]));
const shown = (events: readonly MatchEvent[]): unknown[] =>
  events.map(({ type, occurredAt, payload }) => [
    type,
    Math.round((Date.parse(occurredAt) - KICK_OFF_AT) / SECOND),
    payload,
  ]);

describe("what is written down because time has passed", () => {
  it("ends the wait for a confirmation, once, at the same moment for whoever looks", () => {
    const goal = first(1, "goal", { ...HOME, source: "fast", id: "g1" });
    const fold = folded(beat("official", 119), beat("fast", 119), goal);
    expect(watchedEvents("m1", fold, at(119))).toEqual([]);
    const [lapse] = watchedEvents("m1", fold, at(121));
    expect(shown([lapse!])).toEqual([["confirmation_lapsed", 120, { source: "fast", id: "g1" }]]);
    expect(watchedEvents("m1", fold, at(140))[0]).toEqual(lapse);
    const after = foldOn(fold, lapse!);
    expect(after.state.sources?.awaited).toEqual([]);
    expect(watchedEvents("m1", after, at(122))).toEqual([]);
  });

  it("says that a source is silent since it was last received, and that it is back", () => {
    const fold = folded(kickOff(), beat("official", 100), beat("fast", 130));
    expect(watchedEvents("m1", fold, at(130))).toEqual([]);
    const [silent] = watchedEvents("m1", fold, at(131));
    const since = new Date(at(100)).toISOString().replace(".000Z", "Z");
    expect(shown([silent!])).toEqual([["source_silent", 130, { source: "official", since }]]);
    const quiet = foldOn(fold, silent!);
    expect(quiet.state.sources?.silent).toEqual(["official"]);
    expect(watchedEvents("m1", quiet, at(135))).toEqual([]);
    const received = [beat("official", 150), beat("fast", 150)].reduce((known, event) => foldOn(known, event), quiet);
    expect(shown(watchedEvents("m1", received, at(152)))).toEqual([
      ["source_back", 150, { source: "official", complete: false }],
    ]);
    expect(
      watchedEvents("m1", received, at(152)).reduce((known, event) => foldOn(known, event), received).state.sources
        ?.silent,
    ).toEqual([]);
  });

  it("does not end a silence that the source itself or a trader has reported", () => {
    const gap = happening("feed_gap", 1, { source: "official" });
    const reported = happening("source_silent", 1, { source: "desk", payload: { source: "fast" } });
    const fold = folded(kickOff(), beat("official", 100), beat("fast", 100), gap, reported);
    expect(fold.state.sources?.silent).toEqual(["fast", "official"]);
    expect(watchedEvents("m1", fold, at(110))).toEqual([]);
  });

  it("waits from the kick-off for a source that has not begun, and looks at none before or after the match", () => {
    const fold = folded(beat("fast", 20));
    expect(watchedEvents("m1", fold, at(-1))).toEqual([]);
    expect(shown(watchedEvents("m1", fold, at(31)))).toMatchObject([["source_silent", 30, { source: "official" }]]);
    const ended = [kickOff(), fullTime()].map((event) => ({ ...event, source: "official" }));
    expect(watchedEvents("m1", folded(...ended), at(20_000))).toEqual([]);
  });

  it("is nothing without a policy", () => {
    expect(watchedEvents("m1", foldLog(logOf([fixture(), kickOff()])), at(9_999))).toEqual([]);
  });
});

describe("a heartbeat", () => {
  it("is kept in its newest revision, and changes nothing", () => {
    const before = folded(kickOff());
    const after = [beat("fast", 10), beat("fast", 30), beat("fast", 20)].reduce(
      (fold, event) => foldOn(fold, event),
      before,
    );
    expect(after.state).toBe(before.state);
    expect(after.log.size).toBe(before.log.size + 1);
    expect(foldLog(after.log).state).toEqual(before.state);
  });
});
