import { describe, expect, it } from "vitest";
import { clockAt, isInPlay, matchMinute } from "./clock.ts";
import type { MatchEvent } from "../events/event.ts";
import { EMPTY_STATE, foldEvents } from "./fold-events.ts";
import type { MatchState } from "./match-state.ts";
import { AWAY, endOf, first, fixture, fullTime, halfTime, happening, HOME } from "../testing/example-events.ts";
import { KICK_OFF_AT, kickOff, numbered, play, regularTime, retracted, revised } from "../testing/example-events.ts";
import { second, secondHalf, startOf, stateOf } from "../testing/example-events.ts";

const score = ({ score: { home, away } }: MatchState): string => `${home}-${away}`;
const halfTimeScore = ({ halfTimeScore: half }: MatchState): string | null => half && `${half.home}-${half.away}`;
const goal = { ...HOME, player: "h9" };
const knockout = () => fixture({ knockout: true });

describe("a match without events", () => {
  it("is empty, before kick-off", () => {
    expect(foldEvents(new Map())).toEqual(EMPTY_STATE);
    expect(isInPlay(EMPTY_STATE)).toBe(false);
  });

  it("stays empty after events of unknown types", () => {
    expect(stateOf(happening("cooling_break", 20), first(31, "shot", HOME))).toEqual(EMPTY_STATE);
  });
});

describe("goals", () => {
  it("count for the side that gains them, with scorer and minute", () => {
    const state = stateOf(
      kickOff(),
      first(23, "goal", goal),
      first(30, "goal", { ...AWAY, payload: { kind: "own_goal" } }),
    );
    expect(score(state)).toBe("1-1");
    expect(state.goals).toEqual([
      { side: "home", period: "first_half", minute: 23, player: "h9", ownGoal: false, provisional: false },
      { side: "away", period: "first_half", minute: 30, player: null, ownGoal: true, provisional: false },
    ]);
  });

  it("of first-half stoppage belong to the first half", () => {
    const state = stateOf(...regularTime(), first(47, "goal", HOME), second(46, "goal", AWAY));
    expect([halfTimeScore(state), score(state)]).toEqual(["1-0", "1-1"]);
  });

  it.each([
    ["numbered", (events: MatchEvent[]) => numbered(events)],
    ["unnumbered", (events: MatchEvent[]) => [...events]],
  ])("given in the break after a review belong to the half in which they fell (%s)", (_how, reported) => {
    const state = stateOf(...reported([kickOff(), halfTime(), first(46, "goal", HOME), secondHalf()]));
    expect([halfTimeScore(state), score(state), state.periodsPlayed]).toEqual(["1-0", "1-0", 1]);
  });

  it("reported after the final whistle count in the period in which they fell", () => {
    const state = stateOf(
      ...numbered([...regularTime(), fullTime(), first(9, "goal", HOME), second(80, "goal", HOME)]),
    );
    expect([halfTimeScore(state), score(state)]).toEqual(["1-0", "2-0"]);
  });

  it("without a minute are placed by their period", () => {
    const late = happening("goal", 90, { ...HOME, period: "second_half" });
    const state = stateOf(kickOff(), halfTime(), secondHalf(), late);
    expect([halfTimeScore(state), state.goals[0]?.minute]).toEqual(["0-0", null]);
  });

  it("without period or minute belong to the period in which they were reported", () => {
    const state = stateOf(
      ...regularTime(),
      happening("goal", 20, HOME),
      happening("goal", 80, AWAY),
      happening("goal", 85, AWAY),
    );
    expect([halfTimeScore(state), score(state)]).toEqual(["1-0", "1-2"]);
  });

  it("without period or minute after regular time count as late reports, where there is no extra time", () => {
    expect(score(stateOf(...regularTime(), happening("goal", 170, HOME)))).toBe("1-0");
    expect(score(stateOf(...regularTime(), fullTime(), happening("goal", 190, HOME)))).toBe("1-0");
    expect(score(stateOf(knockout(), ...regularTime(), fullTime(), happening("goal", 190, HOME)))).toBe("1-0");
  });

  it("of extra time leave the score of regular time alone", () => {
    const state = stateOf(
      knockout(),
      ...regularTime(),
      second(70, "goal", HOME),
      play("extra_first_half", 95, "goal", AWAY),
    );
    expect([score(state), state.extraTimeScore]).toEqual(["1-0", { home: 0, away: 1 }]);
  });

  it("in a shoot-out count as kicks, for feeds that report them as goals", () => {
    const state = stateOf(knockout(), ...regularTime(), play("shoot_out", 120, "goal", AWAY));
    expect(state.extraTimeScore).toEqual({ home: 0, away: 0 });
    expect(state.shootOut).toEqual({ scored: { home: 0, away: 1 }, taken: { home: 0, away: 1 } });
  });
});

