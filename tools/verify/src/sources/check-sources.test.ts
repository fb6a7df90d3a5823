import { describe, expect, it } from "vitest";
import { bundledMatches } from "../soundness/testing/bundled-matches.ts";
import { checkSources } from "./check-sources.ts";
import { FEEDS, SECOND, twoFeeds } from "./two-feeds.ts";

const SEED = 5;
const [match] = bundledMatches();
const events = match?.events ?? [];

describe(`a match that two sources report, seed ${SEED}`, () => {
  it.each(["reported", "lost"])("is one match when what the silent one missed is %s", (kind) => {
    const finding = checkSources(events, { seed: SEED, reported: kind === "reported" });
    expect(finding.faults).toEqual([]);
    expect(finding.handovers).toBe(2);
    expect(finding.decisive).toBeGreaterThan(0);
  });

  it("reaches us late from the second, under ids of its own", () => {
    const { arrivals, silence } = twoFeeds(events, { seed: SEED, reported: false });
    const ids = new Set(events.map(({ id }) => id));
    for (const { event, truth, at } of arrivals.filter((arrival) => arrival.event.source === SECOND && arrival.truth)) {
      const happened = Date.parse(events.find(({ id }) => id === truth)?.occurredAt ?? "");
      expect(ids.has(event.id)).toBe(false);
      expect(at - happened).toBeGreaterThanOrEqual(FEEDS.leastDelayMs);
      expect(at - happened).toBeLessThanOrEqual(FEEDS.fastDelayMs);
    }
    const received = arrivals.filter(
      ({ at, event }) => event.source !== SECOND && silence.from <= at && at < silence.to,
    );
    expect(received).toEqual([]);
  });
});
