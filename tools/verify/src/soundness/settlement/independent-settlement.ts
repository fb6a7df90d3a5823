import type { FinalFacts, Two } from "./final-facts.ts";
import {
  asianHandicap,
  band,
  correctScore,
  doubleChance,
  europeanHandicap,
  type Expected,
  lineIn,
  oddEven,
  overUnder,
  pick,
  pickSide,
  returned,
  yesNo,
} from "./independent-bets.ts";
import { firstScorer, scorers } from "./independent-scorers.ts";

/** `market` is the market's id without the part that the rule's pattern has taken. */
type Rule = (facts: FinalFacts, found: RegExpMatchArray) => Expected;

/**
 * How `market` must have been settled, by rules of its own: written from the words of each market, without a look at
 * how the catalogue computes it. Undefined where there is no rule yet, so that a new market is noticed.
 */
export function expectedSettlement(market: string, facts: FinalFacts): Expected | undefined {
  return ruleFor(market)?.(facts);
}

/** The rule of one market, found once for many results. */
export function ruleFor(market: string): ((facts: FinalFacts) => Expected) | undefined {
  for (const [pattern, rule] of RULES) {
    const found = pattern.exec(market);
    if (found) return (facts) => rule(facts, found);
  }
  return undefined;
}

/** Scores and counts that a family of markets is about, by the prefix of its ids. */
const SCORES: Readonly<Record<string, (facts: FinalFacts) => Two>> = {
  "": ({ fullTime }) => fullTime,
  half_time_: ({ firstHalf }) => firstHalf,
  second_half_: ({ secondHalf }) => secondHalf,
  corners_: ({ corners }) => corners,
  half_time_corners_: ({ firstHalfCorners }) => firstHalfCorners,
  cards_: ({ cards }) => cards,
  half_time_cards_: ({ firstHalfCards }) => firstHalfCards,
  goals_0_15_: (facts) => goalsBetween(facts, "first_half", 0, 15),
  goals_15_30_: (facts) => goalsBetween(facts, "first_half", 15, 30),
  goals_30_45_: (facts) => goalsBetween(facts, "first_half", 30, 999),
  goals_45_60_: (facts) => goalsBetween(facts, "second_half", 45, 60),
  goals_60_75_: (facts) => goalsBetween(facts, "second_half", 60, 75),
  goals_75_90_: (facts) => goalsBetween(facts, "second_half", 75, 999),
};
const PREFIX = `(${Object.keys(SCORES).join("|")})`;
const about = (facts: FinalFacts, prefix = ""): Two => SCORES[prefix]?.(facts) ?? facts.fullTime;

function goalsBetween({ goals }: FinalFacts, period: string, from: number, to: number): Two {
  const inside = goals.filter(
    ({ minute, period: at }) => at === period && (minute ?? 998) >= from && (minute ?? 998) < to,
  );
  return [inside.filter(({ side }) => side === "home").length, inside.filter(({ side }) => side === "away").length];
}

const LINE = "((?:minus_|plus_)?\\d+(?:_\\d+)?)";
const winnerOf = ([home, away]: Two): string => (home > away ? "home" : home < away ? "away" : "draw");
const THREE = ["home", "draw", "away"];
const PAIRS = THREE.flatMap((a) => THREE.map((b) => `${a}_${b}`));

