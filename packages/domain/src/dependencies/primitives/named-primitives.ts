import type { Goal, MatchState } from "../../match/match-state.ts";
import { anyStoppage, extraTimeInputs, firstHalfStoppage, fixtureInputs, goalInputs, type Reads } from "../reads.ts";
import type { OutcomeResult } from "../../markets/outcome-result.ts";
import { oncePerState } from "../../match/once-per-state.ts";
import { type Period, periodIndex } from "../../events/period.ts";
import type { Side } from "../../events/side.ts";
import { isDecidedWithoutExtraTime } from "./count-primitives.ts";

/**
 * A distribution over named outcomes: who is next, who scores, who goes through. Each belongs to one kind of market.
 */
export interface NamedPrimitive {
  readonly reads: Reads;
  /** Outcomes in `state`; empty while the market cannot be offered. */
  readonly outcomes: (state: MatchState) => readonly string[];
  /** How each outcome ended, once that is certain. */
  readonly settle: (state: MatchState) => Readonly<Record<string, OutcomeResult>> | undefined;
}

const SIDE_OR_NONE = ["home", "away", "none"] as const;
const YES_NO = ["yes", "no"] as const;

const isRegular = ({ period }: { readonly period: Period }): boolean => periodIndex(period) < 2;

const regularGoals = (state: MatchState): readonly Goal[] => state.goals.filter(isRegular);

const regularTimeOver = (state: MatchState): boolean => state.periodsPlayed >= 2;

function wonBy<Outcome extends string>(
  outcomes: readonly Outcome[],
  winner: Outcome,
): Readonly<Record<string, OutcomeResult>> {
  const made = wins.get(outcomes) ?? new Map<string, Readonly<Record<string, OutcomeResult>>>();
  wins.set(outcomes, made);
  const results =
    made.get(winner) ?? Object.fromEntries(outcomes.map((outcome) => [outcome, outcome === winner ? "won" : "lost"]));
  made.set(winner, results);
  return results;
}

/** Every event asks for the same results; there are as many as winners. */
const wins = new Map<readonly string[], Map<string, Readonly<Record<string, OutcomeResult>>>>();

/** Settled by the first thing that happens, or by its not happening in time. */
function yesOrNo(happened: (state: MatchState) => boolean): Pick<NamedPrimitive, "outcomes" | "settle"> {
  return {
    outcomes: () => YES_NO,
    settle: (state) => {
      if (happened(state)) return wonBy(YES_NO, "yes");
      return regularTimeOver(state) ? wonBy(YES_NO, "no") : undefined;
    },
  };
}

const scorerInputs: Reads = {
  ...goalInputs,
  ...anyStoppage,
  "lineup.home": "soft",
  "lineup.away": "soft",
  unavailable: "soft",
  scorers: "soft",
  "coverage.scorers": "hard",
  "coverage.lineups": "hard",
  "coverage.substitutions": "hard",
};

/** Once somebody has scored it is settled; who scored before changes nothing. */
const { scorers: _scorers, ...firstScorerInputs } = scorerInputs;

/** Every player of both team sheets, once both are known. */
export const squadOf = oncePerState((state): readonly string[] => {
  const { home, away } = state.lineups;
  if (!home || !away) return [];
  const named = [home, away].flatMap(({ starters, bench }) => [...starters, ...bench].map(({ id }) => id));
  return [...new Set(named)];
});

/** Players who were on the pitch for any part of regular time, up to the goal at `last` in the match's goals. */
function hasPlayed(state: MatchState, last = Infinity): (player: string) => boolean {
  const played = new Set(
    [state.lineups.home, state.lineups.away].flatMap((lineup) => [
      ...(lineup?.starters.map(({ id }) => id) ?? []),
      ...(lineup?.entered.filter((entry) => isRegular(entry) && entry.goalsBefore <= last) ?? []).map(
        ({ player }) => player,
      ),
    ]),
  );
  return (player) => played.has(player);
}

/** Goals of `player` in regular time, own goals left out: they never count for a scorer. */
export function goalsOf(player: string, state: MatchState): number {
  return regularGoals(state).filter((goal) => goal.player === player && !goal.ownGoal).length;
}

/** Players with at least `goals` goals. Who never set foot on the pitch gets his stake back. */
function scorers(goals: number): NamedPrimitive {
  return {
    reads: scorerInputs,
    outcomes: squadOf,
    settle: oncePerState((state) => {
      if (!regularTimeOver(state) || regularGoals(state).some(({ player, ownGoal }) => player === null && !ownGoal))
        return undefined;
      const played = hasPlayed(state);
      return Object.fromEntries(
        squadOf(state).map((player): [string, OutcomeResult] => {
          if (goalsOf(player, state) >= goals) return [player, "won"];
          return [player, played(player) ? "lost" : "void"];
        }),
      );
    }),
  };
}

