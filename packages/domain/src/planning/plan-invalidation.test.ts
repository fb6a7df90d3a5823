import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../markets/catalogue.ts";
import type { MatchEvent } from "../events/event.ts";
import { isListed, type Market } from "../markets/market.ts";
import { type InvalidationPlan, planFullInvalidation, planInvalidation } from "./plan-invalidation.ts";
import { readsOf } from "./dependency-graph.ts";
import { isOpen } from "../markets/settlement.ts";
import {
  AWAY,
  first,
  fixture,
  fullTime,
  halfTime,
  happening,
  HOME,
  kickOff,
  lineups,
} from "../testing/example-events.ts";
import { regularTime, retracted, revised, second, secondHalf, stateOf } from "../testing/example-events.ts";

/** What the step from `reported` to `reported` and `next` invalidates. */
function plan(reported: readonly MatchEvent[], ...next: readonly MatchEvent[]): InvalidationPlan {
  return planInvalidation(stateOf(...reported), stateOf(...reported, ...next));
}

const openIn = (...reported: readonly MatchEvent[]): Market[] => {
  const state = stateOf(...reported);
  return CATALOGUE.filter((market) => isListed(market, state) && isOpen(market, state));
};
const ids = (markets: readonly { readonly id: string }[]): string[] => markets.map(({ id }) => id).toSorted();
const touched = ({ touched: markets }: InvalidationPlan): string[] => markets.map(({ market }) => market).toSorted();
const settled = ({ settled: markets }: InvalidationPlan): string[] => markets.map(({ market }) => market).toSorted();
const severities = ({ touched: markets }: InvalidationPlan): string[] => [
  ...new Set(markets.map(({ severity }) => severity)),
];

const start = [fixture(), ...lineups(), kickOff()];
const toSecondHalf = [...start, halfTime(), secondHalf()];

/** Counts of things that are not goals, and whether they happened: no goal reaches them. */
const goalless = ({ category, id }: Market): boolean =>
  category === "corners" || category === "cards" || id === "penalty_awarded" || id === "red_card_shown";

describe("a duplicate", () => {
  const goal = first(20, "goal", { ...HOME, player: "h9" });

  it("touches nothing, and says so", () => {
    expect(plan([...start, goal], goal)).toEqual({
      changed: [],
      touched: [],
      collected: [],
      settled: [],
      reopened: [],
      offerChanged: [],
      clockMoved: false,
      panicMoved: false,
      forbids: false,
      begun: true,
      open: openIn(...start, goal).length,
      preserved: openIn(...start, goal).length,
    });
  });

  it.each([
    ["a correction that changes nothing", revised(goal)],
    ["an older revision", goal],
    ["an event of an unknown type", first(5, "throw_in", HOME)],
    ["a bet start where nothing is stopped", first(21, "bet_start")],
    ["a second half-time whistle", halfTime()],
  ])("or no-op, such as %s, neither", (_what, event) => {
    const reported = [...start, goal, ...(event.type === "period_end" ? [halfTime()] : [])];
    expect(plan(reported, event)).toMatchObject({ changed: [], touched: [], settled: [], clockMoved: false });
  });

  it("so does a goal given and taken back before anybody looked", () => {
    expect(plan([...start], goal, retracted(goal)).changed).toEqual([]);
  });
});

describe("the kick-off", () => {
  const before = [fixture(), ...lineups()];

  it("touches nothing but the clock", () => {
    const step = plan(before, kickOff());
    expect(step).toMatchObject({
      changed: [],
      touched: [],
      settled: [],
      reopened: [],
      offerChanged: [],
      clockMoved: true,
    });
    expect([step.open, step.preserved]).toEqual([openIn(...before).length, openIn(...before).length]);
  });

  it("corrected moves the clock again, and only the clock", () => {
    const kick = kickOff();
    const step = plan([...before, kick], revised(kick, { occurredAt: "2026-05-01T19:02:00Z" }));
    expect([step.changed, step.clockMoved]).toEqual([[], true]);
  });

  it("of the second half as well, which only makes final what half-time settled", () => {
    const step = plan([...start, halfTime()], secondHalf());
    expect([step.changed, step.touched, step.clockMoved]).toEqual([["unconfirmed"], [], true]);
    expect(step.settled.length).toBeGreaterThan(0);
    expect(step.settled.every(({ settlement }) => !settlement.provisional)).toBe(true);
  });
});

