import { describe, expect, it } from "vitest";
import { CATALOGUE, findMarket, marketsOf } from "./catalogue.ts";
import { canonicalJson } from "../json/canonical-json.ts";
import type { MatchEvent } from "../events/event.ts";
import { EMPTY_STATE } from "../match/fold-events.ts";
import { outcomesOf } from "./market.ts";
import type { MatchState } from "../match/match-state.ts";
import { isOpen, settlementOf } from "./settlement.ts";
import { playedMatch } from "../testing/any-match.ts";
import {
  AWAY,
  endOf,
  first,
  fixture,
  fullTime,
  halfTime,
  happening,
  HOME,
  kickOff,
} from "../testing/example-events.ts";
import {
  lineups,
  play,
  regularTime,
  retracted,
  revised,
  second,
  secondHalf,
  startOf,
} from "../testing/example-events.ts";
import { stateOf } from "../testing/example-events.ts";

function settle(id: string, state: MatchState) {
  const market = findMarket(id);
  if (!market) throw new Error(`no market ${id}`);
  return settlementOf(market, state);
}

const results = (id: string, state: MatchState) => settle(id, state)?.grades;
const ended = (home: number, away: number): MatchState => ({
  ...EMPTY_STATE,
  periodsPlayed: 2,
  over: true,
  playedOut: true,
  score: { home, away },
});

describe("handicaps and totals at the end", () => {
  it.each([
    ["asian_handicap_home_minus_0_5", 1, 0, "won", "lost"],
    ["asian_handicap_home_minus_1", 1, 0, "void", "void"],
    ["asian_handicap_home_minus_1", 2, 0, "won", "lost"],
    ["asian_handicap_home_minus_0_75", 1, 0, "half_won", "half_lost"],
    ["asian_handicap_home_minus_0_75", 2, 0, "won", "lost"],
    ["asian_handicap_home_minus_1_25", 1, 0, "half_lost", "half_won"],
    ["asian_handicap_home_minus_0_25", 0, 0, "half_lost", "half_won"],
    ["asian_handicap_home_plus_0_25", 0, 0, "half_won", "half_lost"],
    ["asian_handicap_home_plus_0_25", 0, 1, "lost", "won"],
    ["asian_handicap_home_plus_2", 0, 2, "void", "void"],
  ])("%s at %d-%d: home %s, away %s", (id, home, away, homeResult, awayResult) => {
    expect(results(id, ended(home, away))).toEqual({ home: homeResult, away: awayResult });
  });

  it.each([
    ["over_under_2_5", 3, "won", "lost"],
    ["over_under_2", 2, "void", "void"],
    ["over_under_2_25", 2, "half_lost", "half_won"],
    ["over_under_2_75", 3, "half_won", "half_lost"],
    ["over_under_1_75", 2, "half_won", "half_lost"],
    ["over_under_1_75", 1, "lost", "won"],
    ["over_under_6_5", 6, "lost", "won"],
  ])("%s with %d goals: over %s, under %s", (id, goals, over, under) => {
    expect(results(id, ended(goals, 0))).toEqual({ over, under });
  });

  it("reads 1 won, 0 lost, 0.75 half won, 0.25 half lost, 0.5 void", () => {
    expect(settle("over_under_2_25", ended(2, 0))?.outcomes).toEqual({ over: 0.25, under: 0.75 });
    expect(settle("over_under_2_75", ended(3, 0))?.outcomes).toEqual({ over: 0.75, under: 0.25 });
    expect(settle("draw_no_bet", ended(1, 1))?.outcomes).toEqual({ home: 0.5, away: 0.5 });
    expect(settle("match_result", ended(1, 1))?.outcomes).toEqual({ home: 0, draw: 1, away: 0 });
  });

  it("a three-way handicap has a draw instead of a refund", () => {
    expect(results("handicap_home_minus_1", ended(1, 0))).toEqual({ home: "lost", draw: "won", away: "lost" });
    expect(results("handicap_home_plus_2", ended(0, 3))).toEqual({ home: "lost", draw: "lost", away: "won" });
  });

  it("overlapping outcomes win together", () => {
    const chances = { home_or_draw: "won", draw_or_away: "lost", home_or_away: "won" };
    expect(results("double_chance", ended(2, 1))).toEqual(chances);
    const won = Object.entries(results("multigoals", ended(2, 1)) ?? {}).filter(([, result]) => result === "won");
    expect(won.map(([outcome]) => outcome)).toEqual(["1_3", "1_4", "2_3", "2_4", "2_5", "3_4", "3_5"]);
    expect(Object.values(results("multigoals", ended(0, 0)) ?? {})).not.toContain("won");
  });
});

