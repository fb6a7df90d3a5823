import { describe, expect, it } from "vitest";
import { CATALOGUE, findMarket } from "../markets/catalogue.ts";
import { clockAt, isInPlay } from "./clock.ts";
import type { MatchEvent } from "../events/event.ts";
import { isListed } from "../markets/market.ts";
import type { MatchState } from "./match-state.ts";
import { isPlayOver } from "./play-over.ts";
import { settlementOf } from "../markets/settlement.ts";
import { suspensionOf } from "../markets/suspension.ts";
import { randomFrom, scattered } from "../testing/random-source.ts";
import {
  AWAY,
  endOf,
  first,
  fixture,
  fullTime,
  halfTime,
  happening,
  HOME,
  KICK_OFF_AT,
} from "../testing/example-events.ts";
import {
  kickOff,
  lineups,
  play,
  regularTime,
  retracted,
  second,
  secondHalf,
  startOf,
} from "../testing/example-events.ts";
import { stateOf } from "../testing/example-events.ts";

function stateAfter(...events: MatchEvent[]): MatchState {
  const state = stateOf(...events);
  for (const seed of [1, 2, 3]) expect(stateOf(...scattered(events, randomFrom(seed)))).toEqual(state);
  return state;
}

const results = (id: string, state: MatchState) => settlementOf(findMarket(id)!, state)?.grades;
const listed = (state: MatchState) => CATALOGUE.filter((market) => isListed(market, state));
const settled = (state: MatchState) =>
  listed(state).flatMap((market) => (settlementOf(market, state) ? [market.id] : []));
const offered = (state: MatchState) =>
  listed(state).filter((market) => !settlementOf(market, state) && !suspensionOf(market, state));

describe("an abandoned match", () => {
  const started = [fixture(), kickOff(), first(10, "goal", HOME), first(12, "corner", HOME)];
  const abandoned = first(30, "abandoned");

  it("that is whistled off leaves what play had decided, and the rest is void: minute 30 is no result", () => {
    const before = stateOf(...started, abandoned);
    const state = stateAfter(...started, abandoned, happening("full_time", 31));
    for (const market of listed(state)) {
      const [was, is] = [settlementOf(market, before), settlementOf(market, state)];
      expect(is?.grades).toEqual(
        was?.grades ?? Object.fromEntries(Object.keys(is?.grades ?? {}).map((o) => [o, "void"])),
      );
      if (!was) expect(is?.provisional).toBe(true);
    }
    expect(results("over_under_0_5", state)).toEqual({ over: "won", under: "lost" });
    expect(results("corners_over_under_9_5", state)).toEqual({ over: "void", under: "void" });
    expect([state.over, state.playedOut, offered(state)]).toEqual([true, false, []]);
    expect(clockAt(state, KICK_OFF_AT + 90 * 60_000)).toEqual({ phase: "first_half", minutesIntoPeriod: 30, rate: 0 });
  });

  it("settles on no score either where it would have been extra time or kicks", () => {
    const cup = [fixture({ knockout: true }), ...regularTime(), startOf("shoot_out")];
    const kicks = play("shoot_out", 120, "shootout_kick", { ...HOME, payload: { scored: true } });
    const state = stateAfter(...cup, kicks, happening("abandoned", 160), fullTime());
    const nobody = { home: "void", away: "void" };
    expect([results("to_qualify", state), results("shoot_out_winner", state)]).toEqual([nobody, nobody]);
  });

  it("goes on another day, and the whistle of the first day has no effect", () => {
    const again = [happening("resumed", 1_000), { ...first(40, "goal", AWAY), occurredAt: at(1_005) }];
    const state = stateAfter(...started, abandoned, happening("full_time", 31), ...again);
    expect([state.over, state.halted, isInPlay(state), state.score]).toEqual([false, null, true, { home: 1, away: 1 }]);
    const end = [...again, happening("period_end", 1_010, { period: "first_half" }), happening("full_time", 1_070)];
    const ended = stateAfter(...started, abandoned, happening("full_time", 31), ...end);
    expect([ended.playedOut, results("match_result", ended)?.["draw"]]).toEqual([true, "won"]);
  });

  it("ends as usual when the abandonment is retracted", () => {
    const state = stateAfter(...started, abandoned, retracted(abandoned), fullTime());
    expect([state.playedOut, results("match_result", state)?.["home"]]).toEqual([true, "won"]);
  });
});

const at = (minutes: number) => new Date(KICK_OFF_AT + minutes * 60_000).toISOString();

