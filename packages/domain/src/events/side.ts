import { z } from "zod";

export const SIDES = ["home", "away"] as const;
export const Side = z.enum(SIDES);
export type Side = z.infer<typeof Side>;

/** A count for each side: goals, corners, cards. */
export interface Pair {
  readonly home: number;
  readonly away: number;
}

export const NONE: Pair = { home: 0, away: 0 };

export function otherSide(side: Side): Side {
  return side === "home" ? "away" : "home";
}

export function addTo(pair: Pair, side: Side, count = 1): Pair {
  return side === "home" ? { home: pair.home + count, away: pair.away } : { home: pair.home, away: pair.away + count };
}

export function minus(a: Pair, b: Pair): Pair {
  return { home: a.home - b.home, away: a.away - b.away };
}