describe("a goal at 67 minutes", () => {
  const reported = [...toSecondHalf, second(64, "corner", HOME)];
  const goal = second(67, "goal", { ...HOME, player: "h9" });
  const step = plan(reported, goal);

  it("reaches every open market on goals, and leaves corners, cards and happenings alone", () => {
    const expected = openIn(...reported).filter((market) => !goalless(market));
    expect([...touched(step), ...settled(step)].toSorted()).toEqual(ids(expected));
    expect(step.preserved).toBe(openIn(...reported).filter(goalless).length);
  });

  it("settles what it decides", () => {
    expect(settled(step)).toEqual([
      "away_clean_sheet",
      "away_win_to_nil",
      "first_goal",
      "first_scorer",
      "goals_60_75_over_under_0_5",
      // The first half was goalless.
      "highest_scoring_half",
      "home_over_under_0_5",
      "home_to_score_second_half",
      "over_under_0_5",
      "second_half_over_under_0_5",
    ]);
  });

  it("lets nobody buy at the old price", () => {
    expect(severities(step)).toEqual(["hard"]);
  });

  it("says which facts did it", () => {
    expect(step.changed).toEqual(["score", "goal_times", "goal_order", "scorers"]);
    const because = (id: string) => step.touched.find(({ market }) => market === id)?.because;
    expect(because("match_result")).toEqual(["score"]);
    expect(because("goals_75_90_over_under_0_5")).toEqual(["score", "goal_times"]);
    expect(because("anytime_scorer")).toEqual(["score", "scorers"]);
  });

  it("reaches every variant", () => {
    expect(step.touched.filter(({ variants }) => variants)).toEqual([]);
  });

  it("taken back reopens what it settled, and touches it hard", () => {
    const back = plan([...reported, goal], retracted(goal));
    expect(back.reopened.toSorted()).toEqual(settled(step));
    expect(touched(back)).toEqual([...touched(step), ...settled(step)].toSorted());
    expect(severities(back)).toEqual(["hard"]);
    expect(back.settled).toEqual([]);
  });

  it("not yet confirmed settles provisionally, and for good when it is confirmed", () => {
    const tbd = second(67, "goal", { ...HOME, player: "h9", payload: { confirmation: "tbd" } });
    const given = plan(reported, tbd);
    expect(settled(given)).toEqual(settled(step));
    expect(given.settled.map(({ settlement }) => settlement.provisional)).not.toContain(false);
    const confirmed = plan([...reported, tbd], revised(tbd, { payload: { confirmation: "confirmed" } }));
    expect(confirmed.changed).toEqual(["unconfirmed"]);
    expect([touched(confirmed), settled(confirmed)]).toEqual([[], settled(step)]);
    expect(confirmed.settled.map(({ settlement }) => settlement.provisional)).not.toContain(true);
    const cancelled = plan([...reported, tbd], revised(tbd, { payload: { confirmation: "cancelled" } }));
    expect(cancelled.reopened.toSorted()).toEqual(settled(step));
  });

  it("possible suspends what rests on goals, and needs no new prediction", () => {
    const possible = second(67, "goal", { ...HOME, payload: { confirmation: "possible" } });
    const danger = plan(reported, possible);
    expect([danger.changed, danger.touched, danger.settled]).toEqual([["danger"], [], []]);
    expect(danger.offerChanged.toSorted()).toEqual(ids(openIn(...reported).filter((market) => !goalless(market))));
  });

  it("before the kick-off of a match nobody announced is hard all the same", () => {
    expect(severities(plan([fixture()], happening("goal", 5, HOME)))).toEqual(["hard"]);
  });
});

