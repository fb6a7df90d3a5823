import type { MatchState } from "@touchline/domain";
import type { PreMatchExpectation, ExpectationSource } from "./pre-match-expectation.ts";

/**
 * Two average teams: what is expected of a match of which only the fixture is known.
 * Means of 10,660 matches of three leagues, 2011/12 to 2020/21 (football-data.co.uk); stoppage of 2017/18.
 */
const AVERAGE: PreMatchExpectation = {
  rates: {
    home: 1.575,
    away: 1.212,
    rho: -0.06,
    corners: { home: 5.65, away: 4.5, size: 55 },
    cards: { home: 1.97, away: 2.24, size: 40 },
  },
  expectedStoppage: { first: 1.31, second: 3.61 },
};

export class AverageExpectations implements ExpectationSource {
  expectationOf(state: MatchState): PreMatchExpectation {
    if (!state.fixture) throw new Error("a match without fixture has no expectation");
    return AVERAGE;
  }
}