/** The side that goes through, once it is certain. */
export function qualifier(state: MatchState): Side | undefined {
  const { score, extraTimeScore, shootOut, periodsPlayed, playedOut } = state;
  if (periodsPlayed >= 2 && score.home !== score.away) return score.home > score.away ? "home" : "away";
  if (periodsPlayed >= 4 && extraTimeScore.home !== extraTimeScore.away)
    return extraTimeScore.home > extraTimeScore.away ? "home" : "away";
  if (playedOut && shootOut.scored.home !== shootOut.scored.away)
    return shootOut.scored.home > shootOut.scored.away ? "home" : "away";
  return undefined;
}

const SIDES = ["home", "away"] as const;
const VOID_SIDES: Readonly<Record<string, OutcomeResult>> = { home: "void", away: "void" };

export const NAMED_PRIMITIVES = {
  next_goal: {
    reads: { ...goalInputs, ...anyStoppage },
    outcomes: () => SIDE_OR_NONE,
    settle: (state) => (regularTimeOver(state) ? wonBy(SIDE_OR_NONE, "none") : undefined),
  },
  next_goal_first_half: {
    reads: { ...goalInputs, ...firstHalfStoppage },
    outcomes: () => SIDE_OR_NONE,
    settle: (state) => (state.periodsPlayed >= 1 ? wonBy(SIDE_OR_NONE, "none") : undefined),
  },
  first_goal: {
    reads: { ...goalInputs, ...anyStoppage, goal_order: "hard" },
    outcomes: () => SIDE_OR_NONE,
    settle: (state) => {
      const [first] = regularGoals(state);
      if (first) return wonBy(SIDE_OR_NONE, first.side);
      return regularTimeOver(state) ? wonBy(SIDE_OR_NONE, "none") : undefined;
    },
  },
  last_goal: {
    reads: { ...goalInputs, ...anyStoppage, goal_order: "hard" },
    outcomes: () => SIDE_OR_NONE,
    settle: (state) =>
      regularTimeOver(state) ? wonBy(SIDE_OR_NONE, regularGoals(state).at(-1)?.side ?? "none") : undefined,
  },
  anytime_scorer: scorers(1),
  scorer_two_or_more: scorers(2),
  scorer_three_or_more: scorers(3),
  first_scorer: {
    reads: firstScorerInputs,
    outcomes: (state) => {
      const squad = squadOf(state);
      return squad.length > 0 ? [...squad, "other", "none"] : [];
    },
    settle: oncePerState((state) => {
      const index = state.goals.findIndex((goal) => isRegular(goal) && !goal.ownGoal);
      const first = state.goals[index];
      if (first?.player === null || (!first && !regularTimeOver(state))) return undefined;
      // Who comes on after the first goal could not have scored it.
      const played = hasPlayed(state, first ? index : Infinity);
      const result = (player: string): OutcomeResult =>
        player === first?.player ? "won" : played(player) ? "lost" : "void";
      const squad = squadOf(state);
      // A scorer on neither sheet is nobody's bet but `other`.
      const isOther = first !== undefined && !squad.includes(first.player ?? "");
      return {
        ...Object.fromEntries(squad.map((player) => [player, result(player)])),
        other: isOther ? "won" : "lost",
        none: first ? "lost" : "won",
      };
    }),
  },
  penalty_awarded: {
    // How long a match usually lasts is a parameter of its competition.
    reads: { ...fixtureInputs, ...anyStoppage, "coverage.penalties": "hard", penalties_awarded: "hard" },
    ...yesOrNo((state) => state.penaltiesAwarded > 0),
  },
  red_card_shown: {
    reads: {
      ...fixtureInputs,
      ...anyStoppage,
      "coverage.cards": "hard",
      regular_red_cards: "hard",
      red_cards: "hard",
      referee: "soft",
    },
    ...yesOrNo(({ regularRedCards }) => regularRedCards.home + regularRedCards.away > 0),
  },
  own_goal_scored: {
    reads: { ...goalInputs, ...anyStoppage },
    ...yesOrNo((state) => regularGoals(state).some(({ ownGoal }) => ownGoal)),
  },
  to_qualify: {
    reads: { ...goalInputs, ...anyStoppage, ...extraTimeInputs, shoot_out: "hard" },
    outcomes: () => SIDES,
    settle: (state) => {
      const winner = qualifier(state);
      if (winner) return wonBy(SIDES, winner);
      return state.playedOut ? VOID_SIDES : undefined;
    },
  },
  shoot_out_winner: {
    reads: { "coverage.goals": "hard", shoot_out: "hard" },
    outcomes: () => SIDES,
    settle: (state) => {
      const { scored } = state.shootOut;
      if (state.playedOut && scored.home !== scored.away)
        return wonBy(SIDES, scored.home > scored.away ? "home" : "away");
      return state.playedOut || isDecidedWithoutExtraTime(state) || qualifier(state) ? VOID_SIDES : undefined;
    },
  },
} as const satisfies Record<string, NamedPrimitive>;

export type NamedPrimitiveId = keyof typeof NAMED_PRIMITIVES;