describe("the cheap events", () => {
  const reported = toSecondHalf;

  it("a corner reaches the corner markets, softly", () => {
    const step = plan(reported, second(50, "corner", HOME));
    expect(touched(step)).toEqual(ids(openIn(...reported).filter(({ category }) => category === "corners")));
    expect(severities(step)).toEqual(["soft"]);
    expect(step.preserved).toBe(step.open - step.touched.length);
  });

  it("a yellow card reaches the card markets, softly", () => {
    const step = plan(reported, second(50, "yellow_card", HOME));
    const cards = ids(openIn(...reported).filter(({ category }) => category === "cards"));
    expect(touched(step).concat(settled(step)).toSorted()).toEqual(cards);
    expect(settled(step)).toEqual(["home_cards_over_under_0_5"]);
    expect(severities(step)).toEqual(["soft"]);
  });

  it("a substitution reaches the scorers, softly", () => {
    const change = { ...HOME, payload: { playerIn: "h14", playerOut: "h9" } };
    const step = plan(reported, second(60, "substitution", change));
    expect(touched(step)).toEqual(["anytime_scorer", "first_scorer", "scorer_three_or_more", "scorer_two_or_more"]);
    expect(severities(step)).toEqual(["soft"]);
  });

  it("a keeper's change reaches all that rests on goals", () => {
    const change = { ...HOME, payload: { playerIn: "h12", playerOut: "h1" } };
    const step = plan(reported, second(55, "substitution", change));
    expect(touched(step)).toEqual(ids(openIn(...reported).filter((market) => !goalless(market))));
    expect(severities(step)).toEqual(["soft"]);
  });

  it("the first event beyond a quarter of an hour settles that quarter", () => {
    const step = plan(reported, second(60, "corner", HOME));
    expect(settled(step)).toEqual(["goals_45_60_over_under_0_5", "goals_45_60_over_under_1_5", "goals_45_60_result"]);
    expect(plan([...reported, second(60, "corner", HOME)], second(61, "corner", HOME)).settled).toEqual([]);
  });

  it("announced stoppage reaches what can still happen in it", () => {
    const step = plan(start, first(44, "stoppage_time_announced", { payload: { minutes: 4 } }));
    expect(step.changed).toContain("stoppage.first_half");
    expect(step.touched.map(({ market }) => market)).toContain("half_time_result");
    const later = plan(reported, second(89, "stoppage_time_announced", { payload: { minutes: 4 } }));
    expect(later.changed).toContain("stoppage.second_half");
    expect(severities(later)).toEqual(["soft"]);
  });

  it("prices, before the match, reach the variant that listens to them", () => {
    const odds = (market: string) => happening("odds_update", -30, { payload: { market, prices: { home: 2 } } });
    const before = [fixture(), ...lineups()];
    for (const market of ["match_result", "over_under_2_5"]) {
      const step = plan(before, odds(market));
      expect([...new Set(step.touched.flatMap(({ variants }) => variants ?? ["all"]))]).toEqual(["market-blend"]);
      expect(touched(step)).toEqual(ids(openIn(...before).filter((candidate) => !goalless(candidate))));
      expect(severities(step)).toEqual(["soft"]);
    }
    expect(plan(before, odds("corners_over_under_9_5")).touched).toEqual([]);
  });

  it("prices in play reach nothing: the score is in them", () => {
    const odds = second(50, "odds_update", { payload: { market: "match_result", prices: { home: 2 } } });
    expect(plan(reported, odds).touched).toEqual([]);
  });

  it("a bet stop changes what is offered, and no prediction", () => {
    const step = plan(reported, second(50, "bet_stop", { payload: { groups: ["corners"] } }));
    expect([step.changed, step.touched]).toEqual([["offer"], []]);
    expect(step.offerChanged.toSorted()).toEqual(
      ids(openIn(...reported).filter(({ category }) => category === "corners")),
    );
    expect(plan(reported, second(50, "bet_stop")).offerChanged).toHaveLength(openIn(...reported).length);
  });
});

describe("a red card", () => {
  const reported = [...toSecondHalf];
  const step = plan(reported, second(50, "red_card", { ...AWAY, player: "a4" }));

  it("reaches goals hard and cards softly, and leaves corners alone", () => {
    const severityOf = new Map(step.touched.map(({ market, severity }) => [market, severity]));
    expect([severityOf.get("match_result"), severityOf.get("cards_over_under_3_5")]).toEqual(["hard", "soft"]);
    const corners = openIn(...reported).filter(({ category }) => category === "corners");
    expect(corners.filter(({ id }) => severityOf.has(id))).toEqual([]);
    expect(settled(step)).toEqual(["away_cards_over_under_0_5", "red_card_shown"]);
  });
});

