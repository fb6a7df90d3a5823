import { describe, expect, it } from "vitest";
import { bundledMatch } from "@touchline/feeds/testing";
import { ARRIVAL_ORDERS } from "./arrival-orders.ts";
import { checkFeed } from "./check-feed.ts";
import { carelessFeed } from "./testing/careless-feed.ts";

const clean = bundledMatch();

describe("a careless feed", () => {
  const seed = 7;

  it.each(ARRIVAL_ORDERS)("gives the true match when it arrives in this order: %s", (order) => {
    const finding = checkFeed(carelessFeed(), clean, order, seed);
    expect(finding.differs).toEqual([]);
    expect(finding.recovered).toBe(true);
    expect(finding.faults).toEqual([]);
    expect(finding.overturned).toBeGreaterThan(0);
  });

  it("is found out when a message is lost for good", () => {
    const corner = clean.find(({ type }) => type === "corner");
    const lost = carelessFeed().filter(({ event_id: id }) => id !== `${corner?.match_id}:${corner?.seq}`);
    const finding = checkFeed(lost, clean, "file", seed);
    expect(finding.recovered).toBe(false);
    expect(finding.differs).toEqual(expect.arrayContaining(["feedGap", "counts"]));
  });
});