describe("a goal under review", () => {
  const possible = first(13, "goal", { ...goal, payload: { confirmation: "possible" } });
  const tbd = revised(possible, { payload: { confirmation: "tbd" } });
  const confirmed = revised(tbd, { payload: { confirmation: "confirmed" } });
  const cancelled = revised(tbd, { payload: { confirmation: "cancelled" } });

  it("is pending and does not count while it is possible", () => {
    expect(stateOf(kickOff(), possible)).toMatchObject({ score: { home: 0, away: 0 }, goalPending: "home" });
  });

  it("counts provisionally as soon as it is given", () => {
    const state = stateOf(kickOff(), possible, tbd);
    expect([score(state), state.goalPending, state.goals[0]?.provisional]).toEqual(["1-0", null, true]);
  });

  it("counts finally once it is confirmed", () => {
    expect(stateOf(kickOff(), possible, tbd, confirmed).goals[0]?.provisional).toBe(false);
  });

  it("leaves no trace when cancelled, by revision or by retraction", () => {
    expect(stateOf(kickOff(), possible, tbd, cancelled)).toEqual(stateOf(kickOff()));
    expect(stateOf(kickOff(), tbd, retracted(tbd))).toEqual(stateOf(kickOff()));
  });

  it("is decided by the goal event, whatever its id", () => {
    expect(stateOf(kickOff(), possible, first(24, "goal", HOME)).goalPending).toBeNull();
    const denied = first(24, "goal", { ...HOME, payload: { confirmation: "cancelled" } });
    expect(stateOf(kickOff(), possible, denied)).toMatchObject({ goalPending: null, goals: [] });
    expect(stateOf(kickOff(), possible, first(24, "goal", AWAY)).goalPending).toBe("home");
  });

  it("is pending between the start and the end of the review", () => {
    const started = first(24, "var_review_started");
    expect(stateOf(kickOff(), tbd, started).reviewPending).toBe(true);
    expect(stateOf(kickOff(), tbd, started, first(26, "var_review_ended")).reviewPending).toBe(false);
    // A review whose end is reported without a clock must not stay pending for ever.
    expect(stateOf(kickOff(), tbd, started, happening("var_review_ended", 26)).reviewPending).toBe(false);
  });

  it("is no longer pending when the match is over", () => {
    const state = stateOf(kickOff(), possible, first(24, "var_review_started"), fullTime());
    expect(state).toMatchObject({ goalPending: null, reviewPending: false });
  });
});

describe("a penalty", () => {
  const awarded = first(30, "penalty_awarded", HOME);
  const taken = (scored: boolean) => first(32, "penalty_taken", { ...HOME, payload: { scored } });

  it("is pending from its award to its kick", () => {
    expect(stateOf(kickOff(), awarded).penaltyPending).toBe("home");
    for (const kick of [taken(true), taken(false), first(32, "penalty_missed", HOME)])
      expect(stateOf(kickOff(), awarded, kick)).toMatchObject({ penaltyPending: null, penaltiesAwarded: 1 });
  });

  it("ends with its goal; a penalty goal implies one that was not reported", () => {
    const scored = first(32, "goal", { ...goal, payload: { kind: "penalty" } });
    expect(stateOf(kickOff(), awarded, scored)).toMatchObject({ penaltyPending: null, penaltiesAwarded: 1 });
    expect(stateOf(kickOff(), scored)).toMatchObject({ penaltyPending: null, penaltiesAwarded: 1 });
    expect(stateOf(kickOff(), awarded, taken(true), scored).penaltiesAwarded).toBe(1);
  });

  it("was awarded if a kick was taken", () => {
    expect(stateOf(kickOff(), taken(false)).penaltiesAwarded).toBe(1);
  });

  it("retracted was never given", () => {
    expect(stateOf(kickOff(), awarded, retracted(awarded))).toEqual(stateOf(kickOff()));
  });

  it("without a kick ends with its period, and with the match", () => {
    expect(stateOf(kickOff(), awarded, halfTime()).penaltyPending).toBeNull();
    expect(
      stateOf(...numbered([...regularTime(), fullTime(), second(95, "penalty_awarded", HOME)])).penaltyPending,
    ).toBeNull();
  });

  it("in extra time or a shoot-out does not count for regular time", () => {
    const state = stateOf(knockout(), ...regularTime(), play("extra_first_half", 99, "penalty_awarded", AWAY));
    expect(state).toMatchObject({ penaltyPending: "away", penaltiesAwarded: 0 });
  });
});

