import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appendEvent, eventKey, supersedes } from "./event-log.ts";
import { anyLog } from "../testing/any-event.ts";
import { randomFrom, scattered } from "../testing/random-source.ts";
import { first, happening, HOME, logOf, retracted, revised } from "../testing/told-match.ts";

describe("the event log", () => {
  const goal = first(23, "goal", HOME);

  it("knows an event by its source and id", () => {
    const same = happening("corner", 80, { ...HOME, id: goal.id });
    const others = happening("corner", 80, { ...HOME, id: goal.id, source: "other" });
    expect(eventKey(same)).toBe(eventKey(goal));
    expect(eventKey(others)).not.toBe(eventKey(goal));
    expect(eventKey({ source: "a-b", id: "c" })).not.toBe(eventKey({ source: "a", id: "b-c" }));
  });

  it("stays the very same log when an event adds nothing", () => {
    const log = logOf([revised(goal, { minute: 24 })]);
    expect(appendEvent(log, goal)).toBe(log);
    expect(appendEvent(log, revised(goal, { minute: 24 }))).toBe(log);
  });

  it("keeps the highest revision, whichever came first", () => {
    const third = revised(revised(goal), { minute: 25 });
    for (const order of [
      [goal, third],
      [third, goal],
    ])
      expect([...logOf(order).values()]).toEqual([third]);
  });

  it("lets a retraction win under one revision", () => {
    const withdrawn = { ...goal, retracted: true };
    expect(supersedes(withdrawn, goal)).toBe(true);
    expect(supersedes(goal, withdrawn)).toBe(false);
  });

  it("lets a higher revision bring a retracted event back", () => {
    const back = revised(retracted(goal), { retracted: false });
    for (const order of [
      [goal, retracted(goal), back],
      [back, retracted(goal), goal],
    ])
      expect(logOf(order).get(eventKey(goal))?.retracted).toBe(false);
  });

  it("does not take a retraction for newer than its revision says", () => {
    const corrected = revised(goal, { minute: 24 });
    expect(logOf([corrected, { ...goal, retracted: true }]).get(eventKey(goal))).toEqual(corrected);
  });

  it("settles two contents under one revision the same way everywhere", () => {
    const other = { ...goal, minute: 24 };
    expect([...logOf([goal, other]).values()]).toEqual([...logOf([other, goal]).values()]);
  });

  it("is a join: any order and repetition leave the same events", () => {
    fc.assert(
      fc.property(anyLog, fc.nat(), (events, seed) => {
        const sorted = (log: ReturnType<typeof logOf>) => [...log].toSorted(([a], [b]) => (a < b ? -1 : 1));
        expect(sorted(logOf(scattered(events, randomFrom(seed))))).toEqual(sorted(logOf(events)));
      }),
      { numRuns: 500 },
    );
  });

  it("is ordered totally: of two different events of one identity exactly one supersedes the other", () => {
    fc.assert(
      fc.property(anyLog, (events) => {
        for (const a of events)
          for (const b of events)
            if (eventKey(a) === eventKey(b) && a !== b && JSON.stringify(a) !== JSON.stringify(b))
              expect(supersedes(a, b)).toBe(!supersedes(b, a));
      }),
      { numRuns: 200 },
    );
  });
});
