import type { Market } from "@touchline/domain";
import type { FinalFacts, Two } from "./final-facts.ts";

/** Nothing happened. */
const EMPTY: FinalFacts = {
  firstHalf: [0, 0],
  secondHalf: [0, 0],
  fullTime: [0, 0],
  extraTime: undefined,
  shootOut: undefined,
  goals: [],
  corners: [0, 0],
  firstHalfCorners: [0, 0],
  cards: [0, 0],
  firstHalfCards: [0, 0],
  penalties: 0,
  reds: 0,
  squad: [],
  played: new Set(),
  playedByFirstGoal: new Set(),
  contradictions: [],
};

/** The match whose halves came to this. */
export function finalOfHalves(firstHalf: Two, secondHalf: Two): FinalFacts {
  const fullTime: Two = [firstHalf[0] + secondHalf[0], firstHalf[1] + secondHalf[1]];
  return { ...EMPTY, firstHalf, secondHalf, fullTime };
}

type Counting = Partial<Record<Market["primitive"], (counted: Two) => FinalFacts>>;

const COUNTING: Counting = {
  full_time_score: (counted) => finalOfHalves([0, 0], counted),
  first_half_score: (counted) => finalOfHalves(counted, [0, 0]),
  second_half_score: (counted) => finalOfHalves([0, 0], counted),
  extra_time_score: (extraTime) => ({ ...EMPTY, extraTime }),
  corners: (corners) => ({ ...EMPTY, corners }),
  first_half_corners: (firstHalfCorners) => ({ ...EMPTY, firstHalfCorners }),
  cards: (cards) => ({ ...EMPTY, cards }),
  first_half_cards: (firstHalfCards) => ({ ...EMPTY, firstHalfCards }),
};

/** The match in which what `primitive` counts came to `counted`; undefined for a primitive that counts nothing. */
export function finalOfCount(primitive: Market["primitive"], counted: Two): FinalFacts | undefined {
  return COUNTING[primitive]?.(counted) ?? finalOfWindow(primitive, counted);
}

function finalOfWindow(primitive: string, [home, away]: Two): FinalFacts | undefined {
  const [, from] = /^goals_(\d+)_\d+$/.exec(primitive) ?? [];
  if (from === undefined) return undefined;
  const minute = Number(from);
  const period = minute < 45 ? "first_half" : "second_half";
  const goalsOf = (side: "home" | "away", count: number) =>
    Array.from({ length: count }, () => ({ side, period, minute, player: null, own: false }));
  return { ...EMPTY, goals: [...goalsOf("home", home), ...goalsOf("away", away)] };
}