describe("results by name", () => {
  it.each([
    ["winning_margin", 1, 4, "away_3_plus"],
    ["winning_margin", 2, 2, "draw"],
    ["winning_margin", 2, 0, "home_2"],
    ["correct_score", 4, 3, "4_3"],
    ["correct_score", 5, 0, "other"],
    ["odd_even", 0, 0, "even"],
    ["home_odd_even", 3, 2, "odd"],
    ["goal_range", 3, 2, "4_5"],
    ["goal_range", 3, 3, "6_plus"],
    ["exact_goals", 4, 4, "5_plus"],
    ["away_exact_goals", 0, 2, "2"],
    ["which_team_scores", 0, 2, "away_only"],
    ["home_win_to_nil", 2, 0, "yes"],
    ["home_win_to_nil", 0, 0, "no"],
    ["home_win_and_concede", 2, 1, "yes"],
    ["home_win_and_concede", 2, 0, "no"],
    ["away_clean_sheet", 0, 1, "yes"],
    ["result_and_over_under_2_5", 0, 3, "away_over_2_5"],
    ["result_and_both_teams_to_score", 1, 1, "draw_both_score"],
    ["over_under_2_5_and_both_teams_to_score", 3, 0, "over_not_both_score"],
  ])("%s at %d-%d is %s", (id, home, away, winner) => {
    const market = findMarket(id)!;
    const expected = market.outcomes.map((outcome) => [outcome, outcome === winner ? "won" : "lost"]);
    expect(results(id, ended(home, away))).toEqual(Object.fromEntries(expected));
  });

  it.each([
    ["half_time_full_time", "away_home"],
    ["highest_scoring_half", "second"],
    ["btts_both_halves", "no"],
    ["score_both_halves", "yes"],
    ["home_win_either_half", "yes"],
    ["away_win_either_half", "yes"],
    ["home_win_both_halves", "no"],
    ["both_halves_over_1_5", "no"],
    ["both_halves_under_1_5", "no"],
    ["home_score_both_halves", "no"],
    ["second_half_result", "home"],
    ["half_time_result", "away"],
    ["second_half_correct_score", "2_0"],
    ["home_to_score_first_half", "no"],
    ["home_to_score_second_half", "yes"],
  ])("%s of 0-1 at half-time and 2-1 at the end is %s", (id, winner) => {
    const state = { ...ended(2, 1), halfTimeScore: { home: 0, away: 1 } };
    expect(Object.entries(results(id, state) ?? {}).filter(([, result]) => result === "won")).toEqual([
      [winner, "won"],
    ]);
  });
});