/** The first pattern that fits counts. */
const RULES: readonly (readonly [RegExp, Rule])[] = [
  [/^extra_time_result$/, ({ extraTime }) => (extraTime ? pick(THREE, winnerOf(extraTime)) : returned(THREE))],
  [
    new RegExp(`^extra_time_over_under_${LINE}$`),
    ({ extraTime }, [, line = ""]) =>
      extraTime ? overUnder(extraTime[0] + extraTime[1], lineIn(line)) : returned(["over", "under"]),
  ],
  [/^to_qualify$/, (facts) => pickSide(goesThrough(facts))],
  [/^shoot_out_winner$/, ({ shootOut }) => pickSide(shootOut && winnerOf(shootOut))],

  [new RegExp(`^${PREFIX}(?:match_)?result$`), (facts, [, prefix]) => pick(THREE, winnerOf(about(facts, prefix)))],
  [new RegExp(`^${PREFIX}double_chance$`), (facts, [, prefix]) => doubleChance(winnerOf(about(facts, prefix)))],
  [
    new RegExp(`^${PREFIX}draw_no_bet$`),
    (facts, [, prefix]) => {
      const winner = winnerOf(about(facts, prefix));
      return winner === "draw" ? returned(["home", "away"]) : pickSide(winner);
    },
  ],
  [
    new RegExp(`^${PREFIX}asian_handicap_home_${LINE}$`),
    (facts, [, prefix, line = ""]) => asianHandicap(about(facts, prefix), lineIn(line)),
  ],
  [new RegExp(`^handicap_home_${LINE}$`), (facts, [, line = ""]) => europeanHandicap(facts.fullTime, lineIn(line))],
  [
    new RegExp(`^${PREFIX}over_under_${LINE}$`),
    (facts, [, prefix, line = ""]) => {
      const [home, away] = about(facts, prefix);
      return overUnder(home + away, lineIn(line));
    },
  ],
  [
    new RegExp(`^(home|away)_${PREFIX}over_under_${LINE}$`),
    (facts, [, side, prefix, line = ""]) => overUnder(about(facts, prefix)[side === "home" ? 0 : 1], lineIn(line)),
  ],
  [new RegExp(`^${PREFIX}both_teams_to_score$`), (facts, [, prefix]) => yesNo(Math.min(...about(facts, prefix)) > 0)],
  [
    new RegExp(`^${PREFIX}correct_score$`),
    (facts, [, prefix]) => correctScore(about(facts, prefix), prefix === "" ? 4 : 2),
  ],

  [/^winning_margin$/, ({ fullTime: [home, away] }) => pick(MARGINS, marginOf(home - away))],
  [/^odd_even$/, ({ fullTime: [home, away] }) => oddEven(home + away)],
  [/^(home|away)_odd_even$/, ({ fullTime }, [, side]) => oddEven(fullTime[side === "home" ? 0 : 1])],
  [/^goal_range$/, ({ fullTime: [home, away] }) => band(["0_1", "2_3", "4_5", "6_plus"], home + away)],
  [/^exact_goals$/, ({ fullTime: [home, away] }) => band(["0", "1", "2", "3", "4", "5_plus"], home + away)],
  [
    /^(home|away)_exact_goals$/,
    ({ fullTime }, [, side]) => band(["0", "1", "2", "3_plus"], fullTime[side === "home" ? 0 : 1]),
  ],
  [/^which_team_scores$/, ({ fullTime }) => pick(["both", "home_only", "away_only", "none"], whoScores(fullTime))],
  [/^multigoals$/, ({ fullTime: [home, away] }) => band(MULTIGOALS, home + away)],
  [
    /^(home|away)_win_to_nil$/,
    ({ fullTime }, [, side]) => yesNo(winnerOf(fullTime) === side && Math.min(...fullTime) === 0),
  ],
  [
    /^(home|away)_win_and_concede$/,
    ({ fullTime }, [, side]) => yesNo(winnerOf(fullTime) === side && Math.min(...fullTime) > 0),
  ],
  [/^(home|away)_clean_sheet$/, ({ fullTime }, [, side]) => yesNo(fullTime[side === "home" ? 1 : 0] === 0)],

  [/^half_time_full_time$/, ({ firstHalf, fullTime }) => pick(PAIRS, `${winnerOf(firstHalf)}_${winnerOf(fullTime)}`)],
  [/^btts_both_halves$/, ({ firstHalf, secondHalf }) => yesNo(Math.min(...firstHalf, ...secondHalf) > 0)],
  [
    /^score_both_halves$/,
    ({ firstHalf, secondHalf }) => yesNo(Math.max(...firstHalf) > 0 && Math.max(...secondHalf) > 0),
  ],
  [/^both_halves_over_1_5$/, ({ firstHalf, secondHalf }) => yesNo(Math.min(sum(firstHalf), sum(secondHalf)) >= 2)],
  [/^both_halves_under_1_5$/, ({ firstHalf, secondHalf }) => yesNo(Math.max(sum(firstHalf), sum(secondHalf)) <= 1)],
  [
    /^(home|away)_score_both_halves$/,
    ({ firstHalf, secondHalf }, [, side]) => yesNo(both(side, firstHalf, secondHalf)),
  ],
  [
    /^(home|away)_win_either_half$/,
    ({ firstHalf, secondHalf }, [, side]) => yesNo([firstHalf, secondHalf].some((half) => winnerOf(half) === side)),
  ],
  [
    /^(home|away)_win_both_halves$/,
    ({ firstHalf, secondHalf }, [, side]) => yesNo([firstHalf, secondHalf].every((half) => winnerOf(half) === side)),
  ],
  [
    /^highest_scoring_half$/,
    ({ firstHalf, secondHalf }) => pick(["first", "second", "equal"], busier(sum(firstHalf), sum(secondHalf))),
  ],
  [
    /^(home|away)_to_score_(first|second)_half$/,
    (facts, [, side, half]) =>
      yesNo((half === "first" ? facts.firstHalf : facts.secondHalf)[side === "home" ? 0 : 1] > 0),
  ],
  [
    new RegExp(`^result_and_over_under_${LINE}$`),
    ({ fullTime }, [, line = ""]) => {
      const total = sum(fullTime) > lineIn(line) ? "over" : "under";
      return pick(
        THREE.flatMap((result) => ["over", "under"].map((side) => `${result}_${side}_${line}`)),
        `${winnerOf(fullTime)}_${total}_${line}`,
      );
    },
  ],
  [
    /^result_and_both_teams_to_score$/,
    ({ fullTime }) =>
      pick(
        THREE.flatMap((result) => BOTH.map((who) => `${result}_${who}`)),
        `${winnerOf(fullTime)}_${bothWord(fullTime)}`,
      ),
  ],
  [
    /^over_under_2_5_and_both_teams_to_score$/,
    ({ fullTime }) =>
      pick(
        ["over", "under"].flatMap((side) => BOTH.map((who) => `${side}_${who}`)),
        `${sum(fullTime) > 2 ? "over" : "under"}_${bothWord(fullTime)}`,
      ),
  ],

  // Nothing follows the end.
  [
    /^goal_(\d+)$/,
    ({ goals }, [, number]) => pick(["home", "away", "none"], goals[Number(number) - 1]?.side ?? "none"),
  ],
  [/^next_goal(?:_first_half)?$/, () => pick(["home", "away", "none"], "none")],
  [/^first_goal$/, ({ goals }) => pick(["home", "away", "none"], goals[0]?.side ?? "none")],
  [/^last_goal$/, ({ goals }) => pick(["home", "away", "none"], goals.at(-1)?.side ?? "none")],
  [/^first_scorer$/, firstScorer],
  [/^anytime_scorer$/, (facts) => scorers(facts, 1)],
  [/^scorer_two_or_more$/, (facts) => scorers(facts, 2)],
  [/^scorer_three_or_more$/, (facts) => scorers(facts, 3)],
  [/^penalty_awarded$/, ({ penalties }) => yesNo(penalties > 0)],
  [/^red_card_shown$/, ({ reds }) => yesNo(reds > 0)],
  [/^own_goal_scored$/, ({ goals }) => yesNo(goals.some(({ own }) => own))],
];

