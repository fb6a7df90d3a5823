import {
  GOAL_WINDOWS,
  goalsInWindow,
  type GoalWindow,
  type Distribution,
  type MatchState,
  type NamedDistribution,
  PERIOD_START_MINUTE,
  type PrimitiveId,
  type CountGrid,
} from "@touchline/domain";
import { cardGrid, cornerGrid, firstHalfCardGrid, firstHalfCornerGrid } from "../counts/corners-and-cards.ts";
import { probabilityOf } from "../counts/count-grid.ts";
import { extraTimeGrid } from "../goals/extra-time.ts";
import { type ClockWindow, goalWindowGrid } from "../goals/goal-window.ts";
import { halfFullGrid, secondHalfOf } from "../goals/half-full.ts";
import { type GoalChances, lastGoal, nextGoal, nextGoalInHalf } from "../goals/next-goal.ts";
import { finalScoreGrid, firstHalfGrid } from "../goals/score-grids.ts";
import {
  firstScorerDistribution,
  ownGoalToCome,
  scorerDistribution,
  type SquadChances,
} from "../scorers/scorer-distribution.ts";
import { shootOutWin } from "../goals/shoot-out.ts";
import type { MatchRates, Situation } from "../situation/situation.ts";
import { penaltyToCome, redCardToCome } from "../counts/specials.ts";

/**
 * Everything a primitive may be computed from. `distribution` gives another primitive of the same match, computed once.
 */
export interface PrimitiveContext {
  readonly rates: MatchRates;
  readonly situation: Situation;
  readonly state: MatchState;
  readonly distribution: <P extends PrimitiveId>(primitive: P) => Distribution<P>;
  /** Chances of the players of both team sheets, which all scorer primitives start from. */
  readonly squad: () => SquadChances;
}

type Compute = { readonly [P in PrimitiveId]: (context: PrimitiveContext) => Distribution<P> };

/** How the built-in model computes each primitive. */
export const COMPUTE: Compute = {
  full_time_score: ({ rates, situation }) => finalScoreGrid(rates, situation),
  first_half_score: ({ rates, situation }) => firstHalfGrid(rates, situation),
  half_and_full: ({ rates, situation }) => halfFullGrid(rates, situation),
  second_half_score: ({ distribution }) => secondHalfOf(distribution("half_and_full")),
  extra_time_score: ({ rates, situation }) => extraTimeGrid(rates, situation),
  corners: ({ rates, situation }) => cornerGrid(rates, situation),
  first_half_corners: ({ rates, situation }) => firstHalfCornerGrid(rates, situation),
  cards: ({ rates, situation }) => cardGrid(rates, situation),
  first_half_cards: ({ rates, situation }) => firstHalfCardGrid(rates, situation),
  ...windowPrimitives(),

  next_goal: ({ rates, situation }) => named(nextGoal(rates, situation)),
  next_goal_first_half: ({ rates, situation }) => named(nextGoalInHalf(rates, situation)),
  first_goal: ({ rates, situation }) => named(nextGoal(rates, situation)),
  last_goal: ({ rates, situation, state }) => lastOfAll(lastGoal(rates, situation), state),

  anytime_scorer: ({ squad }) => scorerDistribution(squad(), 1),
  scorer_two_or_more: ({ squad }) => scorerDistribution(squad(), 2),
  scorer_three_or_more: ({ squad }) => scorerDistribution(squad(), 3),
  first_scorer: ({ squad }) => firstScorerDistribution(squad()),

  penalty_awarded: ({ situation }) => yesNo(penaltyToCome(situation)),
  red_card_shown: ({ rates, situation }) => yesNo(redCardToCome(rates, situation)),
  own_goal_scored: ({ rates, situation, distribution }) =>
    yesNo(ownGoalToCome(rates, situation, distribution("full_time_score"))),

  to_qualify: ({ distribution, state }) => {
    const regular = lead(distribution("full_time_score"));
    const extra = lead(distribution("extra_time_score"));
    return homeAway(regular.ahead + regular.level * (extra.ahead + extra.level * shootOutWin(state.shootOut)));
  },
  shoot_out_winner: ({ state }) => homeAway(shootOutWin(state.shootOut)),
};

type WindowPrimitive = Extract<PrimitiveId, `goals_${number}_${number}`>;

function windowPrimitives(): Pick<Compute, WindowPrimitive> {
  const entries = GOAL_WINDOWS.map((window) => [
    `goals_${window.id}`,
    ({ rates, situation, state }: PrimitiveContext) =>
      goalWindowGrid(rates, situation, clockWindow(window), goalsInWindow(window, state)),
  ]);
  return Object.fromEntries(entries) as Pick<Compute, WindowPrimitive>;
}

function clockWindow({ half, from, to }: GoalWindow): ClockWindow {
  const name = half === "first_half" ? "first" : "second";
  const start = PERIOD_START_MINUTE[half];
  return {
    from: { half: name, minute: from - start },
    to: { half: name, minute: to === null ? Infinity : to - start },
  };
}

function named({ home, away, none }: GoalChances): NamedDistribution {
  return { home, away, none };
}

/** Without a further goal, the last one so far stays the last. */
function lastOfAll({ home, away, none }: GoalChances, { goals }: MatchState): NamedDistribution {
  const last = goals.findLast(({ period }) => period === "first_half" || period === "second_half")?.side;
  if (last === "home") return { home: home + none, away, none: 0 };
  return last === "away" ? { home, away: away + none, none: 0 } : { home, away, none };
}

function yesNo(yes: number): NamedDistribution {
  return { yes, no: 1 - yes };
}

function homeAway(home: number): NamedDistribution {
  return { home, away: 1 - home };
}

function lead(grid: CountGrid): { ahead: number; level: number } {
  return {
    ahead: probabilityOf(grid, (home, away) => home > away),
    level: probabilityOf(grid, (home, away) => home === away),
  };
}