describe("corners and cards", () => {
  it("are counted over the match and over its first half", () => {
    const state = stateOf(
      ...regularTime(),
      first(10, "corner", HOME),
      first(20, "yellow_card", AWAY),
      second(60, "corner", HOME),
      second(61, "red_card", AWAY),
    );
    expect(state.counts).toEqual({ corners: { home: 2, away: 0 }, cards: { home: 0, away: 2 } });
    expect(state.halfTimeCounts).toEqual({ corners: { home: 1, away: 0 }, cards: { home: 0, away: 1 } });
    expect([state.yellowCards, state.redCards]).toEqual([
      { home: 0, away: 1 },
      { home: 0, away: 1 },
    ]);
  });

  it("a second yellow is one more card and one player less", () => {
    const state = stateOf(kickOff(), first(10, "yellow_card", AWAY), first(20, "second_yellow_card", AWAY));
    expect([state.counts.cards.away, state.yellowCards.away, state.redCards.away]).toEqual([2, 1, 1]);
  });

  it("a card shown in the break belongs to the half of its clock", () => {
    const [start, pause, restart] = [kickOff(), halfTime(), secondHalf()];
    const offence = first(48, "yellow_card", HOME);
    const dispute = second(45, "yellow_card", AWAY);
    const state = stateOf(...numbered([start, pause, offence, dispute, restart]));
    expect(state.halfTimeCounts?.cards).toEqual({ home: 1, away: 0 });
    expect(state.counts.cards).toEqual({ home: 1, away: 1 });
  });

  it("a card in the break does not end the break", () => {
    const state = stateOf(kickOff(), halfTime(), second(45, "yellow_card", AWAY));
    expect(clockAt(state, KICK_OFF_AT).phase).toBe("half_time");
  });

  it("reported after the whistle count as if they had been reported in time", () => {
    const reported = [second(88, "corner", HOME), second(92, "yellow_card", HOME), second(93, "red_card", AWAY)];
    const late = stateOf(...numbered([...regularTime(), fullTime(), ...reported]));
    const inTime = stateOf(...regularTime(), fullTime(), ...reported);
    expect(late.counts).toEqual(inTime.counts);
    expect(late.counts).toEqual({ corners: { home: 1, away: 0 }, cards: { home: 1, away: 1 } });
  });

  it("in extra time count only for the number of players on the pitch", () => {
    const cup = [knockout(), ...regularTime()];
    const state = stateOf(
      ...cup,
      play("extra_first_half", 99, "corner", HOME),
      play("extra_first_half", 99, "red_card", HOME),
    );
    expect(state.counts).toEqual(EMPTY_STATE.counts);
    expect([state.redCards.home, state.regularRedCards.home]).toEqual([1, 0]);
  });
});

