import { describe, expect, it } from "vitest";
import type { MatchEvent } from "../events/event.ts";
import { absences, keeperChanged } from "../dependencies/facts.ts";
import { AWAY, first, fixture, happening, HOME, kickOff, lineup, lineups, second } from "../testing/example-events.ts";
import { numbered, retracted, stateOf } from "../testing/example-events.ts";

const started = () => [fixture(), ...lineups(), kickOff()];
const change = (playerOut: string | undefined, playerIn: string | undefined) => ({
  ...HOME,
  payload: { ...(playerOut ? { playerOut } : {}), ...(playerIn ? { playerIn } : {}) },
});
const home = (...events: MatchEvent[]) => stateOf(...started(), ...events).lineups.home;
const keeper = (...events: MatchEvent[]) => stateOf(...started(), ...events).goalkeepers.home;

describe("team sheets", () => {
  it("put the starters on the pitch and the keeper in goal", () => {
    const state = stateOf(...started());
    expect(state.lineups.away?.onPitch).toHaveLength(11);
    expect(state.goalkeepers).toEqual({ home: "h1", away: "a1" });
  });

  it("may change after they were confirmed", () => {
    const again = happening("lineup_confirmed", -10, {
      ...HOME,
      payload: { starters: [{ id: "h12", position: "GK" }] },
    });
    const state = stateOf(...started(), again);
    expect([state.lineups.home?.onPitch, state.goalkeepers.home]).toEqual([["h12"], "h12"]);
  });

  it("reported again during the match undo no substitution and no sending-off", () => {
    const events = numbered([
      ...started(),
      second(60, "substitution", change("h9", "h14")),
      second(61, "substitution", change("h1", "h12")),
      second(70, "red_card", { ...HOME, player: "h5" }),
    ]);
    const before = stateOf(...events);
    const { starters, bench } = before.lineups.home!;
    const sheet = { ...HOME, sequence: 99, payload: { starters, bench } };
    expect(stateOf(...events, happening("lineup_confirmed", 125, sheet))).toEqual(before);
    // A sheet that corrects the bench changes the bench.
    const shorter = happening("lineup_confirmed", 125, { ...sheet, payload: { starters, bench: bench.slice(0, 3) } });
    expect(stateOf(...events, shorter).lineups.home).toEqual({ ...before.lineups.home, bench: bench.slice(0, 3) });
  });

  it("are unknown again after their retraction", () => {
    const sheet = lineup("home");
    expect(stateOf(fixture(), sheet, retracted(sheet))).toEqual(stateOf(fixture()));
  });
});

describe("a substitution", () => {
  it("brings one player on and takes one off for good", () => {
    const sheet = home(second(60, "substitution", change("h9", "h14")));
    expect(sheet?.onPitch).toContain("h14");
    expect(sheet?.onPitch).not.toContain("h9");
    expect([sheet?.onPitch.length, sheet?.left]).toEqual([11, ["h9"]]);
  });

  it("may name only one of the two players", () => {
    expect(home(second(60, "substitution", change("h9", undefined)))?.onPitch).toHaveLength(10);
    expect(home(second(60, "substitution", change(undefined, "h14")))?.onPitch).toHaveLength(12);
  });

  it("records after how many goals, and in which period, a player came on", () => {
    const sheet = home(
      first(20, "goal", AWAY),
      first(30, "substitution", change("h9", "h14")),
      second(45, "substitution", change("h8", "h15")),
    );
    expect(sheet?.entered).toEqual([
      { player: "h14", goalsBefore: 1, period: "first_half" },
      { player: "h15", goalsBefore: 1, period: "second_half" },
    ]);
  });

  it("has no effect on a team without a team sheet", () => {
    expect(stateOf(fixture(), second(60, "substitution", change("h9", "h14"))).lineups.home).toBeNull();
  });

  it("retracted leaves every player where he was", () => {
    const mistake = second(60, "substitution", change("h1", "h12"));
    const events = [...started(), second(50, "corner", HOME)];
    expect(stateOf(...events, mistake, retracted(mistake))).toEqual(stateOf(...events));
  });
});

describe("the goalkeeper", () => {
  it("is the player who replaces him", () => {
    expect(keeper(second(60, "substitution", change("h1", "h12")))).toBe("h12");
    expect(keeper(second(60, "substitution", change("h1", "h14")))).toBe("h14");
    expect(keeper(second(60, "substitution", change("h9", "h12")))).toBe("h1");
  });

  it("sent off is replaced by the keeper who comes on for somebody else", () => {
    const off = second(60, "red_card", { ...HOME, player: "h1" });
    expect(keeper(off)).toBe("h1");
    expect(keeper(off, second(61, "substitution", change("h9", "h14")))).toBe("h1");
    expect(keeper(off, second(61, "substitution", change("h9", "h12")))).toBe("h12");
  });

  it("changes when the feed reports it, and stays so when another player is sent off", () => {
    const change12 = second(60, "goalkeeper_change", { ...HOME, payload: { goalkeeper: "h12" } });
    expect(keeper(change12)).toBe("h12");
    expect(keeper(change12, second(70, "red_card", { ...HOME, player: "h5" }))).toBe("h12");
  });

  it("counts as changed only against the one who started", () => {
    const state = stateOf(...started(), second(60, "substitution", change("h1", "h12")));
    expect(keeperChanged(state)).toEqual({ home: true, away: false });
    expect(
      keeperChanged(stateOf(fixture(), second(60, "goalkeeper_change", { ...HOME, payload: { goalkeeper: "x" } }))),
    ).toEqual({
      home: false,
      away: false,
    });
  });
});

describe("a sending-off", () => {
  it("takes the player off without a replacement", () => {
    const sheet = home(second(60, "second_yellow_card", { ...HOME, player: "h9" }));
    expect([sheet?.onPitch.length, sheet?.left]).toEqual([10, ["h9"]]);
  });

  it("of a player on the bench takes nobody off the pitch", () => {
    expect(home(second(60, "red_card", { ...HOME, player: "h18" }))?.onPitch).toHaveLength(11);
  });

  it("of an unknown player is counted all the same", () => {
    const state = stateOf(...started(), second(60, "red_card", HOME));
    expect([state.redCards.home, state.lineups.home?.onPitch.length]).toEqual([1, 11]);
    expect(stateOf(second(60, "red_card", { ...HOME, player: "h9" })).redCards.home).toBe(1);
  });
});

describe("absences", () => {
  const injured = (player: string) => happening("player_injury", -30, { ...HOME, player });

  it("are injured or suspended players who are not on the pitch", () => {
    const suspended = happening("key_player_suspended", -30, { ...AWAY, player: "a20" });
    const state = stateOf(fixture(), injured("h20"), suspended);
    expect(absences(state)).toEqual({ home: 1, away: 1 });
    expect(absences(stateOf(...started(), injured("h9")))).toEqual({ home: 0, away: 0 });
  });

  it("count no player twice, and no player without a name", () => {
    expect(absences(stateOf(injured("h20"), injured("h20"), happening("player_injury", -20, HOME))).home).toBe(1);
  });

  it("include a player who is injured on the pitch once he goes off", () => {
    const hurt = second(58, "player_injury", { ...HOME, player: "h9" });
    expect(absences(stateOf(...started(), hurt)).home).toBe(0);
    expect(absences(stateOf(...started(), hurt, second(60, "substitution", change("h9", "h14")))).home).toBe(1);
  });
});
