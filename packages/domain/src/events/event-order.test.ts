import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MatchEvent } from "./event.ts";
import { eventKey } from "./event-log.ts";
import { inMatchOrder } from "./event-order.ts";
import { anyLog } from "../testing/any-event.ts";
import { randomFrom, scattered } from "../testing/random-source.ts";
import {
  AWAY,
  endOf,
  first,
  fixture,
  fullTime,
  happening,
  HOME,
  kickOff,
  lineup,
  logOf,
} from "../testing/example-events.ts";
import { numbered, second, startOf } from "../testing/example-events.ts";

/** The events, reported in the worst order, must come out in the order in which they are written here. */
function expectOrder(...events: MatchEvent[]): void {
  for (const seed of [1, 2, 3, 4]) {
    const reported = new Set(scattered(events, randomFrom(seed)));
    expect(inMatchOrder(reported).map(describeEvent)).toEqual(events.map(describeEvent));
  }
}

const describeEvent = ({ type, id, minute, sequence }: MatchEvent): string =>
  [type, id, minute && `${minute}'`, sequence && `#${sequence}`].filter(Boolean).join(" ");

describe("match order", () => {
  it("follows sequence numbers where clocks disagree with them", () => {
    expectOrder(...numbered([fixture(), kickOff(), first(40, "corner", HOME), first(12, "corner", HOME), fullTime()]));
  });

  it("puts first-half stoppage before the second half, although its minutes are higher", () => {
    expectOrder(first(47, "corner", HOME), endOf("first_half"), startOf("second_half"), second(45, "corner", HOME));
  });

  it("puts an event with a period and no minute between that period's start and end", () => {
    expectOrder(
      kickOff(),
      happening("goal", 3, { ...HOME, period: "first_half" }),
      first(2, "corner", HOME),
      endOf("first_half"),
      startOf("second_half"),
      second(93, "corner", HOME),
      endOf("second_half"),
      fullTime(),
    );
  });

  it("puts an event without a second at the end of its minute", () => {
    expectOrder(
      first(10, "corner", { ...HOME, second: 58 }),
      first(10, "corner", HOME),
      first(11, "corner", { ...HOME, second: 0 }),
    );
  });

  it("puts the award of a penalty before its kick, and the kick before its goal", () => {
    const [awarded, taken, goal] = ["penalty_awarded", "penalty_taken", "goal"].map((type) =>
      first(30, type, { ...HOME, id: `z-${type}`, payload: type === "penalty_taken" ? { scored: true } : {} }),
    );
    const card = first(30, "yellow_card", { ...AWAY, id: "a" });
    expectOrder(awarded!, taken!, goal!, card);
  });

  it("breaks ties by time, then source, then id", () => {
    const corner = (id: string, source: string, minutes: number) =>
      happening("corner", minutes, { ...HOME, period: "first_half", minute: 8, id, source });
    expectOrder(corner("z", "z", 7), corner("z", "a", 8), corner("a", "b", 8), corner("b", "b", 8));
  });

  it("treats a kick_off with a period as the start of that period", () => {
    const again = happening("kick_off", 62, { period: "second_half" });
    expectOrder(kickOff(), first(30, "corner", HOME), endOf("first_half"), again, second(46, "corner", HOME));
  });
});

describe("a numbered feed with unnumbered corrections", () => {
  const [start, early, late, pause, restart] = numbered(
    [kickOff(), first(10, "corner", HOME), first(40, "corner", HOME), endOf("first_half"), startOf("second_half")],
    10,
  ) as [MatchEvent, MatchEvent, MatchEvent, MatchEvent, MatchEvent];

  it("puts a correction after all numbered events up to the correction's clock", () => {
    expectOrder(start, early, first(20, "goal", HOME), late, pause, restart, second(50, "goal", AWAY));
  });

  it("puts a numbered event without a clock between its neighbours by number", () => {
    const odds = { ...happening("odds_update", 15, { payload: { market: "m", prices: {} } }), sequence: 11.5 };
    expectOrder(start, early, odds, first(20, "goal", HOME), late);
  });

  it("keeps a late event behind the events with lower numbers", () => {
    const forgotten = { ...first(5, "goal", HOME), sequence: 20 };
    expectOrder(start, early, late, pause, forgotten, second(50, "corner", HOME));
  });
});