describe("periods", () => {
  const phase = (...events: MatchEvent[]) => clockAt(stateOf(...events), KICK_OFF_AT).phase;

  it("follow each other through a cup tie", () => {
    const [start, ...rest] = regularTime();
    const steps = [knockout(), start!, ...rest, startOf("extra_first_half"), endOf("extra_first_half")];
    const more = [startOf("extra_second_half"), endOf("extra_second_half"), startOf("shoot_out"), fullTime()];
    const all = [...steps, ...more];
    expect(all.map((_event, index) => phase(...all.slice(0, index + 1)))).toEqual([
      "pre_match",
      "first_half",
      "half_time",
      "second_half",
      "extra_time_pending",
      "extra_first_half",
      "extra_half_time",
      "extra_second_half",
      "shoot_out_pending",
      "shoot_out",
      "full_time",
    ]);
  });

  it("that were not announced begin with the first play in them", () => {
    const state = stateOf(kickOff(), first(12, "goal", HOME), second(50, "corner", AWAY));
    expect([state.periodsPlayed, state.clock?.period, halfTimeScore(state)]).toEqual([1, "second_half", "1-0"]);
    expect(matchMinute(state, clockAt(state, Date.parse(second(50, "corner", AWAY).occurredAt)))).toBe(50);
  });

  it("begin with play of which only the period is known", () => {
    const corner = happening("corner", 70, { ...HOME, period: "second_half" });
    const state = stateOf(kickOff(), corner);
    expect([state.periodsPlayed, state.counts.corners.home, state.halfTimeCounts?.corners.home]).toEqual([1, 1, 0]);
  });

  it("do not begin with a report about them during the break before", () => {
    for (const type of ["goalkeeper_change", "formation_change", "odds_update", "player_injury", "bet_stop"]) {
      const payload = { goalkeeper: "h12", formation: "4-4-2", market: "m", prices: {} };
      expect(phase(kickOff(), halfTime(), second(45, type, { ...HOME, payload }))).toBe("half_time");
    }
  });

  it("a goal in a match without a kick-off is play too", () => {
    const state = stateOf(fixture(), happening("goal", 30, HOME));
    expect([isInPlay(state), state.clock?.period, score(state)]).toEqual([true, "first_half", "1-0"]);
  });

  it("do not begin again after their end", () => {
    const [start, pause, restart] = [kickOff(), halfTime(), secondHalf()];
    expect(stateOf(...numbered([start, pause, restart, startOf("first_half")])).clock?.period).toBe("second_half");
    expect(stateOf(...numbered([...regularTime(), secondHalf()])).clock).toBeNull();
  });

  it("end once, however many feeds report it", () => {
    const twice = stateOf(kickOff(), halfTime(), halfTime(), secondHalf(), second(60, "goal", HOME), halfTime());
    expect([twice.periodsPlayed, twice.clock?.period, halfTimeScore(twice)]).toEqual([1, "second_half", "0-0"]);
  });

  it("run on when the event that ended them is retracted", () => {
    const [start, pause] = [kickOff(), halfTime()];
    expect(stateOf(start, pause, retracted(pause))).toEqual(stateOf(start));
  });
});

describe("the final whistle", () => {
  const ended = (...events: MatchEvent[]) => {
    const state = stateOf(...events, fullTime());
    return [state.periodsPlayed, state.over, matchMinute(state, clockAt(state, KICK_OFF_AT))];
  };

  it("ends regular time, whether or not the end of the half was reported", () => {
    expect(ended(...regularTime())).toEqual([2, true, 90]);
    expect(ended(kickOff(), halfTime(), secondHalf())).toEqual([2, true, 90]);
    expect(ended(kickOff(), halfTime())).toEqual([2, true, 90]);
    expect(ended(kickOff())).toEqual([2, true, 90]);
    expect(ended()).toEqual([2, true, 90]);
  });

  it("ends extra time that has begun", () => {
    const cup = [knockout(), ...regularTime(), startOf("extra_first_half")];
    expect(ended(...cup)).toEqual([4, true, 120]);
    expect(ended(...cup, endOf("extra_first_half"))).toEqual([4, true, 120]);
    expect(ended(...cup, startOf("extra_second_half"))).toEqual([4, true, 120]);
    expect(ended(...cup, startOf("shoot_out"))).toEqual([5, true, 120]);
  });

  it("gives the half-time score from the goals where no half-time was reported", () => {
    const state = stateOf(
      kickOff(),
      first(20, "goal", HOME),
      happening("goal", 80, { ...AWAY, period: "second_half" }),
      fullTime(),
    );
    expect([halfTimeScore(state), score(state)]).toEqual(["1-0", "1-1"]);
  });

  it("can be retracted", () => {
    const whistle = fullTime();
    expect(stateOf(...regularTime(), whistle, retracted(whistle))).toEqual(stateOf(...regularTime()));
  });
});