const BOTH = ["both_score", "not_both_score"];
const MARGINS = ["home_1", "home_2", "home_3_plus", "away_1", "away_2", "away_3_plus", "draw"];
const MULTIGOALS = ["1_2", "1_3", "1_4", "2_3", "2_4", "2_5", "3_4", "3_5", "4_6", "7_plus"];

function sum([home, away]: Two): number {
  return home + away;
}

function marginOf(margin: number): string {
  if (margin === 0) return "draw";
  const goals = Math.abs(margin) >= 3 ? "3_plus" : String(Math.abs(margin));
  return `${margin > 0 ? "home" : "away"}_${goals}`;
}

function whoScores([home, away]: Two): string {
  if (home > 0) return away > 0 ? "both" : "home_only";
  return away > 0 ? "away_only" : "none";
}

function bothWord(final: Two): string {
  return Math.min(...final) > 0 ? "both_score" : "not_both_score";
}

function both(side: string | undefined, first: Two, second: Two): boolean {
  const index = side === "home" ? 0 : 1;
  return first[index] > 0 && second[index] > 0;
}

function busier(first: number, second: number): string {
  return first === second ? "equal" : first > second ? "first" : "second";
}

function goesThrough({ fullTime, extraTime, shootOut }: FinalFacts): string | undefined {
  return [fullTime, extraTime, shootOut]
    .map((end) => (end ? winnerOf(end) : "draw"))
    .find((winner) => winner !== "draw");
}
