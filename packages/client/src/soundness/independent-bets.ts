import type { Two } from "./final-facts.ts";

/** What a settled outcome pays: 1 won, 0 lost, 0.75 and 0.25 half won and half lost, null returned. */
export type Paid = number | null;

/** `minus_0_75` is -0.75, `2_5` is 2.5. */
export function lineIn(text: string): number {
  const size = Number(text.replace(/^(minus|plus)_/, "").replace("_", "."));
  return text.startsWith("minus_") ? -size : size;
}

/** One outcome wins, the others lose. */
export function pick(outcomes: readonly string[], winner: string): Readonly<Record<string, Paid>> {
  return Object.fromEntries(outcomes.map((outcome) => [outcome, outcome === winner ? 1 : 0]));
}

export function overUnder(count: number, line: number): Readonly<Record<string, Paid>> {
  const margin = count - line;
  return { over: staked(margin), under: staked(-margin) };
}

export function asianHandicap([home, away]: Two, line: number): Readonly<Record<string, Paid>> {
  const margin = home + line - away;
  return { home: staked(margin), away: staked(-margin) };
}

export function europeanHandicap([home, away]: Two, line: number): Readonly<Record<string, Paid>> {
  const margin = home + line - away;
  return pick(["home", "draw", "away"], margin > 0 ? "home" : margin < 0 ? "away" : "draw");
}

/**
 * By how much a bet is ahead of its line says all: half a goal or more is won or lost in full, a quarter is half of
 * it, none at all is the stake back.
 */
function staked(margin: number): Paid {
  if (margin === 0) return null;
  if (Math.abs(margin) === 0.25) return margin > 0 ? 0.75 : 0.25;
  return margin > 0 ? 1 : 0;
}