describe("early settlement", () => {
  const goals = (...events: MatchEvent[]) => stateOf(fixture(), kickOff(), ...events);

  it("comes as soon as no further event can change it, and no sooner", () => {
    const two = goals(first(10, "goal", HOME), first(20, "goal", HOME));
    expect(results("over_under_2_5", two)).toBeUndefined();
    expect(results("over_under_1_5", two)).toEqual({ over: "won", under: "lost" });
    expect(results("over_under_1_75", two)).toBeUndefined();
    expect(results("both_teams_to_score", two)).toBeUndefined();
    const three = goals(first(10, "goal", HOME), first(20, "goal", HOME), first(30, "goal", AWAY));
    expect(results("over_under_2_5", three)).toEqual({ over: "won", under: "lost" });
    expect(results("both_teams_to_score", three)).toEqual({ yes: "won", no: "lost" });
    expect(results("which_team_scores", three)?.["both"]).toBe("won");
    expect(results("match_result", three)).toBeUndefined();
    expect(results("odd_even", three)).toBeUndefined();
  });

  it("of every first-half market comes at half-time", () => {
    const state = goals(first(10, "goal", HOME), first(20, "corner", HOME), halfTime());
    const firstHalf = CATALOGUE.filter(({ id }) => /^half_time_(?!full)|_first_half$|^goals_(0|15|30)_/.test(id));
    expect(firstHalf.length).toBeGreaterThan(30);
    for (const market of firstHalf) expect([market.id, isOpen(market, state)]).toEqual([market.id, false]);
  });

  it("does not come for half-time/full-time while three of its nine outcomes are possible", () => {
    expect(results("half_time_full_time", goals(first(10, "goal", HOME), halfTime()))).toBeUndefined();
  });

  it("of both-halves markets comes when the first half has decided them", () => {
    const goalless = goals(halfTime());
    for (const id of ["btts_both_halves", "score_both_halves", "both_halves_over_1_5", "home_win_both_halves"])
      expect(results(id, goalless)).toEqual({ yes: "lost", no: "won" });
    expect(results("both_halves_under_1_5", goalless)).toBeUndefined();
    expect(results("home_win_either_half", goals(first(10, "goal", HOME), halfTime()))).toEqual({
      yes: "won",
      no: "lost",
    });
  });

  it("of a 15-minute market comes when an event lies beyond its window", () => {
    expect(results("goals_0_15_over_under_0_5", goals(first(14, "corner", HOME)))).toBeUndefined();
    expect(results("goals_0_15_over_under_0_5", goals(first(15, "corner", HOME)))).toEqual({
      over: "lost",
      under: "won",
    });
    expect(results("goals_30_45_over_under_0_5", goals(first(46, "corner", HOME)))).toBeUndefined();
    expect(results("goals_30_45_over_under_0_5", goals(first(47, "goal", HOME)))).toEqual({
      over: "won",
      under: "lost",
    });
    expect(results("goals_15_30_over_under_0_5", goals(first(3, "goal", HOME), halfTime()))).toEqual({
      over: "lost",
      under: "won",
    });
  });

  it("counts a goal without a minute in the last window of its half", () => {
    const state = goals(halfTime(), happening("goal", 10, { ...HOME, period: "first_half" }));
    expect(results("goals_30_45_over_under_0_5", state)?.["over"]).toBe("won");
    expect(results("goals_0_15_over_under_0_5", state)?.["over"]).toBe("lost");
  });
});

describe("next, first and last goal", () => {
  const match = (...events: MatchEvent[]) => stateOf(fixture(), kickOff(), ...events);
  const own = { ...AWAY, payload: { kind: "own_goal" } };

  it("the first goal settles its market; an own goal counts for the side that gains it", () => {
    expect(results("first_goal", match(first(10, "goal", own), first(20, "goal", HOME)))).toEqual({
      home: "lost",
      away: "won",
      none: "lost",
    });
  });

  it("the last goal is settled at the end; the next goal as none when no more comes", () => {
    const goals = [first(10, "goal", HOME), first(20, "goal", AWAY)];
    expect(results("last_goal", match(...goals))).toBeUndefined();
    const end = [halfTime(), secondHalf(), fullTime()];
    expect(results("last_goal", match(...goals, ...end))?.["away"]).toBe("won");
    expect(results("next_goal", match(...goals, ...end))?.["none"]).toBe("won");
    expect(results("next_goal_first_half", match(...goals, halfTime()))?.["none"]).toBe("won");
    expect(results("first_goal", match(...end))?.["none"]).toBe("won");
  });
});