describe("the periods", () => {
  it("half-time settles the first half and touches the rest, softly", () => {
    const step = plan(start, halfTime());
    const ofFirstHalf = /^(goals_(0|15|30)_|half_time_(?!full_time)|next_goal_first_half)|_first_half$/;
    // Goalless: nobody can win, score or be busy in both halves any more.
    const failed = /^(home|away)_(win|score)_both_halves$|^(btts|score)_both_halves$|^both_halves_over_1_5$/;
    const expected = openIn(...start).filter(({ id }) => ofFirstHalf.test(id) || failed.test(id));
    expect(settled(step)).toEqual(ids(expected));
    expect([...touched(step), ...settled(step)].toSorted()).toEqual(ids(openIn(...start)));
    expect(severities(step)).toEqual(["soft"]);
    expect([step.preserved, step.clockMoved]).toEqual([0, true]);
  });

  it("full time settles everything", () => {
    const reported = [...toSecondHalf, second(67, "goal", { ...HOME, player: "h9" })];
    const step = plan(reported, fullTime());
    expect([step.touched, step.preserved]).toEqual([[], 0]);
    expect(settled(step).filter((id) => ids(openIn(...reported)).includes(id))).toEqual(ids(openIn(...reported)));
    expect(openIn(...reported, fullTime())).toEqual([]);
  });

  it("a whistle taken back reopens what it settled", () => {
    const whistle = fullTime();
    const reported = [...toSecondHalf];
    const step = plan([...reported, whistle], retracted(whistle));
    expect(step.reopened.toSorted()).toEqual(ids(openIn(...reported)));
    expect(touched(step)).toEqual(ids(openIn(...reported)));
  });

  it("a goal of the first half given in the break settles the first half again", () => {
    const step = plan([...start, halfTime()], first(46, "goal", { ...HOME, player: "h9" }));
    const result = step.settled.find(({ market }) => market === "half_time_result");
    expect(result?.settlement.outcomes).toEqual({ home: 1, draw: 0, away: 0 });
  });
});

describe("team sheets", () => {
  it("bring the scorers into the match", () => {
    const step = plan([fixture()], ...lineups());
    expect(touched(step)).toEqual(["anytime_scorer", "first_scorer", "scorer_three_or_more", "scorer_two_or_more"]);
    expect([step.open, step.preserved]).toEqual([openIn(fixture()).length, openIn(fixture()).length]);
  });

  it("withdrawn take the scorers out of the match, and what they settled with them", () => {
    const sheets = lineups();
    const reported = [fixture(), ...sheets, kickOff(), first(20, "goal", { ...HOME, player: "h9" })];
    const step = plan(reported, retracted(sheets[0]!));
    expect(step.reopened).toEqual(["first_scorer"]);
    expect(touched(step).filter((id) => id.includes("scorer"))).toEqual([]);
    expect(settled(plan([...reported, retracted(sheets[0]!)], revised(sheets[0]!, { revision: 3 })))).toEqual([
      "first_scorer",
    ]);
  });

  it("corrected after the end settle the scorers again, for whom nobody had a result", () => {
    const sheets = lineups();
    const reported = [fixture(), ...sheets, ...regularTime(), fullTime()];
    const { starters = [], bench = [] } = sheets[0]!.payload as { starters?: object[]; bench?: object[] };
    const step = plan(reported, revised(sheets[0]!, { payload: { starters, bench: [...bench, { id: "h30" }] } }));
    expect(settled(step)).toContain("anytime_scorer");
    expect(step.settled.find(({ market }) => market === "anytime_scorer")?.settlement.outcomes["h30"]).toBe(0.5);
  });
});

describe("a cup tie", () => {
  it("brings its markets when the fixture says so", () => {
    const step = plan([fixture()], { ...fixture({ knockout: true }), id: "later" });
    expect(touched(step)).toContain("to_qualify");
    expect(touched(step)).toContain("match_result");
  });
});

/** The step from one telling of a match to another one. */
const between = (before: readonly MatchEvent[], after: readonly MatchEvent[]): InvalidationPlan =>
  planInvalidation(stateOf(...before), stateOf(...after));

describe("severity in hindsight", () => {
  const goal = first(5, "goal", { ...HOME, player: "h9" });
  const severityOf = (id: string, step: InvalidationPlan) => step.touched.find(({ market }) => market === id)?.severity;

  it("is hard where the match was in play before the change only", () => {
    const before = [fixture(), ...lineups()];
    expect(severityOf("match_result", between([...before, kickOff(), goal], before))).toBe("hard");
  });

  it("is hard after the final whistle, for what it left open", () => {
    const nameless = first(5, "goal", HOME);
    const reported = [...start, nameless, ...regularTime().slice(1), fullTime()];
    expect(openIn(...reported).map(({ id }) => id)).toContain("anytime_scorer");
    expect(severityOf("anytime_scorer", plan(reported, second(88, "goal", AWAY)))).toBe("hard");
  });

  it("is soft before kick-off", () => {
    expect(severities(plan([fixture()], happening("weather", -30, { payload: { condition: "rain" } })))).toEqual([
      "soft",
    ]);
  });
});

