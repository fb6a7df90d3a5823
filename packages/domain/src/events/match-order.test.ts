import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyLog } from "../testing/any-event.ts";
import { playedMatch } from "../testing/any-match.ts";
import { logOf } from "../testing/example-events.ts";
import type { MatchEvent } from "./event.ts";
import { type MatchOrder, matchOrderOf, NOTHING_ORDERED, withLast } from "./match-order.ts";

const identities = (events: readonly MatchEvent[]): string[] => events.map(({ source, id }) => `${source}/${id}`);

/** How many of the events were put last; whenever one is, ordering all of them again has to say the same. */
function putLast(arrivals: readonly MatchEvent[]): number {
  let order: MatchOrder = NOTHING_ORDERED;
  let count = 0;
  for (const [index, event] of arrivals.entries()) {
    const log = logOf(arrivals.slice(0, index + 1));
    const ordered = matchOrderOf(log);
    const further = withLast(order, event);
    if (further) {
      count++;
      expect(identities(further.events)).toEqual(identities(ordered.events));
      expect(further.frontier).toEqual(ordered.frontier);
    }
    order = ordered;
  }
  return count;
}

const standing = (events: readonly MatchEvent[]): MatchEvent[] => [
  ...logOf(events.filter(({ retracted }) => !retracted)).values(),
];

describe("an event put last", () => {
  it("stands where ordering all events again puts it, and moves none", () => {
    fc.assert(
      fc.property(anyLog, (events) => {
        putLast(standing(events));
      }),
      { numRuns: 800 },
    );
  });

  it("does so for events whose clocks, numbers and times meet", () => {
    const tight = fc.array(
      fc.record({
        type: fc.constantFrom("odds_update", "corner", "goal", "bet_stop", "fixture"),
        second: fc.nat(3),
        clock: fc.option(fc.nat(3), { nil: undefined }),
        period: fc.option(fc.constantFrom("first_half", "second_half"), { nil: undefined }),
        sequence: fc.option(fc.nat(4), { nil: undefined }),
        source: fc.constantFrom("a", "b"),
      }),
      { maxLength: 9 },
    );
    fc.assert(
      fc.property(tight, (drawn) => {
        const events = drawn.map(({ type, second, clock, period, sequence, source }, index): MatchEvent => ({
          matchId: "m",
          id: `e${index % 7}${index}`,
          source,
          revision: 0,
          retracted: false,
          type,
          occurredAt: new Date(1_000 * second).toISOString(),
          payload: {},
          ...(period && { period }),
          ...(clock !== undefined && { minute: clock >> 1, second: 30 * (clock & 1) }),
          ...(sequence !== undefined && { sequence }),
        }));
        putLast(events);
      }),
      { numRuns: 20_000 },
    );
  });

  it("is nearly every one of a match that is reported in its order", () => {
    const events = standing(playedMatch(1, { corrections: false }));
    expect(putLast(events) / events.length).toBeGreaterThan(0.8);
  });
});