describe("scorers", () => {
  const match = (...events: MatchEvent[]) => stateOf(fixture(), ...lineups(), kickOff(), ...events);
  const goal = (minute: number, player?: string, kind = "open_play") =>
    first(minute, "goal", { ...HOME, ...(player ? { player } : {}), payload: { kind } });
  const end = () => [halfTime(), secondHalf(), fullTime()];
  const comesOn = (minute: number, playerIn: string) =>
    play(minute < 45 ? "first_half" : "second_half", minute, "substitution", {
      ...HOME,
      payload: { playerIn, playerOut: "h2" },
    });

  it("are not offered until both team sheets are known", () => {
    const before = stateOf(fixture());
    expect(marketsOf(before).filter(({ category }) => category === "scorers")).toEqual([]);
    expect(marketsOf(match()).filter(({ category }) => category === "scorers")).toHaveLength(4);
    expect(outcomesOf(findMarket("first_scorer")!, match())).toHaveLength(38);
  });

  it("the first scorer is settled by the first goal that is not an own goal", () => {
    expect(results("first_scorer", match(goal(5, "a4", "own_goal")))).toBeUndefined();
    const settled = results("first_scorer", match(goal(5, "a4", "own_goal"), goal(10, "h9")));
    expect(settled).toMatchObject({ h9: "won", h1: "lost", a4: "lost", none: "lost" });
  });

  it("the first-scorer stake on a player who came on after that goal is returned, and stays so", () => {
    const scored = [goal(10, "h9")];
    const before = results("first_scorer", match(...scored));
    expect(before?.["h14"]).toBe("void");
    expect(results("first_scorer", match(...scored, comesOn(60, "h14")))).toEqual(before);
    expect(results("first_scorer", match(comesOn(8, "h14"), ...scored))?.["h14"]).toBe("lost");
    expect(results("first_scorer", match(comesOn(8, "h14"), goal(10, "h14")))?.["h14"]).toBe("won");
  });

  it("the outcome other wins where the first scorer is on neither team sheet", () => {
    const settled = results("first_scorer", match(goal(10, "stranger"), goal(20, "h9")));
    expect(settled).toMatchObject({ other: "won", none: "lost", h9: "lost", h14: "void" });
    expect(results("first_scorer", match(goal(10, "h9")))?.["other"]).toBe("lost");
  });

  it("the outcome none wins where nobody scored", () => {
    expect(results("first_scorer", match(...end()))).toMatchObject({ none: "won", h9: "lost", h14: "void" });
  });

  it("anytime, two-or-more and three-or-more scorer wait for the end of regular time", () => {
    const scored = [goal(10, "h9"), goal(20, "h9"), goal(30, "h8", "own_goal")];
    expect(results("anytime_scorer", match(...scored))).toBeUndefined();
    const state = match(...scored, comesOn(60, "h14"), ...end());
    expect(results("anytime_scorer", state)).toMatchObject({ h9: "won", h8: "lost", h14: "lost", h15: "void" });
    expect(results("scorer_two_or_more", state)).toMatchObject({ h9: "won", h8: "lost" });
    expect(results("scorer_three_or_more", state)).toMatchObject({ h9: "lost", h15: "void" });
  });

  it("are not settled while a goal has no scorer", () => {
    expect(results("first_scorer", match(goal(10)))).toBeUndefined();
    expect(results("anytime_scorer", match(goal(10, "h9"), goal(20), ...end()))).toBeUndefined();
    expect(results("anytime_scorer", match(goal(20, undefined, "own_goal"), ...end()))).toBeDefined();
  });

  it("in extra time do not count, nor do players who came on in it", () => {
    const cup = [fixture({ knockout: true }), ...lineups(), ...regularTime()];
    const before = results("anytime_scorer", stateOf(...cup));
    const more = [
      play("extra_first_half", 95, "substitution", { ...HOME, payload: { playerIn: "h14", playerOut: "h2" } }),
      play("extra_first_half", 99, "goal", { ...HOME, player: "h14" }),
    ];
    expect(before?.["h14"]).toBe("void");
    expect(results("anytime_scorer", stateOf(...cup, ...more))).toEqual(before);
    expect(results("first_scorer", stateOf(...cup, ...more))?.["none"]).toBe("won");
  });

  it("a player named twice on a sheet is one outcome", () => {
    const sheet = (team: "home" | "away") =>
      happening("lineup_confirmed", -60, { team, payload: { starters: [{ id: "p1" }], bench: [{ id: "p1" }] } });
    expect(outcomesOf(findMarket("anytime_scorer")!, stateOf(fixture(), sheet("home"), sheet("away")))).toEqual(["p1"]);
  });
});

