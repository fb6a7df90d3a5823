import {
  appendEvent,
  type EventLog,
  FACT_NAMES,
  changedFacts,
  EMPTY_STATE,
  foldEvents,
  MatchEvent,
} from "@touchline/domain";
import { describe, expect, it } from "vitest";
import type { Arrival } from "../arrival.ts";
import { withInjectedEvents } from "./injected-events.ts";
import { bundledMatches, levelMatch } from "../testing/bundled-matches.ts";

const matches = bundledMatches().map(({ events }) => events);
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

function logOf(events: readonly MatchEvent[]): EventLog {
  return events.reduce<EventLog>((log, event) => appendEvent(log, event), new Map());
}

function final(arrivals: readonly Arrival[]): ReturnType<typeof foldEvents> {
  return foldEvents(logOf(arrivals.map(({ event }) => event)));
}

describe("events put between those of a real match", () => {
  it("are the same for the same seed, and others for another", () => {
    const [match = []] = matches;
    expect(withInjectedEvents(match, 3)).toEqual(withInjectedEvents(match, 3));
    expect(withInjectedEvents(match, 3)).not.toEqual(withInjectedEvents(match, 4));
  });

  it("leave score, corners and cards of regular time as they were", () => {
    for (const match of matches)
      for (const seed of SEEDS) {
        const played = final(withInjectedEvents(match, seed));
        const real = foldEvents(logOf(match));
        expect([played.score, played.halfTimeScore, played.counts, played.halfTimeCounts]).toEqual([
          real.score,
          real.halfTimeScore,
          real.counts,
          real.halfTimeCounts,
        ]);
      }
  });

  it("keep to the order of the match, revisions and late words aside", () => {
    const [match = []] = matches;
    const firsts = withInjectedEvents(match, 1).filter(({ event }) => event.revision === 1 && !event.retracted);
    const numbers = firsts.map(({ event }) => event.sequence ?? 0);
    expect(numbers.every((number) => Number.isInteger(number))).toBe(true);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it("take a level knock-out match through extra time and a shoot-out, sooner or later", () => {
    const level = levelMatch();
    const periodsBySeed = SEEDS.map(
      (seed) => new Set(withInjectedEvents(level, seed).map(({ event }) => event.period)),
    );
    expect(periodsBySeed.some((periods) => periods.has("extra_second_half") && !periods.has("shoot_out"))).toBe(true);
    expect(periodsBySeed.some((periods) => periods.has("shoot_out"))).toBe(true);
  });

  it("change every fact there is, but for what takes a second source", () => {
    const changed = new Set<string>(["sources"]);
    for (const match of matches)
      for (const seed of SEEDS) {
        let log: EventLog = new Map();
        let before = EMPTY_STATE;
        for (const { event } of withInjectedEvents(match, seed)) {
          log = appendEvent(log, event);
          const after = foldEvents(log);
          for (const fact of changedFacts(before, after)) changed.add(fact);
          before = after;
        }
      }
    expect(FACT_NAMES.filter((fact) => !changed.has(fact))).toEqual([]);
  });
});