describe("sequence numbers of two sources", () => {
  const from = (source: string, events: MatchEvent[], number: number): MatchEvent[] =>
    numbered(events, number).map((event) => ({ ...event, source }));

  it("are never compared: an event without a clock is placed by its time", () => {
    const [start, stop, restart, corner] = from(
      "feed",
      [kickOff(), happening("bet_stop", 1), happening("bet_start", 2), first(9, "corner", HOME)],
      100,
    ) as [MatchEvent, MatchEvent, MatchEvent, MatchEvent];
    const [trader] = from("trader", [happening("bet_stop", 5)], 1) as [MatchEvent];
    expectOrder(start, stop, restart, trader, corner);
  });

  it("are merged by the clock, each source in the order of its own numbers", () => {
    const [start, early, late] = from("a", [kickOff(), first(20, "corner", HOME), first(12, "goal", HOME)], 900);
    const [other, last] = from("b", [first(15, "corner", AWAY), first(30, "corner", AWAY)], 1);
    expectOrder(start!, other!, early!, late!, last!);
  });

  it("put the prices of one source after the events that another source had reported by then", () => {
    const feed = from("feed", [kickOff(), first(1, "goal", AWAY)], 5_000);
    const odds = from("odds", [happening("odds_update", 2, { payload: { market: "m", prices: { home: 2 } } })], 1);
    expectOrder(...feed, ...odds);
  });

  it("keep the order of one source among events of others, where its times disagree", () => {
    const [stop, start] = from("trader", [happening("bet_stop", 8), happening("bet_start", 7)], 1);
    expectOrder(kickOff(), first(5, "corner", HOME), stop!, start!, first(20, "corner", HOME));
  });

  it("let the later fixture count, numbered or not", () => {
    const feed = from("feed", [{ ...fixture(), occurredAt: "2026-05-01T10:00:00.000Z" }], 7);
    const registered = { ...fixture(), source: "api", occurredAt: "2026-05-01T11:00:00.000Z" };
    expectOrder(...feed, registered, kickOff());
  });
});

describe("a source that restarts its numbers in each period", () => {
  const firstHalf = [kickOff(), first(10, "goal", HOME), first(40, "corner", HOME), endOf("first_half")];
  const secondHalf = [startOf("second_half"), second(55, "goal", AWAY), endOf("second_half")];
  const reported = [...numbered(firstHalf, 1), ...numbered(secondHalf, 1)];

  it("keeps its two halves apart", () => {
    expectOrder(...reported, { ...fullTime(), sequence: 9 });
  });

  it("has an event without a period assigned by time to one of its numberings", () => {
    const [start, goal, corner, pause, restart, equaliser, end] = reported as [MatchEvent, ...MatchEvent[]];
    const stop = { ...happening("bet_stop", 70), sequence: 2 };
    const halfTimeOdds = { ...happening("bet_start", 50), sequence: 9 };
    const early = { ...happening("bet_stop", 11), sequence: 2 };
    expectOrder(start, goal!, early, corner!, pause!, halfTimeOdds, restart!, equaliser!, stop, end!);
  });
});

describe("an event with neither number nor clock", () => {
  it("is placed after all events up to its time", () => {
    const stop = first(30, "bet_stop");
    expectOrder(kickOff(), stop, happening("bet_start", 33), first(40, "corner", HOME));
    expectOrder(...numbered([kickOff(), stop]), happening("bet_start", 33), {
      ...second(50, "corner", HOME),
      sequence: 3,
    });
  });

  it("is placed first when it introduces the match, however late it is reported", () => {
    const late = { ...fixture(), occurredAt: fullTime().occurredAt };
    const sheet = { ...lineup("home"), occurredAt: fullTime().occurredAt };
    expectOrder(happening("referee_assigned", -90, { payload: { referee: "R" } }), kickOff(), first(3, "corner", HOME));
    expectOrder(late, sheet, ...numbered([kickOff(), first(3, "corner", HOME)]));
  });
});

describe("match order as a total order", () => {
  it("holds every event once, and is the same for any order of arrival", () => {
    fc.assert(
      fc.property(anyLog, fc.nat(), (events, seed) => {
        const log = [...logOf(events).values()];
        const order = inMatchOrder(log).map(eventKey);
        expect(order.toSorted()).toEqual(log.map(eventKey).toSorted());
        expect(inMatchOrder(new Set(scattered(log, randomFrom(seed)))).map(eventKey)).toEqual(order);
      }),
      { numRuns: 1_000 },
    );
  });

  it("never puts a smaller number of one source and period after a larger one", () => {
    fc.assert(
      fc.property(anyLog, (events) => {
        const played = inMatchOrder(logOf(events).values()).filter(
          ({ type }) => type !== "resumed" && type !== "full_time",
        );
        for (const reported of Map.groupBy(played, ({ source, period }) => period && `${source} ${period}`)) {
          const numbers = reported[0] === undefined ? [] : reported[1].flatMap(({ sequence }) => sequence ?? []);
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("never puts a smaller number of a source after a larger one where its numbers grow from period to period", () => {
    fc.assert(
      fc.property(anyLog, fc.nat(), (events, seed) => {
        const random = randomFrom(seed);
        const order = inMatchOrder(logOf(events).values());
        const again = order.map((event, index) => {
          const { sequence: _old, ...rest } = event;
          return random() < 0.7 ? { ...rest, sequence: 2 * index } : rest;
        });
        for (const reported of Map.groupBy(inMatchOrder(logOf(again).values()), ({ source }) => source).values()) {
          const numbers = reported.flatMap(({ sequence }) => sequence ?? []);
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("does not swap two events because a third one is numbered or reported", () => {
    // Dropping events must not reorder those that stay, as long as none of them takes its place from the dropped one's
    // clock.
    fc.assert(
      fc.property(anyLog, fc.nat(29), (events, drop) => {
        const clocked = [...logOf(events).values()].filter(
          ({ sequence, period, type }) =>
            sequence === undefined && period !== undefined && !["resumed", "awarded", "void"].includes(type),
        );
        const without = clocked.filter((_event, index) => index !== drop);
        const order = inMatchOrder(clocked).filter((event) => without.includes(event));
        expect(inMatchOrder(without)).toEqual(order);
      }),
      { numRuns: 500 },
    );
  });
});