describe("specials", () => {
  const match = (...events: MatchEvent[]) => stateOf(fixture({ knockout: true }), kickOff(), ...events);
  const rest = () => [halfTime(), secondHalf(), endOf("second_half")];
  const kinds = [
    ["penalty_awarded", first(30, "penalty_awarded", HOME), play("extra_first_half", 99, "penalty_awarded", HOME)],
    ["red_card_shown", first(30, "red_card", AWAY), play("extra_first_half", 99, "red_card", AWAY)],
    ["red_card_shown", first(30, "second_yellow_card", AWAY), play("extra_first_half", 99, "second_yellow_card", AWAY)],
    [
      "own_goal_scored",
      first(30, "goal", { ...HOME, payload: { kind: "own_goal" } }),
      play("extra_first_half", 99, "goal", { ...HOME, payload: { kind: "own_goal" } }),
    ],
  ] as const;

  it.each(kinds)("%s is settled when it happens, or at the end of regular time without it", (id, it_, inExtraTime) => {
    expect(results(id, match())).toBeUndefined();
    expect(results(id, match(it_))).toEqual({ yes: "won", no: "lost" });
    expect(results(id, match(...rest()))).toEqual({ yes: "lost", no: "won" });
    expect(results(id, match(...rest(), inExtraTime))).toEqual({ yes: "lost", no: "won" });
  });

  it("a penalty goal settles a penalty that was not announced", () => {
    const state = match(first(30, "goal", { ...HOME, payload: { kind: "penalty" } }));
    expect(results("penalty_awarded", state)).toEqual({ yes: "won", no: "lost" });
  });
});

describe("a cup tie", () => {
  const cup = (...events: MatchEvent[]) => stateOf(fixture({ knockout: true }), ...regularTime(), ...events);
  const kick = (team: object, scored: boolean) =>
    play("shoot_out", 121, "shootout_kick", { ...team, payload: { scored } });
  const home = { home: "won", away: "lost" };
  const stakesBack = { home: "void", away: "void" };

  it("decided in regular time makes the markets on extra time and shoot-out void", () => {
    const state = cup(second(50, "goal", HOME));
    expect(results("to_qualify", state)).toEqual(home);
    expect(results("shoot_out_winner", state)).toEqual(stakesBack);
    expect(results("extra_time_result", state)).toEqual({ home: "void", draw: "void", away: "void" });
    expect(results("extra_time_over_under_0_5", state)).toEqual({ over: "void", under: "void" });
  });

  it("decided in extra time is settled at its end", () => {
    const extra = [startOf("extra_first_half"), play("extra_first_half", 95, "goal", HOME)];
    expect(results("to_qualify", cup(...extra))).toBeUndefined();
    expect(results("extra_time_over_under_0_5", cup(...extra))).toEqual({ over: "won", under: "lost" });
    const played = cup(...extra, startOf("extra_second_half"), endOf("extra_second_half"));
    expect(results("to_qualify", played)).toEqual(home);
    expect(results("shoot_out_winner", played)).toEqual(stakesBack);
    expect(results("extra_time_result", played)?.["home"]).toBe("won");
    expect(results("match_result", played)?.["draw"]).toBe("won");
  });

  it("decided in extra time is settled by the final whistle alone", () => {
    const state = cup(play("extra_first_half", 95, "goal", HOME), fullTime());
    expect(results("to_qualify", state)).toEqual(home);
    expect(results("extra_time_result", state)?.["home"]).toBe("won");
  });

  it("decided by kicks is settled when the shoot-out is over", () => {
    const kicks = [startOf("shoot_out"), kick(HOME, true), kick(AWAY, false)];
    expect(results("to_qualify", cup(...kicks))).toBeUndefined();
    const over = cup(...kicks, fullTime());
    expect([results("to_qualify", over), results("shoot_out_winner", over)]).toEqual([home, home]);
  });

  it("that goes straight to penalties makes all bets on extra time void", () => {
    const straight = [startOf("shoot_out"), kick(HOME, true)];
    for (const state of [cup(...straight), cup(...straight, kick(AWAY, false), fullTime())]) {
      expect(results("extra_time_result", state)).toEqual({ home: "void", draw: "void", away: "void" });
      expect(results("extra_time_over_under_0_5", state)).toEqual({ over: "void", under: "void" });
    }
    expect(results("shoot_out_winner", cup(...straight))).toBeUndefined();
  });

  it("had extra time if any event of extra time was reported", () => {
    for (const sign of [startOf("extra_first_half"), play("extra_second_half", 112, "yellow_card", HOME)])
      expect(results("extra_time_result", cup(sign, startOf("shoot_out"), fullTime()))?.["draw"]).toBe("won");
  });

  it("that ends level without extra time returns the stakes: it is replayed", () => {
    const state = cup(fullTime());
    expect(results("to_qualify", state)).toEqual(stakesBack);
    expect(results("shoot_out_winner", state)).toEqual(stakesBack);
    expect(results("extra_time_result", state)?.["draw"]).toBe("void");
  });

  it("has markets that other matches are not offered", () => {
    expect(marketsOf(stateOf(fixture())).filter(({ scope }) => scope === "knockout")).toEqual([]);
    expect(marketsOf(stateOf(fixture({ knockout: true }))).filter(({ scope }) => scope === "knockout")).toHaveLength(5);
  });
});

