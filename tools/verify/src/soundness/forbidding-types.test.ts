import {
  appendEvent,
  canForbid,
  EMPTY_STATE,
  type EventLog,
  foldEvents,
  type InvalidationPlan,
  planInvalidation,
} from "@touchline/domain";
import { describe, expect, it } from "vitest";
import { withInjectedEvents } from "./injection/injected-events.ts";
import { bundledMatches } from "./testing/bundled-matches.ts";

const SEEDS = [1, 2];

/** Whether some price from before the step may not be shown after it. */
const forbids = ({ touched, reopened, offerChanged }: InvalidationPlan): boolean =>
  offerChanged.length > 0 || touched.some(({ market, severity }) => severity === "hard" && !reopened.includes(market));

describe("an event that waits in the queue", () => {
  it.each(bundledMatches())("forbids no price when its type is said never to: $file", ({ events }) => {
    const seen = new Set<string>();
    for (const seed of SEEDS) {
      let log: EventLog = new Map();
      let state = EMPTY_STATE;
      for (const { event } of withInjectedEvents(events, seed)) {
        log = appendEvent(log, event);
        const next = foldEvents(log);
        if (event.revision === 1 && !event.retracted && !canForbid(event.type)) {
          seen.add(event.type);
          const plan = planInvalidation(state, next);
          if (forbids(plan)) expect.fail(`${event.type} ${event.id}, seed ${seed}: ${JSON.stringify(plan.touched)}`);
        }
        state = next;
      }
    }
    expect(seen.size).toBeGreaterThan(15);
  });

  it("may forbid one when it cannot be understood, and does not when its type is unknown", () => {
    expect([canForbid(""), canForbid("goal"), canForbid("a_new_kind_of_corner")]).toEqual([true, true, false]);
  });
});
