import type { Two } from "./final-facts.ts";

/** What a settled outcome pays: 1 won, 0 lost, 0.75 and 0.25 half won and half lost, 0.5 returned. */
export type Paid = number;

/** The stake comes back. */
export const RETURNED: Paid = 0.5;

/** What each outcome of a market must pay at the end; "open" when that cannot be known. */
export type Expected = Readonly<Record<string, Paid>> | "open";

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
  if (margin === 0) return RETURNED;
  if (Math.abs(margin) === 0.25) return margin > 0 ? 0.75 : 0.25;
  return margin > 0 ? 1 : 0;
}

export function yesNo(yes: boolean): Expected {
  return pick(["yes", "no"], yes ? "yes" : "no");
}

export function returned(outcomes: readonly string[]): Expected {
  return Object.fromEntries(outcomes.map((outcome) => [outcome, RETURNED]));
}

export function pickSide(side: string | undefined): Expected {
  return side === undefined ? returned(["home", "away"]) : pick(["home", "away"], side);
}

export function doubleChance(winner: string): Expected {
  return {
    home_or_draw: winner === "away" ? 0 : 1,
    draw_or_away: winner === "home" ? 0 : 1,
    home_or_away: winner === "draw" ? 0 : 1,
  };
}

export function oddEven(count: number): Expected {
  return pick(["odd", "even"], count % 2 === 1 ? "odd" : "even");
}

/** Every band that holds `count` wins; a band is `3`, `2_3` or `6_plus`. */
export function band(bands: readonly string[], count: number): Expected {
  return Object.fromEntries(
    bands.map((name) => {
      const [from = "", to = from] = name.split("_");
      const holds = count >= Number(from) && (to === "plus" || count <= Number(to));
      return [name, holds ? 1 : 0];
    }),
  );
}

export function correctScore([home, away]: Two, highest: number): Expected {
  const scores = [];
  for (let h = 0; h <= highest; h++) for (let a = 0; a <= highest; a++) scores.push(`${h}_${a}`);
  return pick([...scores, "other"], home <= highest && away <= highest ? `${home}_${away}` : "other");
}