describe("a provisional settlement", () => {
  const tbd = first(10, "goal", { ...HOME, payload: { confirmation: "tbd" } });
  const provisional = (id: string, ...events: MatchEvent[]) =>
    settle(id, stateOf(fixture(), kickOff(), ...events))?.provisional;

  it("rests on a goal that awaits confirmation", () => {
    expect(provisional("over_under_0_5", tbd)).toBe(true);
    expect(provisional("over_under_0_5", tbd, revised(tbd, { payload: { confirmation: "confirmed" } }))).toBe(false);
    expect(provisional("over_under_0_5", tbd, retracted(tbd))).toBeUndefined();
    expect(provisional("over_under_0_5", first(5, "goal", AWAY), tbd)).toBe(false);
    expect(provisional("over_under_1_5", first(5, "goal", AWAY), tbd)).toBe(true);
  });

  it("does not replace a final one: first-half markets stay final while a second-half goal is reviewed", () => {
    const half = [first(5, "goal", AWAY), halfTime(), secondHalf()];
    const late = second(50, "goal", { ...HOME, payload: { confirmation: "tbd" } });
    expect(provisional("half_time_result", ...half, late)).toBe(false);
    expect(provisional("first_goal", ...half, late)).toBe(false);
    expect(provisional("both_teams_to_score", ...half, late)).toBe(true);
  });

  it("rests on each of several unconfirmed goals, even where together they change nothing", () => {
    const awaited = (team: typeof HOME | typeof AWAY) =>
      first(30, "goal", { ...team, payload: { confirmation: "tbd" } });
    const half = [awaited(HOME), awaited(AWAY), halfTime(), secondHalf()];
    expect(provisional("half_time_result", ...half)).toBe(true);
    expect(provisional("half_time_over_under_2_5", ...half)).toBe(false);
    const many = Array.from({ length: 5 }, () => awaited(HOME));
    expect(provisional("half_time_over_under_0_5", ...many, halfTime(), secondHalf())).toBe(true);
  });

  it("is every settlement made in a feed gap", () => {
    const goal = first(10, "goal", HOME);
    expect(provisional("over_under_0_5", goal, first(20, "feed_gap"))).toBe(true);
    expect(provisional("over_under_0_5", goal, first(20, "feed_gap"), first(21, "feed_recovered"))).toBe(false);
  });

  it("is every settlement on counts that feeds correct without confirmation, until the match is over", () => {
    const corners = Array.from({ length: 8 }, (_unused, minute) => first(minute, "corner", HOME));
    expect(provisional("corners_over_under_7_5", ...corners)).toBe(true);
    expect(provisional("corners_over_under_7_5", ...corners, fullTime())).toBe(false);
  });
});

describe("the end of a match", () => {
  it("settles everything that is offered, whatever was played", () => {
    for (let seed = 0; seed < 60; seed++) {
      const state = stateOf(...playedMatch(seed, { corrections: false }));
      const open = marketsOf(state).filter((market) => isOpen(market, state));
      expect(open.map(({ id }) => `${id} in match ${seed}`)).toEqual([]);
    }
  });

  it("keeps every final settlement made before it, unless the feed corrects an event", () => {
    for (let seed = 0; seed < 60; seed++) {
      const final = new Map<string, string>();
      const events = playedMatch(seed, { corrections: false });
      const reported: MatchEvent[] = [];
      for (const event of events) {
        reported.push(event);
        const state = stateOf(...reported);
        for (const market of marketsOf(state)) {
          const settlement = settlementOf(market, state);
          const known = final.get(market.id);
          const is = settlement && canonicalJson(settlement.grades);
          if (known !== undefined)
            expect(`${market.id} after ${event.type} of match ${seed}: ${is}`).toBe(
              `${market.id} after ${event.type} of match ${seed}: ${known}`,
            );
          else if (is && !settlement.provisional) final.set(market.id, is);
        }
      }
    }
  });
});