describe("the shoot-out", () => {
  it("counts kicks taken and scored", () => {
    const kick = (team: object, scored: boolean) =>
      play("shoot_out", 120, "shootout_kick", { ...team, payload: { scored } });
    const state = stateOf(knockout(), ...regularTime(), kick(HOME, true), kick(AWAY, false), kick(HOME, true));
    expect(state.shootOut).toEqual({ scored: { home: 2, away: 0 }, taken: { home: 2, away: 1 } });
  });
});

describe("bet stops, halts and postponements", () => {
  it("bet stops add up until bet starts lift them", () => {
    const stop = (groups?: string[]) => first(10, "bet_stop", groups ? { payload: { groups } } : {});
    const start = (groups?: string[]) => first(12, "bet_start", groups ? { payload: { groups } } : {});
    const stopped = (...events: MatchEvent[]) => stateOf(kickOff(), ...events).stopped;
    expect(stopped(stop(["corners"]), stop(["cards", "corners"]))).toEqual(["cards", "corners"]);
    expect(stopped(stop(["corners", "cards"]), start(["cards"]))).toEqual(["corners"]);
    expect(stopped(stop(), stop(["cards"]), start())).toEqual([]);
    expect(stopped(stop(), start(["cards"]))).toEqual(["all"]);
  });

  it("a bet stop of the feed is lifted by an operator's event without a clock", () => {
    const [kick, stop] = numbered([kickOff(), first(10, "bet_stop")]);
    expect(stateOf(kick!, stop!, happening("bet_start", 12)).stopped).toEqual([]);
    expect(stateOf(kick!, stop!, happening("bet_start", 8)).stopped).toEqual(["all"]);
  });

  it("a feed gap halts the match until the feed recovers, and hides no abandonment", () => {
    const [gap, over] = [first(20, "feed_gap"), first(25, "feed_recovered")];
    expect(stateOf(kickOff(), gap)).toMatchObject({ feedGap: true, halted: null });
    expect(stateOf(kickOff(), gap, over).feedGap).toBe(false);
    expect(stateOf(kickOff(), first(19, "abandoned"), gap, over)).toMatchObject({
      feedGap: false,
      halted: "abandoned",
    });
  });

  it("a feed gap that begins while the match is halted outlasts the halt", () => {
    const [gap, recovered] = [happening("feed_gap", 40), happening("feed_recovered", 90)];
    for (const halt of ["abandoned", "postponed"]) {
      const events = [kickOff(), happening(halt, 30), gap, happening("resumed", 60)];
      expect(stateOf(...events)).toMatchObject({ feedGap: true, halted: null });
      expect(stateOf(...events, recovered)).toMatchObject({ feedGap: false, halted: null });
    }
  });

  it("a postponed match may be played after all", () => {
    const off = happening("postponed", -120);
    expect(stateOf(fixture(), off).halted).toBe("postponed");
    expect(stateOf(fixture(), off, happening("resumed", -60), kickOff())).toMatchObject({ halted: null, over: false });
  });
});

describe("an abandoned match", () => {
  const stopped = [fixture(), kickOff(), first(30, "abandoned")];
  const minuteAt = (state: MatchState, minutes: number) =>
    matchMinute(state, clockAt(state, KICK_OFF_AT + minutes * 60_000));

  it("keeps the minute at which it stopped", () => {
    const state = stateOf(...stopped);
    expect([state.halted, minuteAt(state, 31), minuteAt(state, 500)]).toEqual(["abandoned", 30, 30]);
    expect(clockAt(state, KICK_OFF_AT)).toMatchObject({ phase: "first_half", rate: 0 });
  });

  it("continues at that minute when it is resumed, even days later", () => {
    const state = stateOf(...stopped, happening("resumed", 3_000));
    expect([state.halted, minuteAt(state, 3_000), minuteAt(state, 3_010)]).toEqual([null, 30, 40]);
  });

  it("continues at the minute that the feed names", () => {
    const state = stateOf(...stopped, happening("resumed", 3_000, { period: "first_half", minute: 28 }));
    expect(minuteAt(state, 3_000)).toBe(28);
  });

  it("can be abandoned twice", () => {
    const again = [happening("resumed", 100), happening("abandoned", 105), happening("resumed", 200)];
    expect(minuteAt(stateOf(...stopped, ...again), 200)).toBe(35);
  });

  it("has no running clock to stop when it is abandoned in a break", () => {
    const state = stateOf(fixture(), kickOff(), halfTime(), happening("abandoned", 55), happening("resumed", 60));
    expect(clockAt(state, KICK_OFF_AT).phase).toBe("half_time");
  });
});

