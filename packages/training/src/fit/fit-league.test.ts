import { describe, expect, it } from "vitest";
import { exampleLeague, trueStrength } from "../testing/example-league.ts";
import { fitLeague } from "./fit-league.ts";
import {
  LeagueParams,
  leagueParamsText,
  isKnownTeam,
  matchRates,
  allShippedParams,
  shippedParams,
  TEAM_ALIASES,
} from "@touchline/model";

const TEAMS = 10;
const rows = exampleLeague(3, TEAMS);
const fitted = fitLeague(rows);

describe("fitting a league", () => {
  it("finds out how strong the teams are", () => {
    const order = Array.from({ length: TEAMS }, (_, team) => {
      const { attack, defence } = fitted.teams[`Team ${team}`]!.goals;
      return (attack + defence) / 2;
    });
    const errors = order.map((strength, team) => Math.abs(strength - trueStrength(team, TEAMS)));
    expect(Math.max(...errors)).toBeLessThan(0.25);
    expect(order[9]).toBeGreaterThan(order[0]! + 0.4);
    expect(Math.exp(fitted.goals.homeAdvantage)).toBeGreaterThan(1);
  });

  it("tells strict referees from mild ones and scatters corners as drawn", () => {
    expect(fitted.referees["Strict"]! / fitted.referees["Mild"]!).toBeGreaterThan(1.2);
    expect(fitted.corners!.size).toBeGreaterThan(30);
    const rates = matchRates(fitted, { home: "Team 9", away: "Team 0", referee: "Strict" });
    expect(rates.corners.home).toBeGreaterThan(rates.corners.away);
    expect(rates.cards.home).toBeGreaterThan(matchRates(fitted, { home: "Team 9", away: "Team 0" }).cards.home);
  });

  it("sees nothing from the day it is fitted as of", () => {
    const asOf = rows.find((row) => row.season === "2013/14")!.date;
    const before = fitLeague(rows, { asOf });
    const blind = fitLeague(
      rows.filter((row) => row.date < asOf),
      { asOf },
    );
    expect(before).toEqual(blind);
    expect(before.data.to < asOf).toBe(true);
  });

  it("treats who was not in the league last season as newcomers", () => {
    const without = rows.filter((row) => row.season !== "2013/14" || ![row.home, row.away].includes("Team 9"));
    const next = fitLeague(without, { season: "2014/15" });
    const back = next.teams["Team 9"]!.goals;
    const stayed = fitLeague(rows, { season: "2014/15" }).teams["Team 9"]!.goals;
    expect(back.attack).toBeLessThan(stayed.attack);
    const unknown = matchRates(next, { home: "Team 99", away: "Team 5" });
    expect(isKnownTeam(next, "Team 99")).toBe(false);
    expect(unknown.home).toBeCloseTo(
      Math.exp(
        next.goals.level + next.goals.homeAdvantage + next.newcomer.attack - next.teams["Team 5"]!.goals.defence,
      ),
      12,
    );
  });

  it("does with goals alone when nothing else is recorded", () => {
    const bare = rows.map(({ division, season, date, day, home, away, goals }) => ({
      division,
      season,
      date,
      day,
      home,
      away,
      goals,
    }));
    const params = fitLeague(bare);
    expect(params.fit.signalWeights).toEqual({ goals: 1 });
    expect(params.corners).toBeUndefined();
    expect(matchRates(params, { home: "Team 1", away: "Team 2" }).corners.home).toBeGreaterThan(0);
  });

  it("forecasts better than base rates", () => {
    expect(fitted.checks.matches).toBe(90);
    expect(fitted.checks.logLoss!).toBeLessThan(fitted.checks.baseRateLogLoss!);
  });

  it("refuses too few matches and several divisions", () => {
    expect(() => fitLeague(rows.slice(0, 20))).toThrow("too few");
    expect(() => fitLeague([...rows, { ...rows[0]!, division: "X2" }])).toThrow("several divisions");
  });

  it("makes a document that comes back from text as it was, to six decimals", () => {
    const back = LeagueParams.parse(JSON.parse(leagueParamsText(fitted)));
    expect(back.teams["Team 3"]!.goals.attack).toBeCloseTo(fitted.teams["Team 3"]!.goals.attack, 6);
    expect(back.data).toEqual(fitted.data);
  });
});

describe("the shipped parameters", () => {
  it("are the newest that were fitted before the match", () => {
    expect(shippedParams("E0", "2017-08-11T18:45:00Z")!.asOf).toBe("2017-08-01");
    expect(shippedParams("ENG-Premier League", "2026-01-01")!.asOf).toBe("2021-05-24");
    expect(shippedParams("E0", "2016-01-01")).toBeUndefined();
    expect(shippedParams("X1", "2020-01-01")).toBeUndefined();
  });

  it("were fitted on earlier matches only, and forecast their last season better than base rates", () => {
    for (const { asOf, data, checks } of allShippedParams()) {
      expect(data.to < asOf).toBe(true);
      expect(checks.logLoss!).toBeLessThan(checks.baseRateLogLoss! - 0.04);
    }
  });

  it("know the teams of 2017/18 by either name, but for those just promoted", () => {
    const england = shippedParams("E0", "2017-08-11")!;
    expect(matchRates(england, { home: "Manchester City", away: "Burnley" })).toEqual(
      matchRates(england, { home: "Man City", away: "Burnley" }),
    );
    const everywhere = ["E0", "SP1", "D1"].map((division) => shippedParams(division, "2021-08-01")!);
    for (const [alias, name] of Object.entries(TEAM_ALIASES)) {
      expect([alias, everywhere.some((params) => isKnownTeam(params, name))]).toEqual([alias, true]);
    }
  });
});