describe("an awarded or void result", () => {
  const started = [
    fixture({ knockout: true }),
    ...lineups(),
    kickOff(),
    first(10, "goal", HOME),
    first(30, "abandoned"),
  ];
  const awarded = (payload: object) => happening("awarded", 3_000, { payload: { ...payload } });

  it.each([
    ["awarded", () => awarded({ score: { home: 0, away: 3 } })],
    ["void", () => happening("void", 3_000)],
  ])("keeps what play had decided and makes the rest void (%s)", (_what, decision) => {
    const before = stateOf(...started);
    const state = stateAfter(...started, happening("full_time", 31), decision());
    expect(settled(state)).toEqual(listed(state).map(({ id }) => id));
    for (const market of listed(state)) {
      const was = settlementOf(market, before);
      const is = settlementOf(market, state);
      if (was) expect(is?.grades).toEqual(was.grades);
      else if (market.id !== "to_qualify") expect(new Set(Object.values(is?.grades ?? {}))).toEqual(new Set(["void"]));
    }
    expect(state.score).toEqual({ home: 1, away: 0 });
  });

  it("names who qualifies, by its score or its winner", () => {
    const away = { home: "lost", away: "won" };
    const nobody = { home: "void", away: "void" };
    const qualifier = (payload: object) => results("to_qualify", stateAfter(...started, awarded(payload)));
    expect(qualifier({ score: { home: 0, away: 3 } })).toEqual(away);
    expect(qualifier({ winner: "away" })).toEqual(away);
    expect(qualifier({})).toEqual(nobody);
    expect(results("to_qualify", stateAfter(...started, happening("void", 3_000)))).toEqual(nobody);
  });

  it("changes no bet on a match that was played to its end", () => {
    const played = [fixture(), ...regularTime(), fullTime()];
    const state = stateAfter(...played, awarded({ score: { home: 3, away: 0 } }));
    for (const market of listed(state))
      expect(settlementOf(market, state)).toEqual(settlementOf(market, stateOf(...played)));
  });

  it("ignores a whistle that follows, and can be retracted like any event", () => {
    const decision = happening("void", 40);
    expect(stateAfter(...started, decision, happening("full_time", 41)).playedOut).toBe(false);
    const back = stateAfter(...started, decision, retracted(decision));
    expect([back.over, back.decision]).toEqual([false, null]);
  });
});

describe("a postponed match", () => {
  const postponed = happening("postponed", -30);

  it("is offered again once it is played, without a resumed event", () => {
    const again = new Date(KICK_OFF_AT + 86_400_000).toISOString();
    const waiting = stateAfter(fixture(), postponed);
    expect(offered(waiting)).toEqual([]);
    for (const start of [kickOff(), startOf("first_half"), first(3, "corner", HOME)]) {
      const state = stateAfter(fixture({ kickoff: again }), postponed, { ...start, occurredAt: again });
      expect([state.halted, isInPlay(state), offered(state).length > 0]).toEqual([null, true, true]);
    }
  });

  it("is not over once it is played, although a full_time had closed it", () => {
    const state = stateAfter(fixture(), postponed, happening("full_time", -20), kickOff());
    expect([state.over, isInPlay(state)]).toEqual([false, true]);
    expect(stateAfter(fixture(), postponed, happening("full_time", -20))).toMatchObject({
      over: true,
      playedOut: false,
    });
  });
});

describe("the end of play", () => {
  const phaseOf = (state: MatchState) => clockAt(state, KICK_OFF_AT).phase;

  it("of a league match is the end of the second half: nothing is live after it", () => {
    const scorerUnknown = first(10, "goal", HOME);
    const state = stateAfter(fixture(), ...lineups(), ...regularTime(), scorerUnknown);
    expect([isPlayOver(state), isInPlay(state), phaseOf(state), offered(state)]).toEqual([
      true,
      false,
      "full_time",
      [],
    ]);
    expect(settlementOf(findMarket("match_result")!, state)?.provisional).toBe(true);
  });

  it("of a cup tie comes when one side has won", () => {
    const cup = (...events: MatchEvent[]) => stateAfter(fixture({ knockout: true }), ...regularTime(), ...events);
    const goal = second(60, "goal", HOME);
    const extra = [startOf("extra_first_half"), endOf("extra_first_half")];
    const extraGoal = play("extra_first_half", 99, "goal", AWAY);
    const secondExtra = [startOf("extra_second_half"), endOf("extra_second_half")];
    expect([phaseOf(cup()), phaseOf(cup(goal))]).toEqual(["extra_time_pending", "full_time"]);
    expect([phaseOf(cup(...extra)), phaseOf(cup(...extra, extraGoal))]).toEqual(["extra_half_time", "extra_half_time"]);
    expect(phaseOf(cup(...extra, ...secondExtra))).toBe("shoot_out_pending");
    expect(phaseOf(cup(...extra, extraGoal, ...secondExtra))).toBe("full_time");
  });

  it("does not come at half-time, nor in extra time that was not announced", () => {
    expect(isPlayOver(stateAfter(fixture(), kickOff(), halfTime()))).toBe(false);
    expect(isPlayOver(stateAfter(fixture(), kickOff(), halfTime(), secondHalf()))).toBe(false);
    expect(phaseOf(stateAfter(fixture(), ...regularTime(), startOf("extra_first_half")))).toBe("extra_first_half");
  });
});