describe("a market that is not in the match", () => {
  const sheets = lineups();
  const without = [fixture(), kickOff()];
  const goal = first(20, "goal", { ...HOME, player: "h9" });
  const collected = (step: InvalidationPlan) => step.collected.map(({ market }) => market).toSorted();
  const scorerMarkets = ["anytime_scorer", "first_scorer", "scorer_three_or_more", "scorer_two_or_more"];

  it("collects what reaches it hard, and why", () => {
    const step = plan(without, goal);
    expect(collected(step).filter((id) => id.includes("scorer"))).toEqual(scorerMarkets);
    expect(step.collected.find(({ market }) => market === "first_scorer")?.because).toEqual(["score"]);
    expect(collected(step)).toContain("to_qualify");
    expect(touched(step).filter((id) => collected(step).includes(id))).toEqual([]);
  });

  it("collects nothing soft, and nothing before kick-off", () => {
    expect(collected(plan(without, first(20, "corner", HOME)))).toEqual([]);
    expect(collected(plan([], fixture()))).toEqual([]);
    expect(collected(plan([fixture()], happening("weather", -30, { payload: { condition: "rain" } })))).toEqual([]);
  });

  it("collects the step that takes it out, when that is hard or takes a settlement with it", () => {
    const reported = [fixture(), ...sheets, kickOff()];
    expect(collected(plan(reported, retracted(sheets[0]!)))).toEqual([]);
    expect(collected(plan(reported, retracted(sheets[0]!), goal))).toEqual(expect.arrayContaining(scorerMarkets));
    expect(collected(plan([...reported, goal], retracted(sheets[0]!)))).toEqual(["first_scorer"]);
  });

  it("comes back touched in every variant: it keeps what it collected", () => {
    const back = between([...without, goal], [...without, goal, ...sheets]).touched.filter(({ market }) =>
      scorerMarkets.includes(market),
    );
    expect(back.map(({ variants }) => variants)).toEqual([undefined, undefined, undefined]);
  });
});

describe("what forbids serving what was known before", () => {
  const reported = [...start, first(10, "goal", { ...HOME, player: "h9" })];
  const sheets = lineups();
  it.each<[string, boolean, InvalidationPlan]>([
    ["a goal", true, plan(start, first(10, "goal", HOME))],
    ["a corner", false, plan(reported, first(12, "corner", HOME))],
    ["a bet stop", true, plan(reported, first(12, "bet_stop"))],
    ["a settlement", true, plan(reported, halfTime())],
    ["a kick-off", false, plan([fixture()], kickOff())],
    ["a market that leaves", true, plan([fixture(), ...sheets], retracted(sheets[0]!))],
    ["another graph", true, planFullInvalidation(stateOf(...reported), stateOf(...reported))],
  ])("%s: %s", (_what, forbids, step) => {
    expect(step.forbids).toBe(forbids);
  });
});

describe("entries of another graph", () => {
  it("are all touched, softly where nothing happened and hard where it did in play", () => {
    const before = stateOf(...toSecondHalf);
    const after = stateOf(...toSecondHalf, second(50, "corner", HOME));
    const none = planFullInvalidation(before, before);
    expect([touched(none), severities(none), none.preserved]).toEqual([ids(openIn(...toSecondHalf)), ["soft"], 0]);
    const some = planFullInvalidation(before, after);
    expect(severities(some)).toEqual(["hard"]);
    expect(some.touched.find(({ market }) => market === "match_result")?.because).toEqual([]);
    expect(settled(some)).toEqual(ids(CATALOGUE.filter((market) => isListed(market, after) && !isOpen(market, after))));
  });

  it("are hard where a stored settlement is none by the present rules, in the match or not", () => {
    const state = stateOf(...start);
    const stored = new Set(["match_result", "to_qualify"]);
    const taken = planFullInvalidation(state, state, readsOf, stored);
    expect(taken.reopened.toSorted()).toEqual(["match_result", "to_qualify"]);
    expect(taken.touched.filter(({ severity }) => severity === "hard").map(({ market }) => market)).toEqual([
      "match_result",
    ]);
    expect(taken.collected).toEqual([{ market: "to_qualify", because: [] }]);
    const scored = stateOf(...start, first(5, "goal", HOME));
    expect(planFullInvalidation(scored, scored, readsOf, new Set(["over_under_0_5"])).reopened).toEqual([]);
  });

  it("are hard where the kick-off is taken back with something", () => {
    const before = stateOf(...start, first(5, "goal", HOME));
    expect(severities(planFullInvalidation(before, stateOf(fixture(), ...lineups())))).toEqual(["hard"]);
  });
});
