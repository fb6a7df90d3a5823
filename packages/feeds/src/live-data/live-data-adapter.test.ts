import { describe, expect, it } from "vitest";
import { eventsOf, parseSamples, stateOf } from "../testing/parsed-state.ts";
import { liveData } from "./live-data-adapter.ts";

describe("a recording of Sportradar Live Data", () => {
  const feed = parseSamples(liveData, import.meta.url, ["messages.xml"]);
  const [match] = feed.matches;

  it("is read message by message, and remembers the period", () => {
    expect(match?.matchId).toBe("sr__123");
    expect(stateOf(match)).toMatchObject({ score: { home: 1, away: 0 }, counts: { corners: { away: 1 } } });
    expect(eventsOf(match)[1]).toMatchObject({ type: "goal", player: "9", minute: 10, period: "first_half" });
  });

  it("names the bad line and the bad event, and goes on", () => {
    expect(feed.faults).toMatchObject([
      { where: "messages.xml, line 6", rule: expect.stringContaining("not XML") as string },
      { where: "messages.xml, line 4, event 5", rule: expect.stringContaining("type: ") as string },
    ]);
    expect(feed.unmapped).toEqual({ "110": 1 });
  });

  it("may be one document", () => {
    const text = `<?xml version="1.0"?>\n<matches>\n<match matchid="sr:match:7"><events>
      <event id="1" type="1013" extrainfo="6" stime="1714831210000" side="none"/></events></match>\n</matches>`;
    const [one] = liveData.parse({ documents: [{ name: "all.xml", text }] }).matches;
    expect(one?.matchId).toBe("sr__match__7");
    expect(stateOf(one).clock?.period).toBe("first_half");
  });
});