describe("what a prediction reads", () => {
  it("is the latest report of each kind", () => {
    const state = stateOf(
      happening("referee_assigned", -100, { payload: { referee: "A" } }),
      happening("referee_assigned", -50, { payload: { referee: "B" } }),
      happening("venue_changed", -50, { payload: { venue: "Wembley", neutral: true } }),
      happening("weather", -20, { payload: { condition: "rain" } }),
      happening("model_refitted", -20, { payload: { parameters: "fit-7" } }),
      happening("odds_update", -10, { payload: { market: "match_result", prices: { home: 2 } } }),
      happening("odds_steam", -5, { payload: { market: "match_result", prices: { home: 1.8 } } }),
      happening("odds_steam", -4, { payload: { market: "match_result" } }),
      happening("line_movement", -4, { payload: { market: "over_under_2_5", prices: { over: 1.9 } } }),
      happening("sharp_money", -3, { payload: { market: "match_result" } }),
    );
    expect(state).toMatchObject({ referee: "B", venue: "Wembley", neutralVenue: true, weather: "rain" });
    expect(state).toMatchObject({
      parameters: "fit-7",
      odds: { match_result: { home: 1.8 }, over_under_2_5: { over: 1.9 } },
    });
  });

  it("orders prices without a clock and those of a numbered feed by time", () => {
    const prices = (home: number, minutes: number) =>
      happening("odds_update", minutes, { payload: { market: "match_result", prices: { home } } });
    const state = stateOf(...numbered([kickOff(), prices(2, 10), first(20, "corner", HOME)]), prices(3, 15));
    expect(state.odds["match_result"]).toEqual({ home: 3 });
  });

  it("includes announced stoppage by period", () => {
    const state = stateOf(
      kickOff(),
      first(44, "stoppage_time_announced", { payload: { minutes: 3 } }),
      happening("stoppage_time_announced", 105, { payload: { minutes: 5 } }),
      secondHalf(),
    );
    expect(state.stoppage).toEqual({ first_half: 3, second_half: 5 });
  });
});

describe("window marks", () => {
  it("are passed once an event of a known type happens beyond them in their half", () => {
    expect(stateOf(kickOff(), first(14, "corner", HOME)).marksPassed).toEqual([]);
    expect(stateOf(kickOff(), first(15, "corner", HOME)).marksPassed).toEqual([15]);
    expect(stateOf(kickOff(), first(47, "yellow_card", HOME)).marksPassed).toEqual([15, 30]);
    expect(stateOf(kickOff(), second(61, "bet_stop")).marksPassed).toEqual([60]);
  });

  it("are not passed by a retracted event or an unknown type", () => {
    const corner = first(16, "corner", HOME);
    expect(stateOf(kickOff(), corner, retracted(corner)).marksPassed).toEqual([]);
    expect(stateOf(kickOff(), first(16, "shot", HOME)).marksPassed).toEqual([]);
  });

  it("are not passed by an unconfirmed goal: the settled markets would have to reopen", () => {
    const reported = (confirmation: string) => first(16, "goal", { ...HOME, payload: { confirmation } });
    for (const waiting of ["possible", "tbd"]) expect(stateOf(kickOff(), reported(waiting)).marksPassed).toEqual([]);
    for (const decided of ["confirmed", "cancelled"])
      expect(stateOf(kickOff(), reported(decided)).marksPassed).toEqual([15]);
  });
});
