import { type MatchClock, SIDES, VARIANTS } from "@touchline/domain";
import { type BuiltinPredictor, DEFAULT_IN_PLAY, type ScorersAndGoals } from "@touchline/model";
import { eventClock } from "../event-clock.ts";
import type { Step } from "../play-match.ts";
import { type ArithmeticTally, LISTED_ERRORS } from "../tally.ts";

/** How far two sums that must be equal may lie apart. */
const MOST_APART = 1e-9;
/** Share of goals that are own goals, written down once more. */
const OWN_GOALS = 0.028;

const BLENDS = [...new Set(VARIANTS.map(({ blend }) => blend))];

/**
 * Holds bets on scorers against the distributions of goals that the same model serves: somebody scores each goal. Looks
 * behind the prices, for those of men on the bench say nothing of how likely they are to come on.
 */
export function checkScorers({ matchId, event, before, after }: Step, model: BuiltinPredictor, tally: ArithmeticTally) {
  if (!after.open.some(({ id }) => id === "anytime_scorer")) return;
  const clock: MatchClock = eventClock(event, before.state);
  for (const blend of BLENDS) {
    const faults = scorerFaults(model.scorersOf(after.state, clock, blend), {
      goals: after.state.score,
      first: after.open.some(({ id }) => id === "first_scorer"),
      penalty: after.state.periodsPlayed < 2 ? after.state.penaltyPending : null,
    });
    tally.checked++;
    tally.errors += faults.length;
    for (const what of faults)
      if (tally.errorList.length < LISTED_ERRORS)
        tally.errorList.push({ matchId, market: "first_scorer", what: `${blend}: ${what}` });
  }
}

interface Moment {
  readonly goals: { readonly home: number; readonly away: number };
  /** Nobody has scored yet but own goals. */
  readonly first: boolean;
  readonly penalty: "home" | "away" | null;
}

/** In words, what does not agree; empty when all does. */
export function scorerFaults(scorers: ScorersAndGoals, moment: Moment): string[] {
  return [...anytimeFaults(scorers, moment), ...(moment.first ? firstFaults(scorers, moment) : [])];
}

/**
 * The sides share the first scorer as they share the next goal, once a pending penalty has been taken; and nobody is
 * first scorer as often as all the goals to come are own goals.
 */
function firstFaults({ squad, nextGoal, finalScore }: ScorersAndGoals, { goals, penalty }: Moment): string[] {
  const { penaltyConversion } = DEFAULT_IN_PLAY;
  const scored = { home: 0, away: 0, ...(penalty && { [penalty]: penaltyConversion }) };
  const open = (value: number | undefined, side: "home" | "away"): number => (value ?? NaN) - scored[side];
  const wins = {
    home: squad.other.home + sum(squad.players.slice(0, squad.homePlayers).map(({ first }) => first.wins)),
    away: squad.other.away + sum(squad.players.slice(squad.homePlayers).map(({ first }) => first.wins)),
  };
  const faults: string[] = [];
  const equal = (one: number, other: number, what: string): void => {
    if (!(Math.abs(one - other) <= MOST_APART)) faults.push(`${what}: ${one} and ${other}`);
  };
  equal(wins.home + wins.away + squad.none, 1, "first scorers do not sum to 1");
  const ahead = { home: open(nextGoal["home"], "home"), away: open(nextGoal["away"], "away") };
  const some = ahead.home + ahead.away;
  const left = 1 - squad.none - scored.home - scored.away;
  for (const side of SIDES)
    equal(
      wins[side] * some,
      scored[side] * some + left * ahead[side],
      `first scorers of ${side} are not its first goal`,
    );
  if (!penalty) equal(squad.none, ownGoalsAlone(finalScore, goals), "no first scorer is not own goals alone");
  return faults;
}

function ownGoalsAlone(
  { home0, away0, cols, cells }: ScorersAndGoals["finalScore"],
  { home, away }: Moment["goals"],
): number {
  return cells.reduce((total, cell, index) => {
    const more = home0 + Math.floor(index / cols) - home + away0 + (index % cols) - away;
    return total + cell * OWN_GOALS ** more;
  }, 0);
}

/** Goals of players are no more than the goals of teams, and a stake that wins is one that stands. */
function anytimeFaults({ squad, finalScore }: ScorersAndGoals, { goals, first }: Moment): string[] {
  const faults: string[] = [];
  for (const { id, atLeast, first: scoresFirst } of squad.players) {
    const falling = [1, atLeast[0].stands, atLeast[0].wins, atLeast[1].wins, atLeast[2].wins, 0];
    if (falling.some((value, place) => !(value <= (falling[place - 1] ?? 1) + MOST_APART)))
      faults.push(`${id} scores more than he can: ${falling.join()}`);
    if (first && !(scoresFirst.wins <= scoresFirst.stands + MOST_APART))
      faults.push(`${id} scores first and is not on`);
  }
  if (!first) return faults;
  const { home0, away0, cols, cells } = finalScore;
  const expected = cells.reduce(
    (total, cell, index) => total + cell * (home0 + Math.floor(index / cols) + away0 + (index % cols)),
    -goals.home - goals.away,
  );
  const players = sum(squad.players.flatMap(({ atLeast }) => atLeast.map(({ wins }) => wins)));
  if (!(players <= expected + MOST_APART)) faults.push(`players score ${players} of ${expected} goals`);
  return faults;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
